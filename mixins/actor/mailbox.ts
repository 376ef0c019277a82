import { DomainError } from "../../services/shared/errors.ts";
import type { DomainEvent } from "../../services/shared/events.ts";
import type { Clock } from "../clock/port.ts";
import {
	COMMAND_ID_TAKEN,
	RECENT_COMMANDS_MAX,
	StoreUnavailable,
	type Commit,
	type CommitResult,
	type State,
	type Store,
} from "../store/port.ts";
import type { Aggregate, CommandContext, Versioned } from "./port.ts";
import { stateAt } from "./replay.ts";
import { decideBatch, uniqueChange, type Decided, type Held, type Waiting } from "./turn.ts";

/** Lost races before a caller is told CONFLICT (design: architecture.md). */
const RACES_MAX = 5;
/** Commands decided in one write. */
const BATCH_MAX = 256;
/** Command ids an actor remembers while it lives. */
const REMEMBERED_MAX = 4 * RECENT_COMMANDS_MAX;

/** One aggregate at run time: its commands run one after another, those waiting together become one write. */
export interface Mailbox<S extends State, Command> {
	tell(command: Command, context: CommandContext): Promise<Versioned<S>>;
	read(): Promise<Versioned<S>>;
	readonly waiting: number;
	isIdle(): boolean;
	forget(): void;
}

interface Memory<S extends State> {
	held: Held<S>;
	readonly recent: Map<string, number>;
	/** Whether `recent` holds every command the aggregate ever took. */
	isComplete: boolean;
}

