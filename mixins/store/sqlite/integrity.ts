import type { DatabaseSync } from "node:sqlite";
import { sourceOf } from "../../../services/shared/events.ts";
import type { InspectedPage } from "../port.ts";
import { columnOf, indexedValues, type Kind } from "./kinds.ts";
import { DamagedRow, parseDocument, parseEnvelope, type Row } from "./rows.ts";

/** Rows of one page; one page is one statement, and what waits gets its turn between two. */
const PAGE = 250;

const EVENTS = `SELECT position, kind, aggregate, sequence, command_id, envelope, checksum FROM events
	WHERE position > ? ORDER BY position LIMIT ${PAGE}`;
/** A command id must stand at the event it led to; records without events have only their count of commands. */
const COMMANDS = `
	SELECT commands.kind, commands.aggregate, commands.command_id, events.command_id AS told,
		EXISTS (SELECT 1 FROM events AS own WHERE own.kind = commands.kind AND own.aggregate = commands.aggregate) AS is_eventful
	FROM commands
	LEFT JOIN events ON events.kind = commands.kind AND events.aggregate = commands.aggregate AND events.sequence = commands.sequence
	WHERE (commands.kind, commands.aggregate, commands.command_id) > (?, ?, ?)
	ORDER BY commands.kind, commands.aggregate, commands.command_id LIMIT ${PAGE}`;

type Place = (string | number)[];

/** One table's way of being read: the statement, where a row stands in its order, and what has to be true of it. */
interface Walk {
	readonly sql: string;
	readonly fixed: readonly string[];
	readonly start: Place;
	placeOf(row: Row): Place;
	check(row: Row): void;
}

/** Reads the whole file once, a page at a time, and names the rows that are not what was written; the last page is the file's structure. */
export function* inspectRows(db: DatabaseSync, kinds: readonly Kind[], head: number): Generator<InspectedPage> {
	yield* inspectEvents(db, head);
	for (const kind of kinds) {
		yield* walk(db, documentsOf(kind));
		yield* walk(db, uniqueValuesOf(kind));
		yield* walk(db, historiesOf(kind));
	}
	yield* walk(db, COMMAND_WALK);
}

/** What SQLite itself says of the file's structure, at most `limit` sentences. */
export function inspectStructure(db: DatabaseSync, limit: number): readonly string[] {
	try {
		const rows = db.prepare(`PRAGMA integrity_check(${limit})`).all() as Row[];
		return rows
			.map((row) => String(row["integrity_check"]))
			.filter((message) => message !== "ok")
			.map((message) => new DamagedRow(`the data file (${message})`).message);
	} catch (error) {
		return [`the data file: ${(error as Error).message}`];
	}
}

/** Rows that a whole inspection reads, about: counting them would hold everybody up. Each event has its command, each document its history. */
export function estimateRows(db: DatabaseSync, kinds: readonly Kind[], head: number): number {
	try {
		const highest = (table: string) => Number(db.prepare(`SELECT max(rowid) AS n FROM ${table}`).get()?.["n"] ?? 0);
		return kinds.reduce((sum, { table }) => sum + 2 * highest(table), 2 * head);
	} catch {
		return 0;
	}
}

/** Reads everything at once, for tools and tests; at most `limit` findings. */
export function checkRows(db: DatabaseSync, kinds: readonly Kind[], head: number, limit: number): readonly string[] {
	const damaged: string[] = [];
	for (const page of inspectRows(db, kinds, head)) {
		damaged.push(...page.damaged);
		if (damaged.length >= limit) return damaged.slice(0, limit);
	}
	damaged.push(...inspectStructure(db, limit));
	return damaged.slice(0, limit);
}

/** Positions run 1, 2, 3 …; a hole is an event that somebody took out. */
function* inspectEvents(db: DatabaseSync, head: number): Generator<InspectedPage> {
	let next = 1;
	const holes = (upTo: number): string[] => {
		const from = next;
		next = upTo + 1;
		return upTo > from ? [missing(`events from position ${from} to ${upTo - 1}`)] : [];
	};
	const events: Walk = {
		sql: EVENTS,
		fixed: [],
		start: [0],
		placeOf: (row) => [Number(row["position"])],
		check: assertEvent,
	};
	for (const { rows, damaged } of walk(db, events, (row) => holes(Number(row["position"])))) yield { rows, damaged };
	yield { rows: 0, damaged: holes(Math.max(next, head + 1)) };
}

