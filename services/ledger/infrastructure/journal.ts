import type { Commit, CommitResult, Query, State, Store } from "../../../mixins/store/port.ts";
import type { AppendResult, Journal } from "../application/ports.ts";
import { anchorOf, batchIdOf, type Anchor, type Batch, type Digests } from "../domain/batch.ts";
import { rowsOf, type BalanceRow, type EntryRow, type Identified, type OwnerRow } from "../domain/rows.ts";

/** Kinds of documents of the ledger. */
export const KINDS = {
	batch: "ledger-batch",
	entry: "ledger-entry",
	balance: "ledger-balance",
	owner: "ledger-owner",
	anchor: "ledger-anchor",
} as const;

const CAUSE = "cause";
const RAISES_MAX = 5;

type Reads = Omit<Journal, "append" | "anchor" | "open">;

/** A book in the platform's store. A batch is one document; a cause is a value that only one batch may hold. */
export function createJournal(store: Store, book: string, digests: Digests): Journal {
	define(store);
	const anchors = new Anchors(store, book);
	return {
		...readsOf(store, book),
		anchor: () => anchors.read(),
		open: (anchor) => anchors.raise(anchor),
		async append(batch, trailing) {
			const own = batch === null ? [] : [batchCommit(batch)];
			const raised = await anchors.commitsOf(trailing, digests);
			const rows = trailing.flatMap(rowCommits);
			const results = await store.commit([...own, ...rows, ...raised]);
			await confirmRows(store, rows, results.slice(own.length, own.length + rows.length));
			await anchors.settle(trailing, digests, raised.length === 0 ? undefined : results.at(-1));
			return own.length === 0 ? "ok" : resultOf(results[0]);
		},
	};
}

/** The anchor of a book; it only moves forward, and whoever is ahead has written the rows before it as well. */
class Anchors {
	readonly #store: Store;
	readonly #book: string;
	#version: number | null = null;

	constructor(store: Store, book: string) {
		this.#store = store;
		this.#book = book;
	}

	async read(): Promise<Anchor | null> {
		const stored = await this.#store.load<Anchor>(KINDS.anchor, this.#book);
		this.#version = stored?.version ?? 0;
		return stored?.state ?? null;
	}

	/**
	 * The anchor goes with the rows of its own batch, which are made again at a start. Behind several batches it is
	 * raised later, once the rows of all of them are there.
	 */
	async commitsOf(trailing: readonly Batch[], digests: Digests): Promise<readonly Commit[]> {
		const [only, ...others] = trailing;
		return only === undefined || others.length > 0 ? [] : [await this.#commitOf(anchorOf(only, digests))];
	}

	async settle(trailing: readonly Batch[], digests: Digests, result: CommitResult | undefined): Promise<void> {
		const last = trailing.at(-1);
		if (result?.status === "ok") this.#version = (this.#version ?? 0) + 1;
		else if (last !== undefined) await this.raise(anchorOf(last, digests));
	}

	async raise(anchor: Anchor): Promise<void> {
		for (let attempt = 0; attempt < RAISES_MAX; attempt++) {
			const stored = await this.read();
			if (stored !== null && stored.sequence >= anchor.sequence) return;
			const [result] = await this.#store.commit([await this.#commitOf(anchor)]);
			this.#version = null;
			if (result?.status === "ok") return;
		}
		throw new Error("The anchor of the ledger could not be moved.");
	}

	async #commitOf(anchor: Anchor): Promise<Commit> {
		if (this.#version === null) await this.read();
		return commitOf(KINDS.anchor, this.#book, anchor, this.#version ?? 0);
	}
}

function readsOf(store: Store, book: string): Reads {
	async function find<Row extends State>(kind: string, query: Query): Promise<readonly Identified<Row>[]> {
		const found = await store.find<Row>(kind, query);
		return found.map(({ id, state }) => ({ id, row: state }));
	}
	const direction = "asc";
	const { batch, entry, balance, owner } = KINDS;
	return {
		batch: async (sequence) => (await store.load<Batch>(batch, batchIdOf(book, sequence)))?.state ?? null,
		batchesAfter: (sequence, limit) => find(batch, { direction, after: [batchIdOf(book, sequence)], limit }),
		async sequenceOf(cause) {
			const id = await store.findUnique(batch, CAUSE, cause);
			return id === null ? null : Number(id.slice(id.lastIndexOf(":") + 1));
		},
		async balanceOf(account, at) {
			const range = { field: "postedAt", ...(at === undefined ? {} : { to: at }) };
			const found = await find<BalanceRow>(balance, { where: { account }, range, direction: "desc", limit: 1 });
			return found[0]?.row ?? null;
		},
		balancesOf: (account, after, limit) =>
			find<BalanceRow>(balance, { where: { account }, range: { field: "postedAt" }, direction, after, limit }),
		entriesOf: (by, id, after, limit) => find<EntryRow>(entry, { where: { [by]: id }, direction, after, limit }),
		entriesBy: (by, after, limit) => find<EntryRow>(entry, { range: { field: by }, direction, after, limit }),
		ownersOf: (parent, after, limit) => find<OwnerRow>(owner, { where: { parent }, direction, after, limit }),
		entryRowsAfter: (id, limit) => find<EntryRow>(entry, { direction, after: [id], limit }),
		balanceRowsAfter: (id, limit) => find<BalanceRow>(balance, { direction, after: [id], limit }),
	};
}

function define(store: Store): void {
	store.define({ kind: KINDS.batch });
	store.define({
		kind: KINDS.entry,
		indexes: [
			{ fields: ["orderId"], sparse: true },
			{ fields: ["paymentId"], sparse: true },
		],
	});
	store.define({ kind: KINDS.balance, indexes: [{ fields: ["account", "postedAt"] }] });
	store.define({ kind: KINDS.owner, indexes: [{ fields: ["parent"] }] });
	store.define({ kind: KINDS.anchor });
}

function batchCommit(batch: Batch): Commit {
	const claim = batch.entries.map(({ cause }) => ({ name: CAUSE, value: cause }));
	return { ...commitOf(KINDS.batch, batchIdOf(batch.book, batch.sequence), batch), unique: { claim, release: [] } };
}

/** A row that is there already stays as it is: it was made of the same batch. */
function rowCommits(batch: Batch): readonly Commit[] {
	const { entries, balances, owners } = rowsOf(batch);
	return [
		...entries.map(({ id, row }) => commitOf(KINDS.entry, id, row)),
		...balances.map(({ id, row }) => commitOf(KINDS.balance, id, row)),
		...owners.map(({ id, row }) => commitOf(KINDS.owner, id, row)),
	];
}

/** A row that somebody is said to have written first must be there. */
async function confirmRows(store: Store, rows: readonly Commit[], results: readonly CommitResult[]): Promise<void> {
	for (const [index, { kind, id }] of rows.entries()) {
		const status = results[index]?.status;
		if (status === "ok" || (status === "conflict" && (await store.load(kind, id)) !== null)) continue;
		throw new Error("Rows of the ledger could not be written.");
	}
}

function commitOf(kind: string, id: string, state: State, expectedVersion = 0): Commit {
	return { kind, id, expectedVersion, state, events: [], commands: [] };
}

const RESULTS = { ok: "ok", conflict: "taken", duplicate: "repeated", unknown: "unknown" } as const;

function resultOf(result: CommitResult | undefined): AppendResult {
	return RESULTS[result?.status ?? "unknown"];
}
