import type { AccountView, BalanceView, EntryKind, LedgerActions } from "../contract.ts";
import { chartPathOf, chartPaths, isChartPath } from "../domain/chart.ts";
import { LedgerRejected } from "../domain/rejected.ts";
import { accountView, NOTHING } from "../domain/totals.ts";
import { cursorOf, invalid, placeOf } from "./cursor.ts";
import type { Journal, Reference } from "./ports.ts";

type AccountPage = LedgerActions["ledger.accounts"]["result"];
type AuditPage = LedgerActions["ledger.audit"]["result"];
type Totals = Map<EntryKind, { entries: number; amount: number }>;

const PAGE_DEFAULT = 20;
const ROWS_PAGE = 500;
/** Behind every id of a row. */
const LAST_ROW = "~";

/** The chart with balances, or the accounts of owners below one of its accounts; in the order of the paths. */
export async function listAccounts(
	journal: Journal,
	{ parent, limit = PAGE_DEFAULT, cursor }: LedgerActions["ledger.accounts"]["params"],
): Promise<AccountPage> {
	const paths = await pathsAfter(journal, parent, placeOf(cursor, 1), limit + 1);
	const page = paths.slice(0, limit);
	const items: AccountView[] = [];
	for (const path of page) items.push(accountView(path, (await journal.balanceOf(path)) ?? NOTHING));
	return { items, nextCursor: nextAfter(page.at(-1), paths.length > limit) };
}

async function pathsAfter(
	journal: Journal,
	parent: string | undefined,
	after: readonly string[],
	limit: number,
): Promise<readonly string[]> {
	const [last = ""] = after;
	if (parent === undefined) return chartPaths.filter((path) => path > last).slice(0, limit);
	if (!isChartPath(parent)) throw new LedgerRejected("LEDGER_ACCOUNT_UNKNOWN", { account: parent });
	return (await journal.ownersOf(parent, after, limit)).map(({ id }) => id);
}

function nextAfter(last: string | undefined, hasMore: boolean): string | null {
	return hasMore && last !== undefined ? cursorOf(last) : null;
}

/** An account's balance after the last batch up to `at`; an account that nothing has moved has none, not an error. */
export async function balanceAt(
	journal: Journal,
	account: string,
	at: string | undefined,
	now: string,
): Promise<BalanceView> {
	chartPathOf(account);
	const instant = at === undefined ? now : instantOf(at);
	const row = await journal.balanceOf(account, at === undefined ? undefined : instant);
	return { ...accountView(account, row ?? NOTHING), at: instant, sequence: row?.sequence ?? 0 };
}

/** Totals per order or payment by kind of entry, in the order of their ids. */
export async function auditPage(
	journal: Journal,
	{ by, limit = PAGE_DEFAULT, cursor }: LedgerActions["ledger.audit"]["params"],
): Promise<AuditPage> {
	const reference: Reference = by === "order" ? "orderId" : "paymentId";
	// One more than asked for: its rows show that those of the last one shown are complete.
	const groups = await groupsAfter(journal, reference, placeOf(cursor, 1), limit + 1);
	const ids = [...groups.keys()];
	const items = ids.slice(0, limit).map((id) => ({ id, totals: totalsOf(groups.get(id)) }));
	return { items, nextCursor: nextAfter(items.at(-1)?.id, ids.length > limit) };
}

async function groupsAfter(
	journal: Journal,
	reference: Reference,
	[from]: readonly string[],
	count: number,
): Promise<ReadonlyMap<string, Totals>> {
	const groups = new Map<string, Totals>();
	let after: readonly string[] = from === undefined ? [] : [from, LAST_ROW];
	while (groups.size < count) {
		const rows = await journal.entriesBy(reference, after, ROWS_PAGE);
		for (const { row } of rows) add(groups, row[reference] ?? "", row.kind, row.amount);
		const last = rows.at(-1);
		if (last === undefined || rows.length < ROWS_PAGE) break;
		after = [last.row[reference] ?? "", last.id];
	}
	return groups;
}

function add(groups: Map<string, Totals>, id: string, kind: EntryKind, amount: number): void {
	const totals = groups.get(id) ?? new Map<EntryKind, { entries: number; amount: number }>();
	groups.set(id, totals);
	const { entries, amount: before } = totals.get(kind) ?? { entries: 0, amount: 0 };
	totals.set(kind, { entries: entries + 1, amount: before + amount });
}

function totalsOf(totals: Totals | undefined): AuditPage["items"][number]["totals"] {
	return [...(totals ?? [])].map(([kind, figures]) => ({ kind, ...figures }));
}

/** An instant in UTC, as batches carry it; up to the millisecond. */
function instantOf(at: string): string {
	const ms = Date.parse(at);
	if (Number.isNaN(ms)) throw invalid("at");
	return new Date(ms).toISOString();
}
