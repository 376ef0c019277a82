import type { DatabaseSync } from "node:sqlite";
import { sourceOf } from "../../../services/shared/events.ts";
import { columnOf, indexedValues, type Kind } from "./kinds.ts";
import { DamagedRow, parseDocument, parseEnvelope, type Row } from "./rows.ts";

const EVENTS =
	"SELECT position, kind, aggregate, sequence, command_id, envelope, checksum FROM events ORDER BY position";
/** A command id must stand at the event it led to; records without events have only their count of commands. */
const STRAY_COMMANDS = `
	SELECT commands.kind, commands.aggregate, commands.command_id FROM commands
	LEFT JOIN events ON events.kind = commands.kind AND events.aggregate = commands.aggregate AND events.sequence = commands.sequence
	WHERE events.command_id IS NOT commands.command_id
	AND EXISTS (SELECT 1 FROM events AS own WHERE own.kind = commands.kind AND own.aggregate = commands.aggregate)`;

/** Reads the whole file once, without holding it, and names the rows and pages that are not what was written. */
export function checkRows(db: DatabaseSync, kinds: readonly Kind[], limit: number): readonly string[] {
	const damaged: string[] = [];
	const check = (sql: string, assertSound: (row: Row) => void): void => {
		if (damaged.length >= limit) return;
		try {
			for (const row of db.prepare(sql).iterate() as Iterable<Row>) {
				const problem = problemOf(() => assertSound(row));
				if (problem !== null && damaged.push(problem) >= limit) return;
			}
		} catch (error) {
			damaged.push(`the data file: ${(error as Error).message}`);
		}
	};
	check(EVENTS, assertEvent);
	for (const kind of kinds) {
		check(`SELECT * FROM ${kind.table}`, (row) => assertDocument(kind, row));
		check(straying(kind), ({ id }) => refuse(`document ${String(id)}`));
		check(homeless(kind), ({ name, id }) => refuse(`unique ${String(name)} of ${kind.name} ${String(id)}`));
	}
	check(STRAY_COMMANDS, (row) =>
		refuse(`command ${String(row["command_id"])} of ${String(row["kind"])} ${String(row["aggregate"])}`),
	);
	check(`PRAGMA integrity_check(${limit})`, assertOk);
	return damaged;
}

/** Documents whose number of commands or last time is not what commands and events say. */
function straying({ name, table }: Kind): string {
	const own = (other: string) => `${other}.kind = '${name}' AND ${other}.aggregate = document.id`;
	return `SELECT id FROM ${table} AS document
		LEFT JOIN events ON ${own("events")} AND events.sequence = document.sequence
		WHERE command_count <> (SELECT count(*) FROM commands WHERE ${own("commands")})
		OR (json_valid(envelope) AND last_time <> json_extract(envelope, '$.time'))`;
}

/** Unique values whose holder does not exist. */
function homeless({ name, table }: Kind): string {
	return `SELECT name, id FROM unique_values WHERE kind = '${name}' AND id NOT IN (SELECT id FROM ${table})`;
}

function assertEvent(row: Row): void {
	const { source, subject, sequence, commandid } = parseEnvelope(row);
	const written = [source, subject, sequence, commandid];
	const stored = [sourceOf(String(row["kind"])), row["aggregate"], row["sequence"], row["command_id"]];
	if (written.some((value, index) => value !== stored[index]))
		throw new DamagedRow(`event at position ${String(row["position"])}`);
}

function assertDocument(kind: Kind, row: Row): void {
	const { id, state } = parseDocument(row);
	const values = indexedValues(kind.fields, state);
	if (kind.fields.some((field, index) => row[columnOf(field)] !== values[index]))
		throw new DamagedRow(`document ${id}`);
}

function refuse(what: string): never {
	throw new DamagedRow(what);
}

function assertOk(row: Row): void {
	const message = String(row["integrity_check"]);
	if (message !== "ok") refuse(`the data file (${message})`);
}

function problemOf(assertSound: () => void): string | null {
	try {
		assertSound();
		return null;
	} catch (error) {
		if (error instanceof DamagedRow || error instanceof SyntaxError) return error.message;
		throw error;
	}
}
