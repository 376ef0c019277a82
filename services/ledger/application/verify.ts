import type { ChainBreak, Verification } from "../contract.ts";
import { anchorOf, batchIdOf, type Anchor, type Batch, type Digests } from "../domain/batch.ts";
import { broken, ChainWalk, firstWrongRow } from "../domain/chain-walk.ts";
import { rowsOf, type Identified, type Rows } from "../domain/rows.ts";
import type { Journal } from "./ports.ts";

/** What a verification stands on. */
export interface VerifyOptions {
	readonly book: string;
	readonly journal: Journal;
	readonly digests: Digests;
	/** Milliseconds. */
	readonly now: () => number;
	/** Lets others work between two pages. */
	readonly turn: () => Promise<void>;
}

/** The end of the chain as somebody outside of the platform has noted it. */
export interface Noted {
	readonly sequence: number;
	readonly hash: string;
}

const PAGE = 32;
/** Batches whose rows and anchor may still be under way. */
const UNSETTLED_MAX = 64;

/** Walks the whole book page by page and tells the first place where it is not what was written. */
export async function verifyBook(options: VerifyOptions, noted: Noted | null): Promise<Verification> {
	const startedAt = options.now();
	const verifier = new Verifier(options, noted);
	const firstBreak = await verifier.run();
	const { walk } = verifier;
	const { sequence, hash } = walk.head;
	const verifiedAt = options.now();
	return {
		book: options.book,
		isIntact: firstBreak === null,
		batches: sequence,
		entries: walk.entries,
		head: sequence === 0 ? null : { sequence, hash },
		trialBalance: walk.trialBalance(),
		firstBreak,
		verifiedAt: new Date(verifiedAt).toISOString(),
		durationMs: verifiedAt - startedAt,
	};
}

class Verifier {
	readonly walk: ChainWalk;
	readonly #options: VerifyOptions;
	readonly #noted: Noted | null;
	#isNotedSeen = false;
	#lastEntryRow: string;
	#lastBalanceRow: string;

	constructor(options: VerifyOptions, noted: Noted | null) {
		this.#options = options;
		this.#noted = noted;
		this.walk = new ChainWalk(options.book, options.digests);
		// Behind batch 0 and before every row of batch 1.
		this.#lastEntryRow = `${batchIdOf(options.book, 0)}:~`;
		this.#lastBalanceRow = this.#lastEntryRow;
	}

	async run(): Promise<ChainBreak | null> {
		try {
			return (await this.#settledPart()) ?? (await this.#unsettledPart()) ?? this.#notedPart();
		} catch (error) {
			return damage(error, this.walk.head.sequence + 1);
		}
	}

	/** Up to the anchor everything is complete: batches, rows, and the anchor itself. */
	async #settledPart(): Promise<ChainBreak | null> {
		const { journal, digests } = this.#options;
		for (;;) {
			const anchor = await journal.anchor();
			const wrong = await this.#wrongAnchor(anchor, digests);
			if (wrong !== null || anchor === null) return wrong;
			if (anchor.sequence <= this.walk.head.sequence) return null;
			const failure = await this.#walkTo(anchor.sequence);
			if (failure !== null) return failure;
			if (this.walk.head.hash !== anchor.hash)
				return broken(anchor.sequence, "wrong-head", "the anchor names another batch");
		}
	}

