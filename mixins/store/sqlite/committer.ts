import type { DatabaseSync, StatementSync } from "node:sqlite";
import { COMMAND_ID_TAKEN, type Commit } from "../port.ts";
import { writeStatements, type WriteStatements } from "./kinds.ts";
import type { Outcome, Prepared, PreparedCommit } from "./prepared.ts";
import { documentChecksum, eventChecksum } from "./rows.ts";
import type { Applied } from "./writer.ts";

const CONFLICT: Applied<Outcome> = { keep: false, value: { status: "conflict" } };

const TABLES = `
	CREATE TABLE IF NOT EXISTS events (
		position INTEGER PRIMARY KEY, kind TEXT NOT NULL, aggregate TEXT NOT NULL, sequence INTEGER NOT NULL,
		command_id TEXT NOT NULL, envelope TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT;
	CREATE UNIQUE INDEX IF NOT EXISTS events_by_aggregate ON events (kind, aggregate, sequence);
	CREATE TABLE IF NOT EXISTS commands (
		kind TEXT NOT NULL, aggregate TEXT NOT NULL, command_id TEXT NOT NULL, sequence INTEGER NOT NULL,
		PRIMARY KEY (kind, aggregate, command_id)) STRICT, WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS unique_values (
		kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL,
		PRIMARY KEY (kind, name, value)) STRICT, WITHOUT ROWID;`;

/** Makes the tables that all kinds share. */
export function createTables(db: DatabaseSync): void {
	db.exec(TABLES);
}

/** Applies prepared work inside the writer's transaction; positions in the log are gap-free. */
export class Committer {
	readonly #db: DatabaseSync;
	readonly #kinds = new Map<string, WriteStatements>();
	readonly #insertEvent: StatementSync;
	readonly #insertCommand: StatementSync;
	readonly #claim: StatementSync;
	readonly #release: StatementSync;
	readonly #selectHead: StatementSync;
	#head: number;

	/** The shared tables exist. */
	constructor(db: DatabaseSync) {
		this.#db = db;
		this.#insertEvent = db.prepare(
			"INSERT INTO events (position, kind, aggregate, sequence, command_id, envelope, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)",
		);
		this.#insertCommand = db.prepare(
			"INSERT INTO commands (kind, aggregate, command_id, sequence) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		);
		this.#claim = db.prepare(
			"INSERT INTO unique_values (kind, name, value, id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		);
		this.#release = db.prepare("DELETE FROM unique_values WHERE kind = ? AND name = ? AND value = ? AND id = ?");
		this.#selectHead = db.prepare("SELECT coalesce(max(position), 0) AS head FROM events");
		this.#head = this.#storedHead();
	}

	apply(job: Prepared): Applied<Outcome> {
		if ("remove" in job) return this.#remove(job.kind, job.remove);
		if (!writeDocument(this.#statements(job.kind, job.indexed.length), job)) return CONFLICT;
		const taken = this.#takenName(job);
		if (taken !== null) return { keep: false, value: { status: "duplicate", name: taken } };
		return { keep: true, value: { status: "ok", position: this.#append(job) } };
	}

	/** After a transaction was taken back: the head is what the file says. */
	reset(): void {
		this.#head = this.#storedHead();
	}

	#remove(kind: string, ids: readonly string[]): Applied<Outcome> {
		const { remove } = this.#statements(kind, null);
		for (const id of ids) remove.run(id);
		return { keep: true, value: { status: "ok", position: 0 } };
	}

	#append({ kind, id, events }: PreparedCommit): number {
		const first = this.#head + 1;
		for (const [index, { sequence, commandId, text }] of events.entries())
			this.#insertEvent.run(first + index, kind, id, sequence, commandId, text, eventChecksum(text));
		this.#head += events.length;
		return first;
	}

	#takenName({ kind, id, commands, unique }: PreparedCommit): string | null {
		for (const { commandId, sequence } of commands)
			if (this.#insertCommand.run(kind, id, commandId, sequence).changes === 0) return COMMAND_ID_TAKEN;
		return unique === undefined ? null : this.#takenValue(kind, id, unique);
	}

	#takenValue(kind: string, id: string, { claim, release }: NonNullable<Commit["unique"]>): string | null {
		for (const { name, value } of release) this.#release.run(kind, name, value, id);
		for (const { name, value } of claim) if (this.#claim.run(kind, name, value, id).changes === 0) return name;
		return null;
	}

	/** Prepared once per kind, and again when an index has added a column. */
	#statements(kind: string, fields: number | null): WriteStatements {
		const known = this.#kinds.get(kind);
		if (known !== undefined && (fields === null || known.fields === fields)) return known;
		const prepared = writeStatements(this.#db, kind);
		this.#kinds.set(kind, prepared);
		return prepared;
	}

	#storedHead(): number {
		return Number(this.#selectHead.get()?.["head"] ?? 0);
	}
}

function writeDocument(statements: WriteStatements, job: PreparedCommit): boolean {
	const { id, expectedVersion, state, events, commands, indexed } = job;
	const version = expectedVersion + 1;
	const { sequence, time } = events.at(-1) ?? previousOf(statements, job);
	const checksum = documentChecksum(id, version, sequence, state);
	const columns = [version, sequence, state, time, commands.length, checksum, ...indexed];
	const { changes } =
		expectedVersion === 0
			? statements.insert.run(id, ...columns)
			: statements.update.run(...columns, id, expectedVersion);
	return changes === 1;
}

function previousOf({ previous }: WriteStatements, { id, expectedVersion }: PreparedCommit) {
	const row = expectedVersion === 0 ? undefined : previous.get(id);
	const time = row?.["last_time"];
	return { sequence: Number(row?.["sequence"] ?? 0), time: typeof time === "string" ? time : "" };
}
