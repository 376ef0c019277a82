import type { Envelope } from "../../../services/shared/events.ts";
import {
	COMMAND_ID_TAKEN,
	type Commit,
	type CommandRecord,
	type CommitResult,
	type LogEntry,
	RECENT_COMMANDS_MAX,
	type State,
	type StoredDocument,
} from "../../../mixins/store/port.ts";

interface Row {
	version: number;
	sequence: number;
	state: string;
	commandCount: number;
	lastTime: string;
}

interface Aggregate {
	readonly events: Envelope[];
	readonly commands: CommandRecord[];
}

/** What survives a crash: rows, events, command ids and unique values. */
export class Disk {
	readonly rows = new Map<string, Map<string, Row>>();
	readonly log: LogEntry[] = [];
	readonly listeners = new Set<() => void>();
	readonly #aggregates = new Map<string, Aggregate>();
	readonly #unique = new Map<string, string>();

	/** All or nothing, at once. Its events still have to be put into the log. */
	apply(item: Commit): CommitResult {
		const row = this.rowsOf(item.kind).get(item.id) ?? NO_ROW;
		if (row.version !== item.expectedVersion) return { status: "conflict" };
		const taken = this.#takenName(item);
		if (taken !== null) return { status: "duplicate", name: taken };
		this.#moveUnique(item);
		const aggregate = this.aggregate(item.kind, item.id);
		aggregate.commands.push(...item.commands);
		aggregate.events.push(...copy(item.events));
		const { sequence, time } = item.events.at(-1) ?? { sequence: row.sequence, time: row.lastTime };
		this.rowsOf(item.kind).set(item.id, {
			version: item.expectedVersion + 1,
			sequence,
			state: JSON.stringify(item.state),
			commandCount: row.commandCount + item.commands.length,
			lastTime: time,
		});
		return { status: "ok" };
	}

	/** Puts an event behind the last one; `gap` leaves positions out. */
	append(event: Envelope, gap: number): void {
		this.log.push({ position: this.head() + 1 + gap, event: copy(event) });
	}

	head(): number {
		return this.log.at(-1)?.position ?? 0;
	}

	announce(): void {
		for (const listener of [...this.listeners]) listener();
	}

	rowsOf(kind: string): Map<string, Row> {
		const rows = this.rows.get(kind) ?? new Map<string, Row>();
		this.rows.set(kind, rows);
		return rows;
	}

	aggregate(kind: string, id: string): Aggregate {
		const key = `${kind}/${id}`;
		const aggregate = this.#aggregates.get(key) ?? { events: [], commands: [] };
		this.#aggregates.set(key, aggregate);
		return aggregate;
	}

	holder(kind: string, name: string, value: string): string | null {
		return this.#unique.get(uniqueKey(kind, name, value)) ?? null;
	}

	document<S extends State>(kind: string, id: string): StoredDocument<S> | null {
		const row = this.rowsOf(kind).get(id);
		if (row === undefined) return null;
		const recent = this.aggregate(kind, id).commands.slice(-RECENT_COMMANDS_MAX);
		return { id, ...row, recent: copy(recent), state: JSON.parse(row.state) as S };
	}

	#takenName(item: Commit): string | null {
		const known = new Set(this.aggregate(item.kind, item.id).commands.map(({ commandId }) => commandId));
		const isRepeated = item.commands.some(({ commandId }) => known.size === known.add(commandId).size);
		if (isRepeated) return COMMAND_ID_TAKEN;
		const { claim, release } = item.unique ?? NOTHING_UNIQUE;
		const isFree = (name: string, value: string): boolean => {
			const holder = this.holder(item.kind, name, value);
			const isOwn = holder === item.id && release.some((own) => own.name === name && own.value === value);
			return holder === null || isOwn;
		};
		return claim.find(({ name, value }) => !isFree(name, value))?.name ?? null;
	}

	#moveUnique(item: Commit): void {
		const { claim, release } = item.unique ?? NOTHING_UNIQUE;
		for (const { name, value } of release)
			if (this.holder(item.kind, name, value) === item.id) this.#unique.delete(uniqueKey(item.kind, name, value));
		for (const { name, value } of claim) this.#unique.set(uniqueKey(item.kind, name, value), item.id);
	}
}

const NO_ROW: Row = { version: 0, sequence: 0, state: "{}", commandCount: 0, lastTime: "" };
const NOTHING_UNIQUE = { claim: [], release: [] };

/** A copy as it comes back from a disk. */
export function copy<Value>(value: Value): Value {
	return JSON.parse(JSON.stringify(value)) as Value;
}

function uniqueKey(kind: string, name: string, value: string): string {
	return JSON.stringify([kind, name, value]);
}
