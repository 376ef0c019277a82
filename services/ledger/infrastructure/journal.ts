import { anchorOf, batchIdOf, type Anchor, type Batch, type Digests } from "../domain/batch.ts";
import { rowsOf, type BalanceRow, type EntryRow, type Identified, type OwnerRow } from "../domain/rows.ts";
import type { Commit, CommitResult, Query, State, Store } from "../../../mixins/store/port.ts";
import type { AppendResult, Journal } from "../application/ports.ts";

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

/** A book in the platform's store. A batch is one document; a cause is a value that only one batch may hold. */
export function createJournal(store: Store, book: string, digests: Digests): Journal {
	define(store);
	let anchorVersion: number | null = null;

	async function rows<Row extends State>(kind: string, query: Query): Promise<readonly Identified<Row>[]> {
		const found = await store.find<Row>(kind, query);
		return found.map(({ id, state }) => ({ id, row: state }));
	}

	/** The anchor only moves forward; whoever is ahead has written the rows before it as well. */
	async function raise(anchor: Anchor): Promise<void> {
		for (let attempt = 0; attempt < RAISES_MAX; attempt++) {
			const stored = await store.load<Anchor>(KINDS.anchor, book);
			anchorVersion = stored?.version ?? 0;
			if (stored !== null && stored.state.sequence >= anchor.sequence) return;
			const [result] = await store.commit([insert(KINDS.anchor, book, anchor, anchorVersion)]);
			if (result?.status === "ok") {
				anchorVersion += 1;
				return;
			}
		}
		throw new Error("The anchor of the ledger could not be moved.");
	}

	async function settle(anchor: Anchor, results: readonly CommitResult[]): Promise<void> {
		const failed = results.find(({ status }) => status === "unknown" || status === "duplicate");
		if (failed !== undefined) throw new Error("Rows of the ledger could not be written.");
		if (results.at(-1)?.status === "ok") anchorVersion = (anchorVersion ?? 0) + 1;
		else await raise(anchor);
	}

	return {
		async append(batch, trailing) {
			const last = trailing.at(-1);
			const anchor = last === undefined ? null : anchorOf(last, digests);
			if (anchor !== null && anchorVersion === null)
				anchorVersion = (await store.load(KINDS.anchor, book))?.version ?? 0;
			const items = [
				...(batch === null ? [] : [batchCommit(batch)]),
				...trailing.flatMap(rowCommits),
				...(anchor === null ? [] : [insert(KINDS.anchor, book, anchor, anchorVersion ?? 0)]),
			];
			const results = await store.commit(items);
			const own = batch === null ? undefined : results[0];
			if (anchor !== null) await settle(anchor, batch === null ? results : results.slice(1));
			return own === undefined ? "ok" : resultOf(own);
		},
		async anchor() {
			const stored = await store.load<Anchor>(KINDS.anchor, book);
			anchorVersion = stored?.version ?? 0;
			return stored?.state ?? null;
		},
		open: raise,
		batch: async (sequence) => (await store.load<Batch>(KINDS.batch, batchIdOf(book, sequence)))?.state ?? null,
		batchesAfter: (sequence, limit) =>
			rows<Batch>(KINDS.batch, { direction: "asc", after: [batchIdOf(book, sequence)], limit }),
		async sequenceOf(cause) {
			const id = await store.findUnique(KINDS.batch, CAUSE, cause);
			return id === null ? null : Number(id.slice(id.lastIndexOf(":") + 1));
		},
		async balanceOf(account, at) {
			const range = { field: "postedAt", ...(at === undefined ? {} : { to: at }) };
			const found = await rows<BalanceRow>(KINDS.balance, { where: { account }, range, direction: "desc", limit: 1 });
			return found[0]?.row ?? null;
		},
		balancesOf: (account, after, limit) => {
			const range = { field: "postedAt" };
			return rows<BalanceRow>(KINDS.balance, { where: { account }, range, direction: "asc", after, limit });
		},
		entriesOf: (by, id, after, limit) =>
			rows<EntryRow>(KINDS.entry, { where: { [by]: id }, direction: "asc", after, limit }),
		entriesBy: (by, after, limit) =>
			rows<EntryRow>(KINDS.entry, { range: { field: by }, direction: "asc", after, limit }),
		ownersOf: (parent, after, limit) =>
			rows<OwnerRow>(KINDS.owner, { where: { parent }, direction: "asc", after, limit }),
		entryRowsAfter: (id, limit) => rows<EntryRow>(KINDS.entry, { direction: "asc", after: [id], limit }),
		balanceRowsAfter: (id, limit) => rows<BalanceRow>(KINDS.balance, { direction: "asc", after: [id], limit }),
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
	return { ...insert(KINDS.batch, batchIdOf(batch.book, batch.sequence), batch), unique: { claim, release: [] } };
}

/** A row that is there already stays as it is: it was made of the same batch. */
function rowCommits(batch: Batch): readonly Commit[] {
	const { entries, balances, owners } = rowsOf(batch);
	return [
		...entries.map(({ id, row }) => insert(KINDS.entry, id, row)),
		...balances.map(({ id, row }) => insert(KINDS.balance, id, row)),
		...owners.map(({ id, row }) => insert(KINDS.owner, id, row)),
	];
}

function insert(kind: string, id: string, state: State, expectedVersion = 0): Commit {
	return { kind, id, expectedVersion, state, events: [], commands: [] };
}

function resultOf(result: CommitResult): AppendResult {
	switch (result.status) {
		case "ok":
			return "ok";
		case "conflict":
			return "taken";
		case "duplicate":
			return "repeated";
		case "unknown":
			return "unknown";
	}
}
