import type { DatabaseSync } from "node:sqlite";
import { COMMAND_ID_TAKEN, type Commit, type CommitResult, type LogEntry } from "../port.ts";
import { indexedValues, type Kind } from "./kinds.ts";
import { documentChecksum, eventChecksum } from "./rows.ts";
import type { Applied } from "./writer.ts";

const OK: Applied<CommitResult> = { keep: true, value: { status: "ok" } };
const CONFLICT: Applied<CommitResult> = { keep: false, value: { status: "conflict" } };

/** Applies commits inside the writer's transaction and collects their events for the log. */
export interface Committer {
	apply(kind: Kind, item: Commit): Applied<CommitResult>;
	/** Events applied since the last call, in log order. */
	takeAppended(): readonly LogEntry[];
	/** Forgets what an undone transaction had applied. */
	discardAppended(): void;
}

/** Makes the shared tables and the committer over them. */
export function createCommitter(db: DatabaseSync): Committer {
	createTables(db);
	const insertEvent = db.prepare(
		"INSERT INTO events (position, kind, aggregate, sequence, command_id, envelope, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)",
	);
	const insertCommand = db.prepare(
		"INSERT INTO commands (kind, aggregate, command_id, sequence) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
	);
	const claim = db.prepare(
		"INSERT INTO unique_values (kind, name, value, id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
	);
	const release = db.prepare("DELETE FROM unique_values WHERE kind = ? AND name = ? AND value = ? AND id = ?");
	const headRow = db.prepare("SELECT coalesce(max(position), 0) AS head FROM events");
	let head = Number(headRow.get()?.["head"] ?? 0);
	let appended: LogEntry[] = [];

	function writeDocument(kind: Kind, item: Commit): boolean {
		const last = item.events.at(-1);
		const version = item.expectedVersion + 1;
		const state = JSON.stringify(item.state);
		if (item.expectedVersion === 0) {
			const sequence = last?.sequence ?? 0;
			const sum = documentChecksum(item.id, version, sequence, state);
			const base = [item.id, version, sequence, state, last?.time ?? "", item.commands.length, sum];
			return kind.insert.run(...base, ...indexedValues(kind, item.state)).changes === 1;
		}
		const { sequence, time } = last ?? previousOf(kind, item.id);
		const sum = documentChecksum(item.id, version, sequence, state);
		const base = [version, sequence, state, time, item.commands.length, sum];
		return kind.update.run(...base, ...indexedValues(kind, item.state), item.id, item.expectedVersion).changes === 1;
	}

	function takenName(item: Commit): string | null {
		for (const { commandId, sequence } of item.commands)
			if (insertCommand.run(item.kind, item.id, commandId, sequence).changes === 0) return COMMAND_ID_TAKEN;
		if (item.unique === undefined) return null;
		for (const { name, value } of item.unique.release) release.run(item.kind, name, value, item.id);
		for (const { name, value } of item.unique.claim)
			if (claim.run(item.kind, name, value, item.id).changes === 0) return name;
		return null;
	}

	return {
		apply(kind, item) {
			if (!writeDocument(kind, item)) return CONFLICT;
			const taken = takenName(item);
			if (taken !== null) return { keep: false, value: { status: "duplicate", name: taken } };
			const entries = item.events.map((event, index) => ({ position: head + index + 1, event }));
			for (const { position, event } of entries) {
				const text = JSON.stringify(event);
				insertEvent.run(position, item.kind, item.id, event.sequence, event.commandid, text, eventChecksum(text));
			}
			head += entries.length;
			appended.push(...entries);
			return OK;
		},
		takeAppended() {
			const entries = appended;
			appended = [];
			return entries;
		},
		discardAppended() {
			appended = [];
			head = Number(headRow.get()?.["head"] ?? 0);
		},
	};
}

function previousOf(kind: Kind, id: string): { sequence: number; time: string } {
	const row = kind.select.get(id);
	return {
		sequence: Number(row?.["sequence"] ?? 0),
		time: typeof row?.["last_time"] === "string" ? row["last_time"] : "",
	};
}

function createTables(db: DatabaseSync): void {
	db.exec(`
		CREATE TABLE IF NOT EXISTS events (
			position INTEGER PRIMARY KEY, kind TEXT NOT NULL, aggregate TEXT NOT NULL, sequence INTEGER NOT NULL,
			command_id TEXT NOT NULL, envelope TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT;
		CREATE UNIQUE INDEX IF NOT EXISTS events_by_aggregate ON events (kind, aggregate, sequence);
		CREATE TABLE IF NOT EXISTS commands (
			kind TEXT NOT NULL, aggregate TEXT NOT NULL, command_id TEXT NOT NULL, sequence INTEGER NOT NULL,
			PRIMARY KEY (kind, aggregate, command_id)) STRICT, WITHOUT ROWID;
		CREATE TABLE IF NOT EXISTS unique_values (
			kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL,
			PRIMARY KEY (kind, name, value)) STRICT, WITHOUT ROWID;`);
}