function* walk(db: DatabaseSync, table: Walk, each: (row: Row) => string[] = () => []): Generator<InspectedPage> {
	let place = table.start;
	for (;;) {
		const damaged: string[] = [];
		const rows = pageOf(db, table, place, damaged);
		for (const row of rows) {
			damaged.push(...each(row));
			const problem = problemOf(() => table.check(row));
			if (problem !== null) damaged.push(problem);
		}
		const last = rows.at(-1);
		yield { rows: rows.length, damaged };
		if (last === undefined || rows.length < PAGE) return;
		place = table.placeOf(last);
	}
}

function pageOf(db: DatabaseSync, { sql, fixed }: Walk, place: Place, damaged: string[]): readonly Row[] {
	try {
		return db.prepare(sql).all(...fixed, ...place);
	} catch (error) {
		damaged.push(`the data file: ${(error as Error).message}`);
		return [];
	}
}

/** Documents with the numbers of their commands and events, in one statement and so of one moment. */
function documentsOf(kind: Kind): Walk {
	const own = (table: string) => `${table}.kind = '${kind.name}' AND ${table}.aggregate = document.id`;
	return {
		sql: `SELECT document.*,
				(SELECT count(*) FROM commands WHERE ${own("commands")}) AS own_commands,
				(SELECT count(*) FROM events WHERE ${own("events")}) AS own_events,
				(SELECT envelope FROM events WHERE ${own("events")} AND events.sequence = document.sequence) AS last_envelope
			FROM ${kind.table} AS document WHERE id > ? ORDER BY id LIMIT ${PAGE}`,
		fixed: [],
		start: [""],
		placeOf: (row) => [String(row["id"])],
		check: (row) => assertDocument(kind, row),
	};
}

/** Unique values whose holder does not exist. */
function uniqueValuesOf({ name: kind, table }: Kind): Walk {
	return {
		sql: `SELECT name, value, id, EXISTS (SELECT 1 FROM ${table} WHERE ${table}.id = unique_values.id) AS is_held
			FROM unique_values WHERE kind = ? AND (name, value) > (?, ?) ORDER BY name, value LIMIT ${PAGE}`,
		fixed: [kind],
		start: ["", ""],
		placeOf: (row) => [String(row["name"]), String(row["value"])],
		check: ({ is_held, name, id }) => {
			if (is_held !== 1) refuse(`unique ${String(name)} of ${kind} ${String(id)}`);
		},
	};
}

/** Aggregates that have events and no document any more. */
function historiesOf({ name: kind, table }: Kind): Walk {
	return {
		sql: `SELECT aggregate, EXISTS (SELECT 1 FROM ${table} WHERE ${table}.id = aggregate) AS is_held
			FROM events WHERE kind = ? AND aggregate > ? GROUP BY aggregate ORDER BY aggregate LIMIT ${PAGE}`,
		fixed: [kind],
		start: [""],
		placeOf: (row) => [String(row["aggregate"])],
		check: ({ is_held, aggregate }) => {
			if (is_held !== 1) refuse(`document ${String(aggregate)} of ${kind}, which has events,`, String(aggregate));
		},
	};
}

const COMMAND_WALK: Walk = {
	sql: COMMANDS,
	fixed: [],
	start: ["", "", ""],
	placeOf: (row) => [String(row["kind"]), String(row["aggregate"]), String(row["command_id"])],
	check: ({ kind, aggregate, command_id, told, is_eventful }) => {
		if (is_eventful === 1 && told !== command_id)
			refuse(`command ${String(command_id)} of ${String(kind)} ${String(aggregate)}`);
	},
};

function assertEvent(row: Row): void {
	const { source, subject, sequence, commandid } = parseEnvelope(row);
	const written = [source, subject, sequence, commandid];
	const stored = [sourceOf(String(row["kind"])), row["aggregate"], row["sequence"], row["command_id"]];
	if (written.some((value, index) => value !== stored[index]))
		throw new DamagedRow(`event at position ${String(row["position"])}`);
}

function assertDocument(kind: Kind, row: Row): void {
	const { id, state, sequence, commandCount, lastTime } = parseDocument(row);
	const values = indexedValues(kind.fields, state);
	const isIndexed = kind.fields.every((field, index) => row[columnOf(field)] === values[index]);
	const isCounted = row["own_commands"] === commandCount && row["own_events"] === sequence;
	if (!isIndexed || !isCounted || lastTime !== (timeOf(row["last_envelope"]) ?? lastTime))
		throw new DamagedRow(`document ${id}`, id);
}

/** Null where the event cannot say, which is its own finding. */
function timeOf(envelope: unknown): string | null {
	if (typeof envelope !== "string") return null;
	try {
		const { time } = JSON.parse(envelope) as { time?: unknown };
		return typeof time === "string" ? time : null;
	} catch {
		return null;
	}
}

function refuse(what: string, id?: string): never {
	throw new DamagedRow(what, id);
}

function missing(what: string): string {
	return new DamagedRow(what).message;
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
