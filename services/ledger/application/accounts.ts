import type { AccountView, BalanceView, EntryKind, LedgerActions } from "../contract.ts";
import { chartPathOf, chartPaths, isChartPath } from "../domain/chart.ts";
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
	const after = placeOf(cursor, 1);
	if (parent !== undefined && (!isChartPath(parent) || chartPathOf(parent) !== parent)) throw invalid("parent");
	const paths =
		parent === undefined
			? chartPaths.filter((path) => path > (after[0] ?? "")).slice(0, limit + 1)
			: (await journal.ownersOf(parent, after, limit + 1)).map(({ id }) => id);
	const page = paths.slice(0, limit);
	const items: AccountView[] = [];
	for (const path of page) items.push(accountView(path, (await journal.balanceOf(path)) ?? NOTHING));
	const last = page.at(-1);
	return { items, nextCursor: paths.length > limit && last !== undefined ? cursorOf(last) : null };
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
	const [from] = placeOf(cursor, 1);
	const groups = new Map<string, Totals>();
	let after: readonly string[] = from === undefined ? [] : [from, LAST_ROW];
	while (groups.size <= limit) {
		const rows = await journal.entriesBy(reference, after, ROWS_PAGE);
		for (const { row } of rows) add(groups, row[reference] ?? "", row.kind, row.amount);
		const last = rows.at(-1);
		if (last === undefined || rows.length < ROWS_PAGE) break;
		after = [last.row[reference] ?? "", last.id];
	}
	const ids = [...groups.keys()];
	const items = ids.slice(0, limit).map((id) => ({ id, totals: totalsOf(groups.get(id)) }));
	const last = items.at(-1);
	return { items, nextCursor: ids.length > limit && last !== undefined ? cursorOf(last.id) : null };
}

function add(groups: Map<string, Totals>, id: string, kind: EntryKind, amount: number): void {
	const totals: Totals = groups.get(id) ?? new Map();
	groups.set(id, totals);
	const { entries, amount: before } = totals.get(kind) ?? { entries: 0, amount: 0 };
	totals.set(kind, { entries: entries + 1, amount: before + amount });
}

function totalsOf(totals: Totals = new Map()) {
	return [...totals].map(([kind, figures]) => ({ kind, ...figures }));
}

/** An instant in UTC, as batches carry it; up to the millisecond. */
function instantOf(at: string): string {
	const ms = Date.parse(at);
	if (Number.isNaN(ms)) throw invalid("at");
	return new Date(ms).toISOString();
}
