import {
	type IndexDefinition,
	MissingIndex,
	type Query,
	type Scalar,
	type StoredDocument,
} from "../../../mixins/store/port.ts";

type Fields = Readonly<Record<string, Scalar | undefined>>;

/** The documents a query asks for, in its order; throws `MissingIndex` when no index serves it. */
export function select(
	kind: string,
	indexes: readonly IndexDefinition[],
	documents: readonly StoredDocument[],
	query: Query,
): StoredDocument[] {
	const { where = {}, range, direction, after, limit } = query;
	assertIndexed(kind, indexes, Object.keys(where), range?.field);
	const sign = direction === "asc" ? 1 : -1;
	const placeOf = (document: StoredDocument): Scalar[] =>
		range === undefined ? [document.id] : [fieldOf(document, range.field), document.id];
	return documents
		.filter((document) => matches(document, where))
		.filter((document) => range === undefined || isWithin(fieldOf(document, range.field), range))
		.filter((document) => after === undefined || sign * compareAll(placeOf(document).slice(-after.length), after) > 0)
		.sort((left, right) => sign * compareAll(placeOf(left), placeOf(right)))
		.slice(0, limit);
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
export function matches(document: StoredDocument, where: Readonly<Record<string, Scalar>>): boolean {
	return Object.entries(where).every(([field, value]) => fieldOf(document, field) === value);
}

function fieldOf(document: StoredDocument, field: string): Scalar {
	return (document.state as Fields)[field] ?? null;
}

function isWithin(value: Scalar, { from, to }: NonNullable<Query["range"]>): boolean {
	if (value === null) return false;
	return (from === undefined || compare(value, from) >= 0) && (to === undefined || compare(value, to) <= 0);
}

function compareAll(left: readonly Scalar[], right: readonly Scalar[]): number {
	for (const [index, value] of left.entries()) {
		const order = compare(value, right[index] ?? null);
		if (order !== 0) return order;
	}
	return 0;
}

/** Null, then numbers and booleans, then text by code point. */
function compare(left: Scalar, right: Scalar): number {
	if (typeof left === "string" && typeof right === "string")
		return Buffer.compare(Buffer.from(left), Buffer.from(right));
	const ranks = rank(left) - rank(right);
	return ranks !== 0 ? ranks : Number(left) - Number(right);
}

function rank(value: Scalar): number {
	if (value === null) return 0;
	return typeof value === "string" ? 2 : 1;
}
