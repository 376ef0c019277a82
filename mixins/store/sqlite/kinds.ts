import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { IndexDefinition, KindDefinition, Scalar, State } from "../port.ts";

/** What SQLite binds. */
export type Bound = string | number | null;

/** A kind's table, for reading: its indexed fields in column order and what its queries may use. */
export interface Kind {
	readonly name: string;
	readonly table: string;
	readonly fields: readonly string[];
	readonly indexes: readonly IndexDefinition[];
	readonly select: StatementSync;
}

/** A kind's table, for writing. */
export interface WriteStatements {
	/** Number of indexed columns. */
	readonly fields: number;
	readonly insert: StatementSync;
	readonly update: StatementSync;
	readonly previous: StatementSync;
	readonly remove: StatementSync;
}

const KIND_NAME = /^[a-z][a-z0-9-]{0,40}$/;
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9]{0,40}$/;
const INDEXED_PREFIX = "x_";
const BASE_COLUMNS = ["id", "version", "sequence", "state", "last_time", "command_count", "checksum"];

/** Makes the kind's table, columns and indexes where they are missing. */
export function prepareKind(db: DatabaseSync, { kind, indexes = [] }: KindDefinition): Kind {
	const table = tableOf(kind);
	db.exec(`CREATE TABLE IF NOT EXISTS ${table} (
		id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, sequence INTEGER NOT NULL, state TEXT NOT NULL,
		last_time TEXT NOT NULL, command_count INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT`);
	addColumns(db, table, [...new Set(indexes.flatMap((index) => index.fields))]);
	for (const index of indexes) createIndex(db, table, index);
	return {
		name: kind,
		table,
		fields: indexedColumns(db, table).map((column) => column.slice(INDEXED_PREFIX.length)),
		indexes,
		select: db.prepare(`SELECT ${BASE_COLUMNS.join(", ")} FROM ${table} WHERE id = ?`),
	};
}

/** Statements over a table that exists. */
export function writeStatements(db: DatabaseSync, kind: string): WriteStatements {
	const table = tableOf(kind);
	const indexed = indexedColumns(db, table);
	const columns = [...BASE_COLUMNS, ...indexed];
	const places = columns.map(() => "?").join(", ");
	const base = [
		"version = ?",
		"sequence = ?",
		"state = ?",
		"last_time = ?",
		"command_count = command_count + ?",
		"checksum = ?",
	];
	const updates = [...base, ...indexed.map((column) => `${column} = ?`)].join(", ");
	return {
		fields: indexed.length,
		insert: db.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places}) ON CONFLICT (id) DO NOTHING`),
		update: db.prepare(`UPDATE ${table} SET ${updates} WHERE id = ? AND version = ?`),
		previous: db.prepare(`SELECT sequence, last_time FROM ${table} WHERE id = ?`),
		remove: db.prepare(`DELETE FROM ${table} WHERE id = ?`),
	};
}

/** The column of an indexed field. */
export function columnOf(field: string): string {
	return INDEXED_PREFIX + field;
}

/** The indexed fields' values in column order. */
export function indexedValues(fields: readonly string[], state: State): Bound[] {
	const values = state as Readonly<Record<string, unknown>>;
	return fields.map((field) => bind(values[field] as Scalar | undefined));
}

/** A scalar as SQLite keeps it; anything else is not indexed. */
export function bind(value: Scalar | undefined): Bound {
	if (typeof value === "boolean") return value ? 1 : 0;
	return typeof value === "string" || typeof value === "number" ? value : null;
}

function tableOf(kind: string): string {
	if (!KIND_NAME.test(kind)) throw new Error(`${kind} is not a name for a kind`);
	return `doc_${kind.replaceAll("-", "_")}`;
}

function indexedColumns(db: DatabaseSync, table: string): string[] {
	return db
		.prepare(`PRAGMA table_info(${table})`)
		.all()
		.map((row) => String(row["name"]))
		.filter((name) => name.startsWith(INDEXED_PREFIX));
}

function addColumns(db: DatabaseSync, table: string, fields: readonly string[]): void {
	const present = new Set(indexedColumns(db, table));
	for (const field of fields) {
		if (!FIELD_NAME.test(field)) throw new Error(`${field} is not a field that can be indexed`);
		const column = columnOf(field);
		if (present.has(column)) continue;
		db.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ANY`);
		db.exec(`UPDATE ${table} SET ${column} = json_extract(state, '$.${field}')`);
	}
}

function createIndex(db: DatabaseSync, table: string, { fields, sparse = false }: IndexDefinition): void {
	const last = fields.at(-1);
	if (last === undefined) throw new Error(`an index of ${table} names no field`);
	const columns = [...fields.map(columnOf), "id"].join(", ");
	const where = sparse ? ` WHERE ${columnOf(last)} IS NOT NULL` : "";
	const name = `${table}_by_${fields.join("_")}${sparse ? "_set" : ""}`;
	db.exec(`CREATE INDEX IF NOT EXISTS ${name} ON ${table} (${columns})${where}`);
}
