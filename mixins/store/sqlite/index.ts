import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../clock/port.ts";
import {
	RECENT_COMMANDS_MAX,
	type Commit,
	type CommitResult,
	type CommandRecord,
	type EventLog,
	type State,
	type Store,
	type StoredDocument,
} from "../port.ts";
import { createCommitter } from "./committer.ts";
import { openDatabase } from "./database.ts";
import { checkRows } from "./integrity.ts";
import { prepareKind, type Kind } from "./kinds.ts";
import { createLog } from "./log.ts";
import { createQueries } from "./queries.ts";
import { parseDocument, parseEnvelope, type Row } from "./rows.ts";
import { createWriter, WriteUnknown, type Flushed } from "./writer.ts";

/** Where the file is, and what the store needs. */
export interface SqliteOptions {
	/** Path of the data file; `:memory:` keeps nothing. */
	readonly file: string;
	readonly clock: Clock;
	/** Called after each durable batch, for metrics. */
	readonly onFlush?: (flushed: Flushed) => void;
}

/** The embedded store: one SQLite file that is the store and the log. */
export interface SqliteStore extends Store, EventLog {
	/** Names of stored rows whose checksum does not match, at most `limit`. */
	damagedRows(limit: number): readonly string[];
}

const EVENTS_MAX = 1_000_000;

/** Opens the store; throws `StoreUnavailable` when another process has the file or it cannot be opened. */
export async function openSqliteStore({ file, clock, onFlush }: SqliteOptions): Promise<SqliteStore> {
	const db = openDatabase(file);
	const committer = createCommitter(db);
	const log = createLog(db);
	const queries = createQueries(db);
	const reads = createReads(db);
	const kinds = new Map<string, Kind>();
	const writer = createWriter(
		db,
		clock,
		(flushed) => {
			log.appended(committer.takeAppended());
			onFlush?.(flushed);
		},
		() => committer.discardAppended(),
	);
	const kindOf = (name: string): Kind => kinds.get(name) ?? define({ kind: name });
	const define = (definition: Parameters<Store["define"]>[0]): Kind => {
		const merged = {
			kind: definition.kind,
			indexes: [...(kinds.get(definition.kind)?.indexes ?? []), ...(definition.indexes ?? [])],
		};
		const kind = prepareKind(db, merged);
		kinds.set(kind.name, kind);
		return kind;
	};
	const complete = <S extends State>(kind: string, row: Row): StoredDocument<S> => {
		const document = parseDocument<S>(row);
		return { ...document, recent: reads.recent(kind, document.id, document.commandCount) };
	};

	return {
		define: (definition) => void define(definition),
		commit: (items) =>
			Promise.all(items.map((item) => commitOne(writer.write, committer.apply, kindOf(item.kind), item))),
		load: async <S extends State>(kind: string, id: string) => {
			const row = kindOf(kind).select.get(id);
			return row === undefined ? null : complete<S>(kind, row);
		},
		events: async (kind, id, { from = 1, upTo = Number.MAX_SAFE_INTEGER, limit = EVENTS_MAX } = {}) =>
			reads.events(kind, id, from, upTo, limit),
		findCommand: async (kind, id, commandId) => reads.command(kind, id, commandId),
		findUnique: async (kind, name, value) => reads.unique(kind, name, value),
		find: async <S extends State>(kind: string, query: Parameters<Store["find"]>[1]) =>
			queries.find(kindOf(kind), query).map((row) => complete<S>(kind, row)),
		count: async (kind, where = {}) => queries.count(kindOf(kind), where),
		remove: (kind, ids) =>
			writer.write(() => {
				for (const id of ids) kindOf(kind).remove.run(id);
				return { keep: true, value: undefined };
			}),
		isWritable: writer.isWritable,
		async close() {
			writer.close();
			if (db.isOpen) db.close();
		},
		read: log.read,
		head: log.head,
		onAppend: log.onAppend,
		damagedRows: (limit) => checkRows(db, [...kinds.values()], limit),
	};
}

async function commitOne(
	write: ReturnType<typeof createWriter>["write"],
	apply: ReturnType<typeof createCommitter>["apply"],
	kind: Kind,
	item: Commit,
): Promise<CommitResult> {
	try {
		return await write(() => apply(kind, item));
	} catch (error) {
		if (error instanceof WriteUnknown) return { status: "unknown", error };
		throw error;
	}
}

function createReads(db: DatabaseSync) {
	const events = db.prepare(
		"SELECT position, envelope, checksum FROM events WHERE kind = ? AND aggregate = ? AND sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ?",
	);
	const command = db.prepare("SELECT sequence FROM commands WHERE kind = ? AND aggregate = ? AND command_id = ?");
	const unique = db.prepare("SELECT id FROM unique_values WHERE kind = ? AND name = ? AND value = ?");
	const allCommands = db.prepare("SELECT command_id, sequence FROM commands WHERE kind = ? AND aggregate = ?");
	const newestCommands = db.prepare(
		`SELECT command_id, max(sequence) AS sequence FROM
			(SELECT command_id, sequence FROM events WHERE kind = ? AND aggregate = ? ORDER BY sequence DESC LIMIT ${RECENT_COMMANDS_MAX * 4})
			GROUP BY command_id`,
	);
	const toRecords = (rows: readonly Row[]): CommandRecord[] =>
		rows
			.map((row) => ({ commandId: String(row["command_id"]), sequence: Number(row["sequence"]) }))
			.sort((left, right) => left.sequence - right.sequence)
			.slice(-RECENT_COMMANDS_MAX);
	return {
		events: (kind: string, id: string, from: number, upTo: number, limit: number) =>
			events.all(kind, id, from, upTo, limit).map(parseEnvelope),
		command(kind: string, id: string, commandId: string): number | null {
			const row = command.get(kind, id, commandId);
			return row === undefined ? null : Number(row["sequence"]);
		},
		unique(kind: string, name: string, value: string): string | null {
			const row = unique.get(kind, name, value);
			return row === undefined ? null : String(row["id"]);
		},
		recent(kind: string, id: string, count: number): readonly CommandRecord[] {
			if (count === 0) return [];
			return toRecords((count <= RECENT_COMMANDS_MAX ? allCommands : newestCommands).all(kind, id));
		},
	};
}
