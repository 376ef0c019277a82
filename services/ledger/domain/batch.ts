import type { JournalEntry } from "../contract.ts";
import { canonical } from "./canonical.ts";
import type { AccountTotals } from "./totals.ts";

/** SHA-256 of a text, and its HMAC under the key of the chain; both in hex. */
export interface Digests {
	hash(text: string): string;
	seal(text: string): string;
}

/** The unit of commit of a book: the entries that were waiting together, chained to the batch before. */
export interface Batch {
	readonly book: string;
	/** 1, 2, 3 … within the book. */
	readonly sequence: number;
	readonly prevHash: string;
	/** ISO 8601; never earlier than the batch before. */
	readonly postedAt: string;
	readonly entries: readonly JournalEntry[];
	/** Totals of every account the batch moves, after it, in the order of the paths. */
	readonly balances: readonly AccountTotals[];
	/** SHA-256 over the canonical JSON of everything above. */
	readonly hash: string;
	/** HMAC of the hash: a chain written anew without the key does not have it. */
	readonly seal: string;
}

/** The end of a chain. */
export interface Head {
	readonly book: string;
	readonly sequence: number;
	readonly hash: string;
	readonly postedAt: string;
}

/** The head as it is kept apart from the chain, so that a chain cut short is seen. */
export interface Anchor extends Head {
	readonly seal: string;
}

/** `prevHash` of a book's first batch. */
export const GENESIS = "0".repeat(64);
/** Entries of one batch. */
export const BATCH_MAX = 256;
const SEQUENCE_DIGITS = 12;
const INDEX_DIGITS = 4;

/** The end of a book without entries. */
export function emptyHead(book: string): Head {
	return { book, sequence: 0, hash: GENESIS, postedAt: "" };
}

/** The next batch of a chain. */
export function batchAfter(
	head: Head,
	entries: readonly JournalEntry[],
	balances: readonly AccountTotals[],
	now: string,
	digests: Digests,
): Batch {
	const postedAt = now > head.postedAt ? now : head.postedAt;
	const content = { book: head.book, sequence: head.sequence + 1, prevHash: head.hash, postedAt, entries, balances };
	const hash = digests.hash(canonical(content));
	return { ...content, hash, seal: digests.seal(`batch:${hash}`) };
}

/** The hash a batch should have: over everything but hash and seal, whatever else was put into it. */
export function hashOf(batch: Batch, digests: Digests): string {
	const content = Object.entries(batch).filter(([name]) => name !== "hash" && name !== "seal");
	return digests.hash(canonical(Object.fromEntries(content)));
}

/** The seal a batch should have. */
export function sealOf({ hash }: Pick<Batch, "hash">, digests: Digests): string {
	return digests.seal(`batch:${hash}`);
}

/** The end of the chain after a batch. */
export function headOf({ book, sequence, hash, postedAt }: Batch): Head {
	return { book, sequence, hash, postedAt };
}

/** A head to be kept apart from its chain. */
export function anchorOf(head: Head, digests: Digests): Anchor {
	const { book, sequence, hash, postedAt } = head;
	return {
		book,
		sequence,
		hash,
		postedAt,
		seal: digests.seal(`head:${canonical({ book, sequence, hash, postedAt })}`),
	};
}

/** Document id of a batch; ids sort as the chain runs. */
export function batchIdOf(book: string, sequence: number): string {
	return `${book}:${String(sequence).padStart(SEQUENCE_DIGITS, "0")}`;
}

/** Document id of the row of an entry, in the order of the chain. */
export function entryRowIdOf(book: string, sequence: number, index: number): string {
	return `${batchIdOf(book, sequence)}:${String(index).padStart(INDEX_DIGITS, "0")}`;
}

/** Document id of the row of an account that a batch moved, in the order of the chain. */
export function balanceRowIdOf(book: string, sequence: number, account: string): string {
	return `${batchIdOf(book, sequence)}:${account}`;
}
