import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { IndexDefinition, KindDefinition, Scalar, State } from "../port.ts";

/** What SQLite binds. */
export type Bound = string | number | null;

/** A kind's table: prepared statements for the hot path, and what its queries may use. */
export interface Kind {
	readonly name: string;
	readonly table: string;
	readonly fields: readonly string[];
	readonly indexes: readonly IndexDefinition[];
	readonly insert: StatementSync;
	readonly update: StatementSync;
	readonly select: StatementSync;
	readonly remove: StatementSync;
}

const KIND_NAME = /^[a-z][a-z0-9-]{0,40}$/;
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9]{0,40}$/;
const BASE_COLUMNS = "id, version, sequence, state, last_time, command_count, checksum";
const BASE_COUNT = 7;

/** Makes the kind's table and indexes where they are missing and prepares its statements. */
export function prepareKind(db: DatabaseSync, { kind, indexes = [] }: KindDefinition): Kind {
	if (!KIND_NAME.test(kind)) throw new Error(`${kind} is not a name for a kind`);
	const fields = [...new Set(indexes.flatMap((index) => index.fields))];
	for (const field of fields)
		if (!FIELD_NAME.test(field)) throw new Error(`${field} is not a field that can be indexed`);
	const table = `doc_${kind.replaceAll("-", "_")}`;

	db.exec(`CREATE TABLE IF NOT EXISTS ${table} (
		id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, sequence INTEGER NOT NULL, state TEXT NOT NULL,
		last_time TEXT NOT NULL, command_count INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT`);
	addColumns(db, table, fields);
	for (const index of indexes) createIndex(db, table, index);

	const columns = [BASE_COLUMNS, ...fields.map(columnOf)].join(", ");
	const places = Array.from({ length: BASE_COUNT + fields.length }, () => "?").join(", ");
	const assignments = [
		"version = ?",
		"sequence = ?",
		"state = ?",
		"last_time = ?",
		"command_count = command_count + ?",
		"checksum = ?",
	];
	const updates = [...assignments, ...fields.map((field) => `${columnOf(field)} = ?`)].join(", ");
	return {
		name: kind,
		table,
		fields,
		indexes,
		insert: db.prepare(`INSERT INTO ${table} (${columns}) VALUES (${places}) ON CONFLICT (id) DO NOTHING`),
		update: db.prepare(`UPDATE ${table} SET ${updates} WHERE id = ? AND version = ?`),
		select: db.prepare(`SELECT ${BASE_COLUMNS} FROM ${table} WHERE id = ?`),
		remove: db.prepare(`DELETE FROM ${table} WHERE id = ?`),
	};
}

/** The column of an indexed field. */
export function columnOf(field: string): string {
	return `x_${field}`;
}

/** The indexed fields' values in column order. */
export function indexedValues(kind: Kind, state: State): Bound[] {
	const values = state as Readonly<Record<string, unknown>>;
	return kind.fields.map((field) => bind(values[field] as Scalar | undefined));
}

/** A scalar as SQLite keeps it; anything else is not indexed. */
export function bind(value: Scalar | undefined): Bound {
	if (typeof value === "boolean") return value ? 1 : 0;
	return typeof value === "string" || typeof value === "number" ? value : null;
}

function addColumns(db: DatabaseSync, table: string, fields: readonly string[]): void {
	const present = new Set(
		db
			.prepare(`PRAGMA table_info(${table})`)
			.all()
			.map((row) => row["name"]),
	);
	for (const field of fields) {
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
	db.exec(
		`CREATE INDEX IF NOT EXISTS ${table}_by_${fields.join("_")}${sparse ? "_set" : ""} ON ${table} (${columns})${where}`,
	);
}
