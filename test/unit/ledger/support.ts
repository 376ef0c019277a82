import { createHash } from "node:crypto";
import type { Journal, Reference } from "../../../services/ledger/application/ports.ts";
import { createBook } from "../../../services/ledger/application/book.ts";
import type { EntryKind, JournalEntry, Posting } from "../../../services/ledger/contract.ts";
import { batchIdOf, type Anchor, type Batch, type Digests } from "../../../services/ledger/domain/batch.ts";
import { entryOf } from "../../../services/ledger/domain/entry.ts";
import {
	rowsOf,
	type BalanceRow,
	type EntryRow,
	type Identified,
	type OwnerRow,
} from "../../../services/ledger/domain/rows.ts";
import { anchorOf } from "../../../services/ledger/domain/batch.ts";
import { digestsWith } from "../../../services/ledger/infrastructure/chain-key.ts";
import type { Book } from "../../../services/ledger/application/ports.ts";

export const NOW = "2030-01-07T00:00:00.000Z";
export const KEY = Buffer.alloc(32, 7);

export const entryIdOf = (cause: string): string =>
	`JNL_${createHash("sha256").update(cause).digest("hex").slice(0, 26)}`;

/** An entry of the given legs. */
export function entry(cause: string, postings: readonly Posting[], kind: EntryKind = "checkout.charge"): JournalEntry {
	const [, number = cause] = cause.split("-");
	const references = { orderId: `ORD_${number}`, paymentId: `PAY_${number}` };
	return entryOf({ cause, kind, occurredAt: NOW, ...references }, postings, entryIdOf);
}

/** What the memory holds; tests tamper with it. */
export interface Shelves {
	batches: Map<string, Batch>;
	entries: Map<string, EntryRow>;
	balances: Map<string, BalanceRow>;
	owners: Map<string, OwnerRow>;
	anchor: Anchor | null;
}

export function emptyShelves(): Shelves {
	return { batches: new Map(), entries: new Map(), balances: new Map(), owners: new Map(), anchor: null };
}

/** A journal in memory; `turn` is awaited by each operation, so that two writers meet. */
export function memoryJournal(
	shelves: Shelves,
	digests: Digests,
	turn: () => Promise<void> = () => Promise.resolve(),
): Journal {
	const listed = <Row>(map: ReadonlyMap<string, Row>): Identified<Row>[] =>
		[...map].map(([id, row]) => ({ id, row })).sort((left, right) => (left.id < right.id ? -1 : 1));
	const behind = <Row>(map: ReadonlyMap<string, Row>, id: string, limit: number) =>
		listed(map)
			.filter((item) => item.id > id)
			.slice(0, limit);
	const raise = (anchor: Anchor) => {
		if (shelves.anchor === null || shelves.anchor.sequence < anchor.sequence) shelves.anchor = anchor;
	};
	const ofAccount = (account: string) => listed(shelves.balances).filter(({ row }) => row.account === account);
	return {
		async append(batch, trailing) {
			await turn();
			for (const done of trailing) shelve(shelves, done);
			const last = trailing.at(-1);
			if (last !== undefined) raise(anchorOf(last, digests));
			if (batch === null) return "ok";
			const id = batchIdOf(batch.book, batch.sequence);
			if (shelves.batches.has(id)) return "taken";
			const known = new Set([...shelves.batches.values()].flatMap(({ entries }) => entries.map(({ cause }) => cause)));
			if (batch.entries.some(({ cause }) => known.has(cause))) return "repeated";
			shelves.batches.set(id, batch);
			return "ok";
		},
		async anchor() {
			await turn();
			return shelves.anchor;
		},
		async open(anchor) {
			raise(anchor);
		},
		async batch(sequence) {
			await turn();
			return shelves.batches.get(batchIdOf("main", sequence)) ?? null;
		},
		batchesAfter: async (sequence, limit) => behind(shelves.batches, batchIdOf("main", sequence), limit),
		async sequenceOf(cause) {
			await turn();
			const holds = ({ entries }: Batch) => entries.some((item) => item.cause === cause);
			return [...shelves.batches.values()].find(holds)?.sequence ?? null;
		},
		balanceOf: async (account, at = "~") => ofAccount(account).findLast(({ row }) => row.postedAt <= at)?.row ?? null,
		balancesOf: async (account, [, id = ""], limit) =>
			ofAccount(account)
				.filter((item) => item.id > id)
				.slice(0, limit),
		entriesOf: async (by: Reference, value, [id = ""], limit) =>
			listed(shelves.entries)
				.filter((item) => item.row[by] === value && item.id > id)
				.slice(0, limit),
		entriesBy: async (by: Reference, [value = "", id = ""], limit) =>
			listed(shelves.entries)
				.map((item) => ({ item, key: item.row[by] ?? "" }))
				.filter(({ item, key }) => key !== "" && (key > value || (key === value && item.id > id)))
				.sort((left, right) =>
					left.key < right.key || (left.key === right.key && left.item.id < right.item.id) ? -1 : 1,
				)
				.slice(0, limit)
				.map(({ item }) => item),
		ownersOf: async (parent, [id = ""], limit) =>
			listed(shelves.owners)
				.filter((item) => item.row.parent === parent && item.id > id)
				.slice(0, limit),
		entryRowsAfter: async (id, limit) => behind(shelves.entries, id, limit),
		balanceRowsAfter: async (id, limit) => behind(shelves.balances, id, limit),
	};
}

function shelve(shelves: Shelves, batch: Batch): void {
	const rows = rowsOf(batch);
	for (const { id, row } of rows.entries) if (!shelves.entries.has(id)) shelves.entries.set(id, row);
	for (const { id, row } of rows.balances) if (!shelves.balances.has(id)) shelves.balances.set(id, row);
	for (const { id, row } of rows.owners) if (!shelves.owners.has(id)) shelves.owners.set(id, row);
}

/** One writer of the book `main`. */
export function bookOver(journal: Journal, digests: Digests = digestsWith(KEY), now: () => string = () => NOW): Book {
	return createBook({ name: "main", journal, digests, now, turn: () => Promise.resolve() });
}
