import type { BreakReason, ChainBreak, JournalEntry, Verification } from "../contract.ts";
import { batchIdOf, emptyHead, hashOf, headOf, sealOf, type Batch, type Digests, type Head } from "./batch.ts";
import { canonical } from "./canonical.ts";
import { isChartPath } from "./chart.ts";
import type { Identified } from "./rows.ts";
import { addTotals, changesOf, NOTHING, type AccountTotals, type Totals } from "./totals.ts";

/** Walks a chain from its beginning: recomputes every hash, link, seal and balance and stops at the first that is wrong. */
export class ChainWalk {
	readonly #digests: Digests;
	readonly #totals = new Map<string, Totals>();
	#head: Head;
	#entries = 0;

	constructor(book: string, digests: Digests) {
		this.#head = emptyHead(book);
		this.#digests = digests;
	}

	get head(): Head {
		return this.#head;
	}

	get entries(): number {
		return this.#entries;
	}

	/** Takes the next batch in the order of the ids; the break if it is not what was written. */
	take({ id, row: batch }: Identified<Batch>): ChainBreak | null {
		const wrong = this.#place(id, batch) ?? breakOfBatch(this.#head, batch, this.#digests) ?? this.#balances(batch);
		if (wrong !== null) return wrong;
		this.#head = headOf(batch);
		this.#entries += batch.entries.length;
		return null;
	}

	/** Sums over the accounts of the chart, which contain those of their owners. */
	trialBalance(): Verification["trialBalance"] {
		let [debits, credits] = [0, 0];
		for (const [account, totals] of this.#totals) {
			if (!isChartPath(account)) continue;
			debits += totals.debits;
			credits += totals.credits;
		}
		return { debits, credits, difference: debits - credits };
	}

	#place(id: string, { book, sequence }: Batch): ChainBreak | null {
		const expected = this.#head.sequence + 1;
		const expectedId = batchIdOf(this.#head.book, expected);
		if (id > expectedId) return broken(expected, "missing", `the next batch is ${id}`);
		if (id === expectedId && book === this.#head.book && sequence === expected) return null;
		return broken(expected, "misplaced", `another batch lies at ${id}`);
	}

	#balances({ sequence, entries, balances }: Batch): ChainBreak | null {
		const after = changesOf(entries).map((change) =>
			addTotals(change.account, this.#totals.get(change.account) ?? NOTHING, change),
		);
		const place = firstDifference(after, balances, isSameTotal);
		if (place !== null) {
			const account = (after[place] ?? balances[place])?.account ?? "";
			return broken(sequence, "wrong-balance", `the balance of ${account} is not the sum of its legs`);
		}
		for (const { account, debits, credits } of after) this.#totals.set(account, { debits, credits });
		return null;
	}
}

/** Whether a batch is the one that was written behind `before`; says nothing of its balances. */
export function breakOfBatch(before: Head, batch: Batch, digests: Digests): ChainBreak | null {
	const { sequence } = batch;
	if (hashOf(batch, digests) !== batch.hash) return broken(sequence, "changed", "the hash is not that of the content");
	if (batch.prevHash !== before.hash) return broken(sequence, "unlinked", "the batch before is another one");
	if (sealOf(batch, digests) !== batch.seal) return broken(sequence, "forged", "the seal was not made with the key");
	if (batch.postedAt < before.postedAt) return broken(sequence, "reordered", "it is older than the batch before");
	const odd = batch.entries.find((entry) => !isBalanced(entry));
	return odd === undefined ? null : broken(sequence, "unbalanced", `the legs of ${odd.entryId} do not sum to zero`);
}

/** A break in words. */
export function broken(sequence: number, reason: BreakReason, detail: string): ChainBreak {
	return { sequence, reason, detail };
}

/** Where two lists of rows part, as the id at that place; null when they are the same. */
export function firstWrongRow(
	expected: readonly Identified<unknown>[],
	found: readonly Identified<unknown>[],
): string | null {
	const place = firstDifference(expected, found, isSameRow);
	return place === null ? null : ((expected[place] ?? found[place])?.id ?? "");
}

function isSameRow(left: Identified<unknown>, right: Identified<unknown>): boolean {
	return left.id === right.id && canonical(left.row) === canonical(right.row);
}

function isSameTotal(left: AccountTotals, right: AccountTotals): boolean {
	return left.account === right.account && left.debits === right.debits && left.credits === right.credits;
}

/** The first place at which two lists are not the same. */
function firstDifference<Item>(
	expected: readonly Item[],
	found: readonly Item[],
	isSame: (left: Item, right: Item) => boolean,
): number | null {
	const place = expected.findIndex((item, index) => {
		const other = found[index];
		return other === undefined || !isSame(item, other);
	});
	if (place >= 0) return place;
	return found.length > expected.length ? expected.length : null;
}

function isBalanced({ legs }: JournalEntry): boolean {
	const sum = legs.reduce((rest, { side, amount }) => (side === "debit" ? rest + amount : rest - amount), 0);
	return sum === 0 && legs.length > 0;
}
