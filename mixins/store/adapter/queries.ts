import type { IndexDefinition, Query, Scalar } from "../port.ts";
import { refused } from "./refusals.ts";

/** What moleculer-db hands to an adapter's `find` and `count`. */
export interface Filters {
	readonly query?: unknown;
	readonly sort?: unknown;
	readonly limit?: number | null;
	readonly offset?: number | null;
	readonly search?: unknown;
	readonly searchFields?: unknown;
}

/** A request in the store's words: one document by id, or a query with the number of rows to leave out. */
export type Plan =
	{ readonly by: "id"; readonly id: string } | { readonly by: "index"; readonly query: Query; readonly skip: number };

/** Rows a single request may return. */
export const ROWS_MAX = 100;
/** Rows a page number may pass over; further on, lists are read by a range and not by pages. */
export const OFFSET_MAX = 1_000;

const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const BOUNDS = ["$gte", "$lte"];

type Range = NonNullable<Query["range"]>;
type Where = Readonly<Record<string, Scalar>>;
interface Conditions {
	readonly where: Where;
	readonly range: Range | null;
}

/** The plan for a `find`; refuses operators, fields and orders that no index serves. */
export function planOf(filters: Filters, indexes: readonly IndexDefinition[]): Plan {
	refuseSearch(filters);
	const { _id: id, ...rest } = recordOf(filters.query ?? {});
	if (id !== undefined) return byId(id, rest);
	const { where, range } = conditionsOf(rest);
	const { field, direction } = orderOf(filters.sort, range);
	const ordered = range ?? (field === null ? null : { field });
	assertServed(indexes, Object.keys(where), ordered?.field);
	const skip = skipOf(filters.offset);
	const limit = Math.min(ROWS_MAX, filters.limit ?? ROWS_MAX) + skip;
	const query: Query = { where, direction, limit };
	return { by: "index", skip, query: ordered === null ? query : { ...query, range: ordered } };
}

/** The equality conditions of a `count`; refuses everything else. */
export function countOf(filters: Filters, indexes: readonly IndexDefinition[]): Where {
	refuseSearch(filters);
	const { where, range } = conditionsOf(recordOf(filters.query ?? {}));
	if (range !== null)
		throw refused("QUERY_NOT_SUPPORTED", { field: range.field, reason: "a count takes equality only" });
	assertServed(indexes, Object.keys(where));
	return where;
}

function refuseSearch({ search, searchFields }: Filters): void {
	const isEmpty = (value: unknown) => value === undefined || value === null || value === "";
	if (!isEmpty(search) || !isEmpty(searchFields))
		throw refused("QUERY_NOT_SUPPORTED", { reason: "there is no text search" });
}

function recordOf(query: unknown): Readonly<Record<string, unknown>> {
	if (typeof query !== "object" || query === null || Array.isArray(query))
		throw refused("QUERY_NOT_SUPPORTED", { reason: "a query is an object" });
	return query as Readonly<Record<string, unknown>>;
}

function byId(id: unknown, rest: Readonly<Record<string, unknown>>): Plan {
	if (typeof id !== "string" || Object.keys(rest).length > 0)
		throw refused("QUERY_NOT_SUPPORTED", { reason: "an id is text and stands alone" });
	return { by: "id", id };
}

function conditionsOf(query: Readonly<Record<string, unknown>>): Conditions {
	const where: Record<string, Scalar> = {};
	let range: Range | null = null;
	for (const [field, value] of Object.entries(query)) {
		if (!FIELD_NAME.test(field)) throw refused("QUERY_NOT_SUPPORTED", { reason: "no such operator or field" });
		if (isScalar(value)) where[field] = value;
		else if (range === null) range = rangeOf(field, value);
		else throw refused("QUERY_NOT_SUPPORTED", { field, reason: "one range at a time" });
	}
	return { where, range };
}

function rangeOf(field: string, value: unknown): Range {
	const bounds = recordOf(value);
	const names = Object.keys(bounds);
	const isRange = names.length > 0 && names.every((name) => BOUNDS.includes(name) && isScalar(bounds[name]));
	if (!isRange) throw refused("QUERY_NOT_SUPPORTED", { field, reason: "only equality, $gte and $lte" });
	const { $gte: from, $lte: to } = bounds as { $gte?: Scalar; $lte?: Scalar };
	return { field, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

interface Order {
	readonly field: string | null;
	readonly direction: "asc" | "desc";
}

function orderOf(sort: unknown, range: Range | null): Order {
	const text = sortText(sort);
	const wanted = range?.field ?? null;
	if (text === "") return { field: wanted, direction: "asc" };
	const field = text.replace(/^-/, "");
	const direction = text.startsWith("-") ? "desc" : "asc";
	return { field: orderField(field, wanted), direction };
}

function orderField(field: string, wanted: string | null): string | null {
	if (field === "_id" && wanted === null) return null;
	if (!FIELD_NAME.test(field) || (wanted ?? field) !== field)
		throw refused("QUERY_NOT_SUPPORTED", { reason: "the order follows the range" });
	return field;
}

/** The one field to sort by, with its minus; empty for none. */
function sortText(sort: unknown): string {
	const [first = "", ...others] = typeof sort === "string" ? sort.split(/[,\s]+/) : listOf(sort);
	if (typeof first !== "string" || others.length > 0)
		throw refused("QUERY_NOT_SUPPORTED", { reason: "one field to sort by" });
	return first;
}

function listOf(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

function skipOf(offset: number | null | undefined): number {
	const skip = offset ?? 0;
	if (!Number.isSafeInteger(skip) || skip < 0 || skip > OFFSET_MAX)
		throw refused("OFFSET_TOO_LARGE", { offset: skip, max: OFFSET_MAX });
	return skip;
}

function assertServed(indexes: readonly IndexDefinition[], equal: readonly string[], last?: string): void {
	const fields = last === undefined ? equal : [...equal, last];
	const isServed = indexes.some(
		(index) =>
			index.fields.length === fields.length &&
			fields.every((field) => index.fields.includes(field)) &&
			(last === undefined || index.fields.at(-1) === last),
	);
	if (fields.length > 0 && !isServed) throw refused("QUERY_NOT_SUPPORTED", { fields, reason: "no index serves it" });
}

function isScalar(value: unknown): value is Scalar {
	return value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}
