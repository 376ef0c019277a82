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
			assertIndexed(kind, Object.keys(where));
			const conditions = equalities(where).join(" AND ");
			const sql = `SELECT count(*) AS n FROM ${kind.table}${conditions === "" ? "" : ` WHERE ${conditions}`}`;
			return Number(prepare(sql).get(...boundValues(where))?.["n"] ?? 0);
		},
	};
}

function findSql(kind: Kind, query: Query): { sql: string; values: Bound[] } {
	const { where = {}, range, direction, after = [], limit } = query;
	assertIndexed(kind, Object.keys(where), range?.field);
	const order = range === undefined ? ["id"] : [columnOf(range.field), "id"];
	const conditions = [...equalities(where), ...bounds(range), ...start(order, direction, after)];
	const filter = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
	const ordering = order.map((column) => `${column} ${direction}`).join(", ");
	return {
		sql: `SELECT * FROM ${kind.table}${filter} ORDER BY ${ordering} LIMIT ?`,
		values: [...boundValues(where), ...rangeValues(range), ...after.map(bind), Math.min(limit, FIND_MAX)],
	};
}

function equalities(where: Readonly<Record<string, Scalar>>): string[] {
	return Object.entries(where).map(([field, value]) => `${columnOf(field)} ${value === null ? "IS NULL" : "= ?"}`);
}

function boundValues(where: Readonly<Record<string, Scalar>>): Bound[] {
	return Object.values(where)
		.map(bind)
		.filter((value) => value !== null);
}

function bounds(range: Query["range"]): string[] {
	if (range === undefined) return [];
	const column = columnOf(range.field);
	const lower = range.from === undefined ? [] : [`${column} >= ?`];
	const upper = range.to === undefined ? [] : [`${column} <= ?`];
	return [`${column} IS NOT NULL`, ...lower, ...upper];
}

function rangeValues(range: Query["range"]): Bound[] {
	return [range?.from, range?.to].filter((value) => value !== undefined).map(bind);
}

function start(order: readonly string[], direction: Query["direction"], after: readonly Scalar[]): string[] {
	if (after.length === 0) return [];
	const columns = order.slice(-after.length).join(", ");
	return [`(${columns}) ${direction === "asc" ? ">" : "<"} (${after.map(() => "?").join(", ")})`];
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
