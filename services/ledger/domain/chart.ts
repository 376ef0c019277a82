import type { AccountType, Side } from "../contract.ts";
import { LedgerRejected } from "./rejected.ts";

/** An account of the chart. */
export interface ChartAccount {
	readonly type: AccountType;
	/** What people call it; for `merchant` and `checkout` the names of the first merchant interface. */
	readonly name: string;
	/** Single owners may have accounts below it: `escrow:held:ESC_1`. Its own balance is then the sum of theirs. */
	readonly hasOwners?: true;
}

/**
 * The chart of accounts, all in won. `cash` is the counter account of a charge: customers' funds on their way to a
 * merchant. That is why it grows on the credit side.
 */
export const chart = {
	"checkout:receivable": { type: "asset", name: "checkout_receivable" },
	"checkout:cash": { type: "liability", name: "checkout_cash" },
	"merchant:receivable": { type: "asset", name: "merchant_receivable", hasOwners: true },
	"merchant:cash": { type: "liability", name: "cash", hasOwners: true },
	"merchant:payable": { type: "liability", name: "merchant_payable", hasOwners: true },
	"merchant:fees": { type: "income", name: "fee_income" },
	"points:expense": { type: "expense", name: "points_expense" },
	"points:liability": { type: "liability", name: "points_liability", hasOwners: true },
	"stage:receivable": { type: "asset", name: "stage_receivable", hasOwners: true },
	"stage:pool": { type: "liability", name: "stage_pool", hasOwners: true },
	"stage:shortfall": { type: "expense", name: "stage_shortfall" },
	"escrow:receivable": { type: "asset", name: "escrow_receivable", hasOwners: true },
	"escrow:held": { type: "liability", name: "escrow_held", hasOwners: true },
	"escrow:payable": { type: "liability", name: "escrow_payable", hasOwners: true },
	"escrow:fees": { type: "income", name: "escrow_fees" },
} as const satisfies Readonly<Record<string, ChartAccount>>;

/** Paths of the chart. */
export type ChartPath = keyof typeof chart;
type OwnedPath = {
	[Path in ChartPath]: (typeof chart)[Path] extends { hasOwners: true } ? Path : never;
}[ChartPath];
/** The path of an account: one of the chart, or of an owner below it. */
export type AccountPath = ChartPath | `${OwnedPath}:${string}`;

/** Paths of the chart in order. */
export const chartPaths: readonly ChartPath[] = (Object.keys(chart) as ChartPath[]).sort();

const OWNER = /^[A-Za-z0-9_-]{1,64}$/;

/** The chart's account that a path is or stands below; refuses a path that is neither. */
export function chartPathOf(account: string): ChartPath {
	const place = splitPath(account);
	if (place === null) throw new LedgerRejected("LEDGER_ACCOUNT_UNKNOWN", { account });
	return place.path;
}

/** The chart's account of a path. */
export function chartAccountOf(account: string): ChartAccount {
	return chart[chartPathOf(account)];
}

/** Every account that a posting to `account` moves: itself and the chart's account above it. */
export function movedBy(account: string): readonly string[] {
	const path = chartPathOf(account);
	return path === account ? [path] : [path, account];
}

/** Whether the path stands in the chart itself. */
export function isChartPath(account: string): account is ChartPath {
	return Object.hasOwn(chart, account);
}

/** The side on which a type of account grows. */
export function normalSideOf(type: AccountType): Side {
	return type === "asset" || type === "expense" ? "debit" : "credit";
}

function splitPath(account: string): { readonly path: ChartPath } | null {
	if (isChartPath(account)) return { path: account };
	const cut = account.lastIndexOf(":");
	const path = account.slice(0, Math.max(0, cut));
	if (!isChartPath(path) || !("hasOwners" in chart[path])) return null;
	return OWNER.test(account.slice(cut + 1)) ? { path } : null;
}
