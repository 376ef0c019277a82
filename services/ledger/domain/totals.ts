import type { AccountView, JournalEntry } from "../contract.ts";
import { chartAccountOf, isChartPath, movedBy, normalSideOf } from "./chart.ts";
import { LedgerRejected } from "./rejected.ts";

/** Everything an account has ever taken on each side, in won. */
export interface Totals {
	readonly debits: number;
	readonly credits: number;
}

/** An account's totals after a batch. */
export interface AccountTotals extends Totals {
	readonly account: string;
}

export const NOTHING: Totals = { debits: 0, credits: 0 };

/** What entries add to each account they move, in the order of the paths. */
export function changesOf(entries: readonly JournalEntry[]): readonly AccountTotals[] {
	const changes = new Map<string, { debits: number; credits: number }>();
	for (const { legs } of entries) {
		for (const { account, side, amount } of legs) {
			for (const moved of movedBy(account)) {
				const change = changes.get(moved) ?? { ...NOTHING };
				change[side === "debit" ? "debits" : "credits"] += amount;
				changes.set(moved, change);
			}
		}
	}
	return [...changes].map(([account, change]) => ({ account, ...change })).sort(byAccount);
}

/** Totals after a change; refuses what could no longer be counted exactly. */
export function addTotals(account: string, before: Totals, change: Totals): AccountTotals {
	const debits = before.debits + change.debits;
	const credits = before.credits + change.credits;
	if (!Number.isSafeInteger(debits) || !Number.isSafeInteger(credits))
		throw new LedgerRejected("LEDGER_BALANCE_EXCEEDED", { account });
	return { account, debits, credits };
}

/** An account as its readers see it. */
export function accountView(account: string, { debits, credits }: Totals): AccountView {
	const { type, name, hasOwners = false } = chartAccountOf(account);
	const normalSide = normalSideOf(type);
	const balance = normalSide === "debit" ? debits - credits : credits - debits;
	const owners = hasOwners && isChartPath(account);
	return { account, name, type, normalSide, hasOwners: owners, debits, credits, balance, currency: "KRW" };
}

/** Paths compare by their characters, as the store orders its ids. */
function byAccount(left: AccountTotals, right: AccountTotals): number {
	return left.account < right.account ? -1 : 1;
}
