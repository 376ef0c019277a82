import type { EntryView, LedgerActions } from "../contract.ts";
import type { Batch } from "../domain/batch.ts";
import { chartPathOf, movedBy } from "../domain/chart.ts";
import { entryView } from "./book.ts";
import { cursorOf, invalid, placeOf } from "./cursor.ts";
import type { Journal, Reference } from "./ports.ts";

type Params = LedgerActions["ledger.entries"]["params"];
type Page = LedgerActions["ledger.entries"]["result"];

const PAGE_DEFAULT = 20;
const KEYS = ["cause", "account", "orderId", "paymentId"] as const;

/** Entries by exactly one of cause, account, order or payment, in the order of the chain. */
export async function findEntries(journal: Journal, params: Params): Promise<Page> {
	const keys = KEYS.filter((key) => params[key] !== undefined);
	const [key] = keys;
	if (key === undefined || keys.length > 1) throw invalid(keys[1] ?? "cause");
	const { limit = PAGE_DEFAULT, cursor } = params;
	const value = params[key] ?? "";
	if (key === "cause") return { items: await byCause(journal, value), nextCursor: null };
	if (key === "account") return byAccount(journal, value, placeOf(cursor, 3), limit);
	return byReference(journal, key, value, placeOf(cursor, 1), limit);
}

async function byCause(journal: Journal, cause: string): Promise<readonly EntryView[]> {
	const sequence = await journal.sequenceOf(cause);
	const batch = sequence === null ? null : await journal.batch(sequence);
	return batch === null ? [] : viewsOf(batch).filter((entry) => entry.cause === cause);
}

async function byReference(
	journal: Journal,
	by: Reference,
	id: string,
	after: readonly string[],
	limit: number,
): Promise<Page> {
	const rows = await journal.entriesOf(by, id, after, limit + 1);
	const page = rows.slice(0, limit);
	const batches = await batchesOf(
		journal,
		page.map(({ row }) => row.sequence),
	);
	const items = page.flatMap(({ row }) => {
		const batch = batches.get(row.sequence);
		return batch === undefined ? [] : viewsOf(batch).slice(row.index, row.index + 1);
	});
	const last = page.at(-1);
	return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last.id) : null };
}

/** A place is the row before, and how many entries of the next row were shown already. */
async function byAccount(journal: Journal, account: string, place: readonly string[], limit: number): Promise<Page> {
	chartPathOf(account);
	let { after, skip } = startOf(place);
	const items: EntryView[] = [];
	// Every row stands for one entry at least, so this many fill the page and show whether there is more.
	for (const { id, row } of await journal.balancesOf(account, after, limit + 1)) {
		const moving = (await entriesMoving(journal, row.sequence, account)).slice(skip);
		const room = limit - items.length;
		items.push(...moving.slice(0, room));
		if (moving.length > room) {
			const [postedAt = "", rowId = ""] = after;
			return { items, nextCursor: cursorOf(postedAt, rowId, String(skip + room)) };
		}
		after = [row.postedAt, id];
		skip = 0;
	}
	return { items, nextCursor: null };
}

function startOf(place: readonly string[]): { after: readonly string[]; skip: number } {
	const [postedAt = "", rowId = "", shown = "0"] = place;
	const skip = Number(shown);
	if (!Number.isSafeInteger(skip) || skip < 0) throw invalid("cursor");
	return { after: rowId === "" ? [] : [postedAt, rowId], skip };
}

async function entriesMoving(journal: Journal, sequence: number, account: string): Promise<readonly EntryView[]> {
	const batch = await journal.batch(sequence);
	return batch === null ? [] : viewsOf(batch).filter((entry) => isMoving(entry, account));
}

async function batchesOf(journal: Journal, sequences: readonly number[]): Promise<ReadonlyMap<number, Batch>> {
	const batches = new Map<number, Batch>();
	for (const sequence of new Set(sequences)) {
		const batch = await journal.batch(sequence);
		if (batch !== null) batches.set(sequence, batch);
	}
	return batches;
}

function viewsOf(batch: Batch): readonly EntryView[] {
	return batch.entries.map((entry) => entryView(entry, batch));
}

function isMoving({ legs }: EntryView, account: string): boolean {
	return legs.some((leg) => movedBy(leg.account).includes(account));
}
