import type { EntryView, JournalEntry } from "../contract.ts";
import type { Anchor, Batch } from "../domain/batch.ts";
import type { BalanceRow, EntryRow, Identified, OwnerRow } from "../domain/rows.ts";

/** What became of a batch. `taken`: another writer wrote that place. `repeated`: a cause in it has an entry already. */
export type AppendResult = "ok" | "taken" | "repeated" | "unknown";

/** Where a book rests; ids sort as the chain runs. */
export interface Journal {
	/**
	 * Writes the next batch, and the rows and the anchor of `trailing`, which are durable already. Rejects when the
	 * trailing part could not be written.
	 */
	append(batch: Batch | null, trailing: readonly Batch[]): Promise<AppendResult>;
	anchor(): Promise<Anchor | null>;
	/** Keeps the anchor of an empty book, unless there is one. */
	open(anchor: Anchor): Promise<void>;
	batch(sequence: number): Promise<Batch | null>;
	/** Batches behind a sequence, in the order of their ids. */
	batchesAfter(sequence: number, limit: number): Promise<readonly Identified<Batch>[]>;
	/** Sequence of the batch that holds the entry of a cause. */
	sequenceOf(cause: string): Promise<number | null>;
	/** The last row of an account, or the last one posted up to `at`. */
	balanceOf(account: string, at?: string): Promise<BalanceRow | null>;
	/** Rows of an account in the order of the chain, behind a place. */
	balancesOf(account: string, after: readonly string[], limit: number): Promise<readonly Identified<BalanceRow>[]>;
	/** Rows of an order's or a payment's entries in the order of the chain. */
	entriesOf(
		by: Reference,
		id: string,
		after: readonly string[],
		limit: number,
	): Promise<readonly Identified<EntryRow>[]>;
	/** All rows with such a reference, ordered by it. */
	entriesBy(by: Reference, after: readonly string[], limit: number): Promise<readonly Identified<EntryRow>[]>;
	ownersOf(parent: string, after: readonly string[], limit: number): Promise<readonly Identified<OwnerRow>[]>;
	/** Every row of a kind in the order of the chain, for verification. */
	entryRowsAfter(id: string, limit: number): Promise<readonly Identified<EntryRow>[]>;
	balanceRowsAfter(id: string, limit: number): Promise<readonly Identified<BalanceRow>[]>;
}

/** Fields by which entries are found. */
export type Reference = "orderId" | "paymentId";

/** Hands entries to a book. */
export interface Book {
	/** Resolves when the entry is durable; a repeat of its cause resolves with the entry that exists. */
	post(entry: JournalEntry): Promise<EntryView>;
	/** Resolves when the rows of everything posted so far can be read; never rejects. */
	settled(): Promise<void>;
}
