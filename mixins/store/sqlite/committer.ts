import type { DatabaseSync, StatementSync } from "node:sqlite";
import { COMMAND_ID_TAKEN, type Commit, type CommitResult, type LogEntry } from "../port.ts";
import { indexedValues, type Kind } from "./kinds.ts";
import { documentChecksum, eventChecksum } from "./rows.ts";
import type { Applied } from "./writer.ts";

const OK: Applied<CommitResult> = { keep: true, value: { status: "ok" } };
const CONFLICT: Applied<CommitResult> = { keep: false, value: { status: "conflict" } };

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

/** Applies commits inside the writer's transaction and collects their events for the log. */
export class Committer {
	readonly #insertEvent: StatementSync;
	readonly #insertCommand: StatementSync;
	readonly #claim: StatementSync;
	readonly #release: StatementSync;
	readonly #selectHead: StatementSync;
	#head: number;
	#appended: LogEntry[] = [];

	/** Makes the shared tables where they are missing. */
	constructor(db: DatabaseSync) {
		db.exec(TABLES);
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

	apply(kind: Kind, item: Commit): Applied<CommitResult> {
		if (!writeDocument(kind, item)) return CONFLICT;
		const taken = this.#takenName(item);
		if (taken !== null) return { keep: false, value: { status: "duplicate", name: taken } };
		this.#append(item);
		return OK;
	}

	/** Events applied since the last call, in log order. */
	takeAppended(): readonly LogEntry[] {
		const entries = this.#appended;
		this.#appended = [];
		return entries;
	}

	/** Forgets what an undone transaction had applied. */
	discardAppended(): void {
		this.#appended = [];
		this.#head = this.#storedHead();
	}

	#append({ kind, id, events }: Commit): void {
		const first = this.#head + 1;
		for (const [index, event] of events.entries()) {
			const text = JSON.stringify(event);
			this.#insertEvent.run(first + index, kind, id, event.sequence, event.commandid, text, eventChecksum(text));
		}
		for (const [index, event] of events.entries()) this.#appended.push({ position: first + index, event });
		this.#head += events.length;
	}

	#takenName({ kind, id, commands, unique }: Commit): string | null {
		for (const { commandId, sequence } of commands)
			if (this.#insertCommand.run(kind, id, commandId, sequence).changes === 0) return COMMAND_ID_TAKEN;
		return unique === undefined ? null : this.#takenValue(kind, id, unique);
	}

	#takenValue(kind: string, id: string, { claim, release }: NonNullable<Commit["unique"]>): string | null {
		for (const { name, value } of release) this.#release.run(kind, name, value, id);
		for (const { name, value } of claim) if (this.#claim.run(kind, name, value, id).changes === 0) return name;
		return null;
	}

	#storedHead(): number {
		return Number(this.#selectHead.get()?.["head"] ?? 0);
	}
}

function writeDocument(kind: Kind, item: Commit): boolean {
	const { id, expectedVersion, events, commands } = item;
	const version = expectedVersion + 1;
	const state = JSON.stringify(item.state);
	const { sequence, time } = events.at(-1) ?? previousOf(kind, item);
	const checksum = documentChecksum(id, version, sequence, state);
	const columns = [version, sequence, state, time, commands.length, checksum, ...indexedValues(kind, item.state)];
	const { changes } =
		expectedVersion === 0 ? kind.insert.run(id, ...columns) : kind.update.run(...columns, id, expectedVersion);
	return changes === 1;
}

function previousOf(kind: Kind, { id, expectedVersion }: Commit): { sequence: number; time: string } {
	const row = expectedVersion === 0 ? undefined : kind.select.get(id);
	const time = row?.["last_time"];
	return { sequence: Number(row?.["sequence"] ?? 0), time: typeof time === "string" ? time : "" };
}
