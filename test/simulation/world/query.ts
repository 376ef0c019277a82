import { type IndexDefinition, MissingIndex, type Query, type Scalar } from "../../../mixins/store/port.ts";
import type { Row } from "./disk.ts";

/** Rows a query asks for, in its order; throws `MissingIndex` when no index serves it. */
export function select(kind: string, indexes: readonly IndexDefinition[], rows: Iterable<Row>, query: Query): Row[] {
	const { where = {}, range, direction, after, limit } = query;
	assertIndexed(kind, indexes, Object.keys(where), range?.field);
	const found = [...rows].filter((row) => matches(row, where) && isWithin(row, range));
	const sign = direction === "asc" ? 1 : -1;
	const placeOf = (row: Row): Scalar[] => (range === undefined ? [row.id] : [fieldOf(row, range.field), row.id]);
	const rest =
		after === undefined
			? found
			: found.filter((row) => sign * compareAll(placeOf(row).slice(-after.length), after) > 0);
	return rest.sort((left, right) => sign * compareAll(placeOf(left), placeOf(right))).slice(0, limit);
}

/** Throws `MissingIndex` unless an index covers exactly these fields. */
export function assertIndexed(
	kind: string,
	indexes: readonly IndexDefinition[],
	equal: readonly string[],
	range?: string,
): void {
	const fields = range === undefined ? equal : [...equal, range];
	if (fields.length === 0) return;
	const isServed = indexes.some(
		(index) =>
			index.fields.length === fields.length &&
			fields.every((field) => index.fields.includes(field)) &&
			(range === undefined || index.fields.at(-1) === range),
	);
	if (!isServed) throw new MissingIndex(kind, fields);
}

/** Whether all fields are as asked; an absent field is null. */
export function matches(row: Row, where: Readonly<Record<string, Scalar>>): boolean {
	for (const field in where) if (fieldOf(row, field) !== where[field]) return false;
	return true;
}

function fieldOf({ seen }: Row, field: string): Scalar {
	return (seen[field] as Scalar | undefined) ?? null;
}

function isWithin(row: Row, range: Query["range"]): boolean {
	if (range === undefined) return true;
	const { field, from, to } = range;
	const value = fieldOf(row, field);
	if (value === null) return false;
	return (from === undefined || compare(value, from) >= 0) && (to === undefined || compare(value, to) <= 0);
}

function compareAll(left: readonly Scalar[], right: readonly Scalar[]): number {
	for (let index = 0; index < left.length; index++) {
		const order = compare(left[index] ?? null, right[index] ?? null);
		if (order !== 0) return order;
	}
	return 0;
}

/** Null, then numbers and booleans, then text. */
function compare(left: Scalar, right: Scalar): number {
	if (typeof left === "string" && typeof right === "string") return left < right ? -1 : Number(left > right);
	const ranks = rank(left) - rank(right);
	return ranks !== 0 ? ranks : Number(left) - Number(right);
}

function rank(value: Scalar): number {
	if (value === null) return 0;
	return typeof value === "string" ? 2 : 1;
}
