import type { DatabaseSync, StatementSync } from "node:sqlite";
import { MissingIndex, type Query, type Scalar } from "../port.ts";
import { bind, columnOf, type Bound, type Kind } from "./kinds.ts";

/** Rows a single query may return. */
export const FIND_MAX = 10_000;

/** A query as SQL; statements are prepared once per shape. */
export interface Queries {
	find(kind: Kind, query: Query): readonly Record<string, unknown>[];
	count(kind: Kind, where: Readonly<Record<string, Scalar>>): number;
}

/** Queries over one database. */
export function createQueries(db: DatabaseSync): Queries {
	const prepared = new Map<string, StatementSync>();
	const prepare = (sql: string): StatementSync => {
		const known = prepared.get(sql) ?? db.prepare(sql);
		prepared.set(sql, known);
		return known;
	};
	return {
		find(kind, query) {
			const { sql, values } = findSql(kind, query);
			return prepare(sql).all(...values);
		},
		count(kind, where) {
			const fields = Object.keys(where);
			assertIndexed(kind, fields);
			const conditions = fields.map((field) => equals(field, where[field])).join(" AND ");
			const sql = `SELECT count(*) AS n FROM ${kind.table}${conditions === "" ? "" : ` WHERE ${conditions}`}`;
			return Number(prepare(sql).get(...boundValues(where))?.["n"] ?? 0);
		},
	};
}

function findSql(kind: Kind, query: Query): { sql: string; values: Bound[] } {
	const { where = {}, range, direction, after, limit } = query;
	const fields = Object.keys(where);
	assertIndexed(kind, fields, range?.field);

	const conditions = fields.map((field) => equals(field, where[field]));
	const values: Bound[] = boundValues(where);
	addBound(conditions, values, range?.field, ">=", range?.from);
	addBound(conditions, values, range?.field, "<=", range?.to);
	const order = range === undefined ? ["id"] : [columnOf(range.field), "id"];
	if (range !== undefined) conditions.push(`${columnOf(range.field)} IS NOT NULL`);
	if (after !== undefined) {
		const tuple = order.slice(-after.length);
		conditions.push(`(${tuple.join(", ")}) ${direction === "asc" ? ">" : "<"} (${tuple.map(() => "?").join(", ")})`);
		values.push(...after.map(bind));
	}
	const filter = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
	const ordering = order.map((column) => `${column} ${direction}`).join(", ");
	return {
		sql: `SELECT * FROM ${kind.table}${filter} ORDER BY ${ordering} LIMIT ?`,
		values: [...values, Math.min(limit, FIND_MAX)],
	};
}

function addBound(
	conditions: string[],
	values: Bound[],
	field: string | undefined,
	sign: string,
	value: Scalar | undefined,
): void {
	if (field === undefined || value === undefined) return;
	conditions.push(`${columnOf(field)} ${sign} ?`);
	values.push(bind(value));
}

/** Equality fields in any order, then the range field; the id alone always has its primary key. */
function assertIndexed(kind: Kind, equal: readonly string[], range?: string): void {
	const fields = range === undefined ? equal : [...equal, range];
	if (fields.length === 0) return;
	const serves = kind.indexes.some(
		(index) =>
			index.fields.length === fields.length &&
			index.fields.every((field) => fields.includes(field)) &&
			(range === undefined || index.fields.at(-1) === range),
	);
	if (!serves) throw new MissingIndex(kind.name, fields);
}

function equals(field: string, value: Scalar | undefined): string {
	return value === null || value === undefined ? `${columnOf(field)} IS NULL` : `${columnOf(field)} = ?`;
}

function boundValues(where: Readonly<Record<string, Scalar>>): Bound[] {
	return Object.values(where)
		.map(bind)
		.filter((value) => value !== null);
}