/** `onIdle` is called each time the mailbox runs empty. */
export function createMailbox<S extends State, Command, Event extends DomainEvent>(
	aggregate: Aggregate<S, Command, Event>,
	id: string,
	store: Store,
	clock: Clock,
	onIdle: () => void,
): Mailbox<S, Command> {
	type Item = Waiting<S, Command>;
	let queue: Item[] = [];
	let isRunning = false;
	let memory: Memory<S> | null = null;

	async function activate(): Promise<Memory<S>> {
		if (memory !== null) return memory;
		const stored = await store.load<S>(aggregate.kind, id);
		const held = stored ?? { state: aggregate.decider.initial, version: 0, sequence: 0, lastTime: "" };
		const recent = new Map(stored?.recent.map(({ commandId, sequence }) => [commandId, sequence]));
		memory = { held, recent, isComplete: recent.size === (stored?.commandCount ?? 0) };
		return memory;
	}

	async function run(): Promise<void> {
		isRunning = true;
		while (queue.length > 0) {
			const batch = queue.length > BATCH_MAX ? queue.splice(0, BATCH_MAX) : queue;
			if (batch === queue) queue = [];
			await turn(batch).catch((error: unknown) => {
				memory = null;
				const answer = error instanceof StoreUnavailable ? new DomainError("STORE_UNAVAILABLE") : error;
				for (const item of batch) item.reject(answer);
			});
		}
		isRunning = false;
		onIdle();
	}

	async function turn(batch: readonly Item[]): Promise<void> {
		let items = batch;
		for (let race = 0; race < RACES_MAX && items.length > 0; race++) {
			const loaded = await activate();
			const fresh = await answerRepeats(loaded, items);
			if (fresh.length === 0) return;
			const [result, decided] = await attempt(loaded, fresh);
			if (result.status === "ok") return answer(decided);
			memory = null;
			if (result.status === "duplicate" && result.name !== COMMAND_ID_TAKEN) return await oneByOne(fresh, result.name);
			if (result.status === "unknown") return await resolveUnknown(fresh);
			items = fresh;
		}
		for (const item of items) item.reject(new DomainError("CONFLICT", { id }));
	}

	async function attempt(loaded: Memory<S>, items: readonly Item[]): Promise<[CommitResult, Decided<S, Command>]> {
		const decided = decideBatch(aggregate, id, loaded.held, items, clock.now());
		if (decided.events.length === 0) return [{ status: "ok" }, decided];
		const [result] = await store.commit([commitOf(aggregate, id, loaded.held, decided)]);
		if (result?.status === "ok") remember(loaded, decided);
		return [result ?? { status: "unknown", error: new Error("no result") }, decided];
	}

	function remember(loaded: Memory<S>, decided: Decided<S, Command>): void {
		loaded.held = decided.after;
		for (const { commandId, sequence } of decided.commands) loaded.recent.set(commandId, sequence);
		for (const oldest of loaded.recent.keys()) {
			if (loaded.recent.size <= REMEMBERED_MAX) break;
			loaded.recent.delete(oldest);
			loaded.isComplete = false;
		}
	}

	function answer({ accepted, refused, after, events }: Decided<S, Command>): void {
		const version = events.length === 0 ? after.version - 1 : after.version;
		for (const { waiting, state, sequence } of accepted) waiting.resolve({ state, sequence, version });
		for (const { waiting, error } of refused) waiting.reject(error);
	}

	/** Answers commands that took effect before; gives back the others, a later twin within the batch behind its first. */
	async function answerRepeats(loaded: Memory<S>, items: readonly Item[]): Promise<readonly Item[]> {
		const fresh: Item[] = [];
		const seen = new Set<string>();
		for (const item of items) {
			const { commandId } = item.context;
			const sequence =
				loaded.recent.get(commandId) ??
				(loaded.isComplete ? null : await store.findCommand(aggregate.kind, id, commandId));
			if (sequence !== null) await replay(loaded, item, sequence);
			else if (seen.has(commandId)) queue.push(item);
			else {
				seen.add(commandId);
				fresh.push(item);
			}
		}
		return fresh;
	}

	async function replay({ held }: Memory<S>, item: Item, sequence: number): Promise<void> {
		const state = sequence === held.sequence ? held.state : await stateAt(aggregate, store, id, sequence);
		item.resolve({ state, sequence, version: held.version });
	}

	/** A unique value was taken: only the command that wants it fails, so each is tried alone. */
	async function oneByOne(items: readonly Item[], name: string): Promise<void> {
		const [first] = items;
		if (items.length === 1 && first !== undefined) {
			first.reject(aggregate.duplicate?.(name) ?? new DomainError("CONFLICT", { name }));
			return;
		}
		for (const item of items) await turn([item]);
	}

	/** The store could not say: the command ids tell what took effect. */
	async function resolveUnknown(items: readonly Item[]): Promise<void> {
		const loaded = await activate().catch(() => null);
		for (const item of items) {
			const sequence =
				loaded === null ? null : await store.findCommand(aggregate.kind, id, item.context.commandId).catch(() => null);
			if (loaded !== null && sequence !== null) await replay(loaded, item, sequence);
			else item.reject(new DomainError("OUTCOME_UNKNOWN", { commandId: item.context.commandId }));
		}
	}

	return {
		tell: (command, context) =>
			new Promise((resolve, reject) => {
				queue.push({ command, context, resolve, reject });
				if (!isRunning) void run();
			}),
		async read() {
			const { held } = await activate();
			return { state: held.state, sequence: held.sequence, version: held.version };
		},
		get waiting() {
			return queue.length;
		},
		isIdle: () => !isRunning && queue.length === 0,
		forget() {
			memory = null;
		},
	};
}

function commitOf<S extends State, Command, Event extends DomainEvent>(
	aggregate: Aggregate<S, Command, Event>,
	id: string,
	before: Held<S>,
	decided: Decided<S, Command>,
): Commit {
	const unique = uniqueChange(aggregate, before.state, decided.after.state);
	return {
		kind: aggregate.kind,
		id,
		expectedVersion: before.version,
		state: decided.after.state,
		events: decided.events,
		commands: decided.commands,
		...(unique === undefined ? {} : { unique }),
	};
}
