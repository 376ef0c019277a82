import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Envelope } from "../../../services/shared/events.ts";
import { RECENT_COMMANDS_MAX, type CommandRecord, type State, type StoredDocument } from "../port.ts";
import { parseDocument, parseEnvelope, type Row } from "./rows.ts";

/** Events searched for the newest command ids of a long-lived aggregate; a command makes at most four. */
const RECENT_EVENTS = RECENT_COMMANDS_MAX * 4;

/** Point reads over the shared tables. */
export class Reads {
	readonly #events: StatementSync;
	readonly #command: StatementSync;
	readonly #unique: StatementSync;
	readonly #allCommands: StatementSync;
	readonly #newestCommands: StatementSync;

	constructor(db: DatabaseSync) {
		this.#events = db.prepare(
			"SELECT position, envelope, checksum FROM events WHERE kind = ? AND aggregate = ? AND sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ?",
		);
		this.#command = db.prepare("SELECT sequence FROM commands WHERE kind = ? AND aggregate = ? AND command_id = ?");
		this.#unique = db.prepare("SELECT id FROM unique_values WHERE kind = ? AND name = ? AND value = ?");
		this.#allCommands = db.prepare("SELECT command_id, sequence FROM commands WHERE kind = ? AND aggregate = ?");
		this.#newestCommands = db.prepare(
			`SELECT command_id, max(sequence) AS sequence FROM
				(SELECT command_id, sequence FROM events WHERE kind = ? AND aggregate = ? ORDER BY sequence DESC LIMIT ${RECENT_EVENTS})
				GROUP BY command_id`,
		);
	}

	events(kind: string, id: string, from: number, upTo: number, limit: number): readonly Envelope[] {
		return this.#events.all(kind, id, from, upTo, limit).map(parseEnvelope);
	}

	command(kind: string, id: string, commandId: string): number | null {
		const row = this.#command.get(kind, id, commandId);
		return row === undefined ? null : Number(row["sequence"]);
	}

	unique(kind: string, name: string, value: string): string | null {
		const row = this.#unique.get(kind, name, value);
		return row === undefined ? null : String(row["id"]);
	}

	/** A document with its newest command ids. */
	document<S extends State>(kind: string, row: Row): StoredDocument<S> {
		const document = parseDocument(row);
		const recent = this.#recent(kind, document.id, document.commandCount);
		return { ...document, state: document.state as S, recent };
	}

	#recent(kind: string, id: string, count: number): readonly CommandRecord[] {
		if (count === 0) return [];
		const statement = count <= RECENT_COMMANDS_MAX ? this.#allCommands : this.#newestCommands;
		return statement
			.all(kind, id)
			.map((row) => ({ commandId: String(row["command_id"]), sequence: Number(row["sequence"]) }))
			.sort((left, right) => left.sequence - right.sequence)
			.slice(-RECENT_COMMANDS_MAX);
	}
}
