import type { Envelope } from "../../../services/shared/events.ts";
import {
	COMMAND_ID_TAKEN,
	type Commit,
	type CommitResult,
	type LogEntry,
	RECENT_COMMANDS_MAX,
	type State,
	type StoredDocument,
} from "../../../mixins/store/port.ts";

/** A document as it rests: text, so that nothing in memory is shared with it. */
export interface Row {
	readonly id: string;
	readonly version: number;
	readonly sequence: number;
	readonly lastTime: string;
	readonly text: string;
	/** What the text says, for looking and never for giving away. */
	readonly seen: Readonly<Record<string, unknown>>;
}

const NO_ROW: Row = { id: "", version: 0, sequence: 0, lastTime: "", text: "{}", seen: {} };

interface History {
	readonly events: string[];
	readonly commands: Map<string, number>;
}

/** What survives a crash. */
export class Disk {
	readonly log: { readonly position: number; readonly text: string }[] = [];
	/** Told of every commit that is there from now on. */
	onCommitted: (item: Commit) => void = () => undefined;
	readonly #rows = new Map<string, Map<string, Row>>();
	readonly #histories = new Map<string, History>();
	readonly #unique = new Map<string, string>();

	/** All or nothing, at once. */
	apply(item: Commit): CommitResult {
		const { kind, id, events, commands } = item;
		const rows = this.rows(kind);
		const row = rows.get(id) ?? NO_ROW;
		if (row.version !== item.expectedVersion) return { status: "conflict" };
		const history = this.#history(kind, id);
		const taken = this.#takenName(item, history);
		if (taken !== null) return { status: "duplicate", name: taken };
		this.#moveUnique(item);
		for (const { commandId, sequence } of commands) history.commands.set(commandId, sequence);
		for (const event of events) {
			const text = JSON.stringify(event);
			history.events.push(text);
			this.log.push({ position: this.log.length + 1, text });
		}
		const text = JSON.stringify(item.state);
		const { sequence, time } = events.at(-1) ?? { sequence: row.sequence, time: row.lastTime };
		const seen = JSON.parse(text) as Row["seen"];
		rows.set(id, { id, version: item.expectedVersion + 1, sequence, lastTime: time, text, seen });
		this.onCommitted(item);
		return { status: "ok" };
	}

	remove(kind: string, ids: readonly string[]): void {
		for (const id of ids) this.rows(kind).delete(id);
	}

	rows(kind: string): Map<string, Row> {
		let rows = this.#rows.get(kind);
		if (rows === undefined) this.#rows.set(kind, (rows = new Map<string, Row>()));
		return rows;
	}

	document<S extends State>(kind: string, id: string): StoredDocument<S> | null {
		const row = this.rows(kind).get(id);
		return row === undefined ? null : this.documentOf<S>(kind, row);
	}

	documentOf<S extends State>(kind: string, row: Row): StoredDocument<S> {
		const { id, version, sequence, lastTime } = row;
		const { commands } = this.#history(kind, id);
		const all = [...commands].slice(-RECENT_COMMANDS_MAX);
		const recent = all.map(([commandId, at]) => ({ commandId, sequence: at }));
		return { id, version, sequence, lastTime, recent, commandCount: commands.size, state: JSON.parse(row.text) as S };
	}

	events(kind: string, id: string, from: number, upTo: number, limit: number): Envelope[] {
		return this.#history(kind, id)
			.events.slice(from - 1, Math.min(upTo, from - 1 + limit))
			.map((text) => JSON.parse(text) as Envelope);
	}

	command(kind: string, id: string, commandId: string): number | null {
		return this.#history(kind, id).commands.get(commandId) ?? null;
	}

	holder(kind: string, name: string, value: string): string | null {
		return this.#unique.get(`${kind}\n${name}\n${value}`) ?? null;
	}

	read(position: number, limit: number): LogEntry[] {
		return this.log
			.slice(position, position + limit)
			.map((entry) => ({ position: entry.position, event: JSON.parse(entry.text) as Envelope }));
	}

	#history(kind: string, id: string): History {
		const key = `${kind}\n${id}`;
		let history = this.#histories.get(key);
		if (history === undefined) this.#histories.set(key, (history = { events: [], commands: new Map() }));
		return history;
	}

	#takenName({ kind, id, commands, unique }: Commit, history: History): string | null {
		const names = commands.map(({ commandId }) => commandId);
		if (new Set(names).size < names.length || names.some((name) => history.commands.has(name))) return COMMAND_ID_TAKEN;
		const { claim = [], release = [] } = unique ?? {};
		const isReleased = (name: string, value: string) => release.some((own) => own.name === name && own.value === value);
		const isFree = (name: string, value: string): boolean => {
			const holder = this.holder(kind, name, value);
			return holder === null || (holder === id && isReleased(name, value));
		};
		return claim.find(({ name, value }) => !isFree(name, value))?.name ?? null;
	}

	#moveUnique({ kind, id, unique }: Commit): void {
		for (const { name, value } of unique?.release ?? [])
			if (this.holder(kind, name, value) === id) this.#unique.delete(`${kind}\n${name}\n${value}`);
		for (const { name, value } of unique?.claim ?? []) this.#unique.set(`${kind}\n${name}\n${value}`, id);
	}
}