	async #walkTo(sequence: number): Promise<ChainBreak | null> {
		while (this.walk.head.sequence < sequence) {
			const failure = await this.#page(Math.min(PAGE, sequence - this.walk.head.sequence));
			if (failure !== null) return failure;
			// Not after the last page: with a turn in between, a busy book would always be a batch ahead.
			if (this.walk.head.sequence < sequence) await this.#options.turn();
		}
		return null;
	}

	async #wrongAnchor(anchor: Anchor | null, digests: Digests): Promise<ChainBreak | null> {
		const { sequence } = this.walk.head;
		if (anchor === null) {
			const isEmpty = (await this.#options.journal.batchesAfter(0, 1)).length === 0;
			return isEmpty ? null : broken(sequence, "wrong-head", "the anchor is missing");
		}
		if (anchorOf(anchor, digests).seal !== anchor.seal)
			return broken(anchor.sequence, "wrong-head", "the anchor was not made with the key");
		return anchor.sequence < sequence ? broken(sequence, "wrong-head", "the anchor went back") : null;
	}

	async #page(limit: number): Promise<ChainBreak | null> {
		const before = this.walk.head.sequence;
		const page = await this.#read(limit);
		if (page.length === 0) return broken(before + 1, "truncated", "the anchor is ahead of the chain");
		const { taken, failure } = this.#take(page);
		return (await this.#wrongRows(taken)) ?? failure;
	}

	#take(page: readonly Identified<Batch>[]): { taken: Batch[]; failure: ChainBreak | null } {
		const taken: Batch[] = [];
		for (const item of page) {
			const failure = this.walk.take(item) ?? this.#wrongNoted(item.row);
			if (failure !== null) return { taken, failure };
			taken.push(item.row);
		}
		return { taken, failure: null };
	}

	/** A damaged document fails its whole page; one by one they show which it is. */
	async #read(limit: number): Promise<readonly Identified<Batch>[]> {
		const { journal } = this.#options;
		const { sequence } = this.walk.head;
		try {
			return await journal.batchesAfter(sequence, limit);
		} catch (error) {
			if (limit > 1) return this.#read(1);
			throw error;
		}
	}

	async #wrongRows(batches: readonly Batch[]): Promise<ChainBreak | null> {
		const rows = batches.map(rowsOf);
		const entries = rows.flatMap((row) => row.entries);
		const balances = rows.flatMap((row) => row.balances);
		const first = batches[0]?.sequence ?? 0;
		try {
			const wrong = (await this.#wrongEntryRow(entries)) ?? (await this.#wrongBalanceRow(balances));
			return wrong === null
				? await this.#freeCause(batches)
				: broken(sequenceOf(wrong, first), "wrong-row", `row ${wrong} is not that of the chain`);
		} catch (error) {
			return damage(error, first);
		}
	}

	/** A cause that is not held for its batch could be posted once more. */
	async #freeCause(batches: readonly Batch[]): Promise<ChainBreak | null> {
		for (const { sequence, entries } of batches)
			for (const { cause } of entries)
				if ((await this.#options.journal.sequenceOf(cause)) !== sequence)
					return broken(sequence, "wrong-row", `the cause ${cause} is not held for it`);
		return null;
	}

	async #wrongEntryRow(expected: Rows["entries"]): Promise<string | null> {
		const found = await this.#options.journal.entryRowsAfter(this.#lastEntryRow, expected.length);
		this.#lastEntryRow = expected.at(-1)?.id ?? this.#lastEntryRow;
		return firstWrongRow(expected, found);
	}

	async #wrongBalanceRow(expected: Rows["balances"]): Promise<string | null> {
		const found = await this.#options.journal.balanceRowsAfter(this.#lastBalanceRow, expected.length);
		this.#lastBalanceRow = expected.at(-1)?.id ?? this.#lastBalanceRow;
		return firstWrongRow(expected, found);
	}

	/** Behind the anchor a few batches may be on their way; rows without a batch are what is left of a chain cut short. */
	async #unsettledPart(): Promise<ChainBreak | null> {
		const { journal } = this.#options;
		const page = await journal.batchesAfter(this.walk.head.sequence, UNSETTLED_MAX + 1);
		if (page.length > UNSETTLED_MAX)
			return broken(this.walk.head.sequence, "wrong-head", "the anchor is far behind the chain");
		const { failure } = this.#take(page);
		if (failure !== null) return failure;
		const [entry] = await journal.entryRowsAfter(this.#lastEntryRow, 1);
		const [balance] = await journal.balanceRowsAfter(this.#lastBalanceRow, 1);
		return (await this.#orphan(entry)) ?? (await this.#orphan(balance));
	}

	async #orphan(row: Identified<{ readonly sequence: number }> | undefined): Promise<ChainBreak | null> {
		if (row === undefined) return null;
		const sequence = sequenceOf(row.id, 0);
		const anchor = await this.#options.journal.anchor();
		const isSettled = sequence <= Math.min(anchor?.sequence ?? 0, this.walk.head.sequence);
		const hasBatch = (await this.#options.journal.batch(sequence)) !== null;
		return hasBatch && !isSettled ? null : broken(sequence, "truncated", `row ${row.id} has no batch`);
	}

	#wrongNoted({ sequence, hash }: Batch): ChainBreak | null {
		if (this.#noted === null || sequence !== this.#noted.sequence) return null;
		this.#isNotedSeen = true;
		return hash === this.#noted.hash
			? null
			: broken(sequence, "wrong-anchor", "the anchor noted outside is another one");
	}

	#notedPart(): ChainBreak | null {
		if (this.#noted === null || this.#isNotedSeen) return null;
		return broken(this.walk.head.sequence + 1, "truncated", "the anchor noted outside is ahead of the chain");
	}
}

function sequenceOf(rowId: string, otherwise: number): number {
	const sequence = Number(rowId.split(":")[1]);
	return Number.isSafeInteger(sequence) ? sequence : otherwise;
}

/** A document that its store calls damaged is a finding; anything else is an outage. */
function damage(error: unknown, sequence: number): ChainBreak {
	if (error instanceof Error && error.name === "DamagedRow") return broken(sequence, "damaged", error.message);
	throw error;
}
