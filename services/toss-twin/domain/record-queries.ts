import { DAY_MS, isCalendarDay, parseInstant } from "./dates.ts";
import { VendorRefusal } from "./errors.ts";
import { soldDaysPaidWithin } from "./settlement.ts";

const PAGE_MAX = 5000;
const RECEIPTS_MAX = 10_000;
const PAGE_DEFAULT = 100;
const PAGES_MAX = 1_000_000;

/** A half-open range of instants. */
export interface Range {
	readonly from: number;
	readonly until: number;
}

export interface TransactionQuery extends Range {
	readonly startingAfter: string | null;
	readonly limit: number;
}

/** The query of `GET /v1/transactions`. */
export function transactionQuery(query: URLSearchParams): TransactionQuery {
	const from = instantOf(query, "startDate");
	const until = instantOf(query, "endDate") + 1;
	if (until <= from) throw new VendorRefusal("INVALID_DATE");
	return { from, until, startingAfter: query.get("startingAfter"), limit: countOf(query, "limit", PAGE_MAX) };
}

export interface SettlementQuery {
	/** Null when no day of sale can match. */
	readonly range: Range | null;
	readonly skip: number;
	readonly limit: number;
}

/** The query of `GET /v1/settlements`: days in Seoul, both ends included. */
export function settlementQuery(query: URLSearchParams): SettlementQuery {
	const from = dayOf(query, "startDate");
	const to = dayOf(query, "endDate");
	if (to < from) throw new VendorRefusal("INVALID_DATE");
	const dateType = query.get("dateType") ?? "soldDate";
	if (dateType !== "soldDate" && dateType !== "paidOutDate") throw new VendorRefusal("INVALID_REQUEST");
	const days = dateType === "soldDate" ? { from, to } : soldDaysPaidWithin(from, to);
	const limit = countOf(query, "size", PAGE_MAX);
	const page = numberOf(query, "page", 1, PAGES_MAX, "INVALID_REQUEST") ?? 1;
	return { range: days === null ? null : rangeOf(days.from, days.to), skip: (page - 1) * limit, limit };
}

function rangeOf(from: string, to: string): Range {
	return { from: Date.parse(`${from}T00:00:00+09:00`), until: Date.parse(`${to}T00:00:00+09:00`) + DAY_MS };
}

export interface ReceiptQuery {
	readonly day: string;
	readonly after: number;
	readonly limit: number;
}

/** The query of `GET /v1/cash-receipts`. */
export function receiptQuery(query: URLSearchParams): ReceiptQuery {
	const day = query.get("requestDate");
	if (day === null || !isCalendarDay(day)) throw new VendorRefusal("INVALID_DATE");
	const after = numberOf(query, "cursor", 0, Number.MAX_SAFE_INTEGER, "INVALID_PAGING_KEY") ?? 0;
	return { day, after, limit: countOf(query, "limit", RECEIPTS_MAX) };
}

function instantOf(query: URLSearchParams, name: string): number {
	const text = query.get(name);
	if (text === null) throw new VendorRefusal("INVALID_REQUEST");
	// An unescaped plus sign arrives as a blank.
	const at = parseInstant(text.replace(" ", "+"));
	if (at === null) throw new VendorRefusal("INVALID_ISO_DATE_FORMAT");
	return at;
}

function dayOf(query: URLSearchParams, name: string): string {
	const at = instantOf(query, name);
	return new Date(at + 9 * 3_600_000).toISOString().slice(0, 10);
}

function countOf(query: URLSearchParams, name: string, max: number): number {
	return numberOf(query, name, 1, max, "EXCEED_MAX_QUERY_LIMIT") ?? PAGE_DEFAULT;
}

function numberOf(query: URLSearchParams, name: string, min: number, max: number, tooLarge: string): number | null {
	const text = query.get(name);
	if (text === null || text === "") return null;
	if (!/^\d{1,16}$/.test(text) || Number(text) < min) throw new VendorRefusal("INVALID_REQUEST");
	if (Number(text) > max) throw new VendorRefusal(tooLarge);
	return Number(text);
}
