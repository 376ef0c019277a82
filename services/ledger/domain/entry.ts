import type { EntryKind, JournalEntry, Posting } from "../contract.ts";
import { chartPathOf } from "./chart.ts";
import { LedgerRejected } from "./rejected.ts";

/** What an entry is made from, and its place in the story. */
export interface Cause {
	/** Id of the event or command; the entry's own id is derived from it. */
	readonly cause: string;
	readonly kind: EntryKind;
	readonly occurredAt: string;
	readonly orderId?: string | null;
	readonly paymentId?: string | null;
}

/** Legs of one entry; a sale with fees for fifty partners still fits. */
export const LEGS_MAX = 100;

/** The entry of a cause; refuses legs that are none, not whole positive won, of unknown accounts, or do not sum to zero. */
export function entryOf(
	{ cause, kind, occurredAt, orderId = null, paymentId = null }: Cause,
	postings: readonly Posting[],
	entryIdOf: (cause: string) => string,
): JournalEntry {
	const legs = postings.map(({ account, side, amount }) => ({ account, side, amount }));
	if (legs.length === 0 || legs.length > LEGS_MAX)
		throw new LedgerRejected("LEDGER_ENTRY_EMPTY", { cause, legs: legs.length, max: LEGS_MAX });
	for (const leg of legs) checkLeg(cause, leg);
	checkBalance(cause, legs);
	return { entryId: entryIdOf(cause), cause, kind, occurredAt, orderId, paymentId, legs };
}

function checkLeg(cause: string, { account, amount }: Posting): void {
	if (!Number.isSafeInteger(amount) || amount < 1) throw new LedgerRejected("LEDGER_AMOUNT_INVALID", { cause, amount });
	chartPathOf(account);
}

function checkBalance(cause: string, legs: readonly Posting[]): void {
	const [debits, credits] = [sumOf(legs, "debit"), sumOf(legs, "credit")];
	// Past 2^53 two sums may look equal and are not.
	if (!Number.isSafeInteger(debits) || !Number.isSafeInteger(credits))
		throw new LedgerRejected("LEDGER_AMOUNT_INVALID", { cause, debits, credits });
	if (debits !== credits) throw new LedgerRejected("LEDGER_ENTRY_UNBALANCED", { cause, debits, credits });
}

/** Won that an entry moves: the sum of its debits, which is the sum of its credits. */
export function amountOf({ legs }: Pick<JournalEntry, "legs">): number {
	return sumOf(legs, "debit");
}

/** Whether two entries of one cause say the same. */
export function isSameEntry(left: JournalEntry, right: JournalEntry): boolean {
	return saidBy(left) === saidBy(right);
}

function saidBy({ cause, kind, orderId, paymentId, legs }: JournalEntry): string {
	return JSON.stringify([
		cause,
		kind,
		orderId,
		paymentId,
		legs.map(({ account, side, amount }) => [account, side, amount]),
	]);
}

function sumOf(legs: readonly Posting[], side: Posting["side"]): number {
	return legs.reduce((sum, leg) => (leg.side === side ? sum + leg.amount : sum), 0);
}
