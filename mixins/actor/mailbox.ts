import { DomainError } from "../../services/shared/errors.ts";
import type { DomainEvent } from "../../services/shared/events.ts";
import type { Clock } from "../clock/port.ts";
import {
	COMMAND_ID_TAKEN,
	StoreUnavailable,
	type Commit,
	type CommitResult,
	type State,
	type Store,
} from "../store/port.ts";
import { Memory } from "./memory.ts";
import type { Aggregate, CommandContext, Versioned } from "./port.ts";
import { answerAt } from "./replay.ts";
import { claimsRepeatedly, decideBatch, uniqueChange, type Decided, type Held, type Waiting } from "./turn.ts";

/** Lost races before a caller is told CONFLICT. */
const RACES_MAX = 5;
/** Commands decided in one write. */
const BATCH_MAX = 256;

/** What a mailbox stands on; `onIdle` is called each time it runs empty. */
export interface MailboxOptions<S extends State, Command, Event extends DomainEvent> {
	readonly aggregate: Aggregate<S, Command, Event>;
	readonly id: string;
	readonly store: Store;
	readonly clock: Clock;
	/** Other processes write too: what is answered without a commit is first compared with the store. */
	readonly isShared: boolean;
	readonly onIdle: () => void;
}

/** One aggregate at run time: its commands run one after another, those waiting together become one write. */
export class Mailbox<S extends State, Command, Event extends DomainEvent> {
	readonly #options: MailboxOptions<S, Command, Event>;
	#queue: Waiting<S, Command>[] = [];
	#isRunning = false;
	#memory: Memory<S> | null = null;

	constructor(options: MailboxOptions<S, Command, Event>) {
		this.#options = options;
	}

	get waiting(): number {
		return this.#queue.length;
	}

	get isIdle(): boolean {
		return !this.#isRunning && this.#queue.length === 0;
	}

	tell(command: Command, context: CommandContext): Promise<Versioned<S>> {
		return new Promise((resolve, reject) => {
			this.#queue.push({ command, context, resolve, reject });
			if (!this.#isRunning) void this.#run();
		});
	}

	async read(): Promise<Versioned<S>> {
		if (this.#memory !== null && !(await this.#isCurrent(this.#memory))) this.#memory = null;
		const { state, sequence, version } = (await this.#activate()).held;
		return { state, sequence, version };
	}

	/** Whether nobody else has written since; always, for who is alone. */
	async #isCurrent({ held, isPresumed }: Memory<S>): Promise<boolean> {
		const { isShared, store, aggregate, id } = this.#options;
		if (!isShared || isPresumed) return true;
		const stored = await store.load(aggregate.kind, id);
		return (stored?.version ?? 0) === held.version;
	}

	async #activate(): Promise<Memory<S>> {
		if (this.#memory !== null) return this.#memory;
		const { store, aggregate, id } = this.#options;
		const loaded = await Memory.load(store, aggregate.kind, id, aggregate.decider.initial);
		// A read and a command may load side by side; the first to finish is kept, or a commit in between would be forgotten.
		this.#memory ??= loaded;
		return this.#memory;
	}

	async #run(): Promise<void> {
		this.#isRunning = true;
		while (this.#queue.length > 0) {
			const batch = this.#queue.splice(0, BATCH_MAX);
			try {
				await this.#turn(batch);
			} catch (error) {
				this.#memory = null;
				const answer = error instanceof StoreUnavailable ? new DomainError("STORE_UNAVAILABLE") : error;
				for (const item of batch) item.reject(answer);
			}
		}
		this.#isRunning = false;
		this.#options.onIdle();
	}

	async #turn(batch: readonly Waiting<S, Command>[]): Promise<void> {
		let items = batch;
		for (let race = 0; race < RACES_MAX; race++) {
			const memory = this.#presumed(items, race) ?? (await this.#activate());
			items = await this.#answerRepeats(memory, items);
			if (items.length === 0 || (await this.#attempt(memory, items))) return;
		}
		for (const item of items) item.reject(new DomainError("CONFLICT", { id: this.#options.id }));
	}

	/** Whether the commands are answered; after a lost race or a wrong guess they are decided again. */
	async #attempt(memory: Memory<S>, items: readonly Waiting<S, Command>[]): Promise<boolean> {
		const decided = this.#decide(memory, items);
		if (claimsRepeatedly(this.#options.aggregate, memory.held.state, decided)) {
			await this.#eachAlone(items);
			return true;
		}
		if (decided.events.length === 0 && (memory.isPresumed || !(await this.#isCurrent(memory)))) {
			this.#memory = null;
			return false;
		}
		const result = await this.#commit(memory, decided);
		if (result.status !== "ok") {
			this.#memory = null;
			return this.#settle(result, items);
		}
		memory.remember(decided);
		this.#memory = memory;
		answer(decided);
		return true;
	}

	/** An aggregate that its first command brings to life is not looked up; a commit that fails, or none, takes the guess back. */
	#presumed(items: readonly Waiting<S, Command>[], race: number): Memory<S> | null {
		const isGuess = this.#memory === null && race === 0 && items[0]?.context.isFirst === true;
		return isGuess ? Memory.blank(this.#options.aggregate.decider.initial) : null;
	}

	/** Whether the batch is answered; a lost race is not, it is decided again. */
	async #settle(result: CommitResult, items: readonly Waiting<S, Command>[]): Promise<boolean> {
		if (result.status === "unknown") {
			await this.#resolveUnknown(items);
			return true;
		}
		if (result.status === "duplicate" && result.name !== COMMAND_ID_TAKEN) {
			await this.#oneByOne(items, result.name);
			return true;
		}
		return false;
	}

	#decide(memory: Memory<S>, items: readonly Waiting<S, Command>[]): Decided<S, Command> {
		const { aggregate, id, clock } = this.#options;
		return decideBatch(aggregate, id, memory.held, items, clock.now());
	}

	async #commit(memory: Memory<S>, decided: Decided<S, Command>): Promise<CommitResult> {
		if (decided.events.length === 0) return { status: "ok" };
		const { aggregate, id, store } = this.#options;
		const [result] = await store.commit([commitOf(aggregate, id, memory.held, decided)]);
		return result ?? { status: "unknown", error: new Error("the store gave no result") };
	}

	/** Answers commands that took effect before; gives back the others, a later twin within the batch behind its first. */
	async #answerRepeats(
		memory: Memory<S>,
		items: readonly Waiting<S, Command>[],
	): Promise<readonly Waiting<S, Command>[]> {
		const fresh: Waiting<S, Command>[] = [];
		const seen = new Set<string>();
		for (const item of items) {
			const { commandId } = item.context;
			const sequence = memory.sequenceOf(commandId) ?? (await this.#storedSequence(memory, commandId));
			if (sequence !== null) await this.#replay(memory, item, sequence);
			else if (seen.has(commandId)) this.#queue.push(item);
			else fresh.push(item);
			seen.add(commandId);
		}
		return fresh;
	}

	async #storedSequence(memory: Memory<S>, commandId: string): Promise<number | null> {
		if (memory.sequenceOf(commandId) === null) return null;
		const { store, aggregate, id } = this.#options;
		return store.findCommand(aggregate.kind, id, commandId);
	}

	async #replay({ held }: Memory<S>, item: Waiting<S, Command>, sequence: number): Promise<void> {
		const { aggregate, store, id } = this.#options;
		const state = sequence === held.sequence ? held.state : await answerAt(aggregate, store, id, sequence);
		item.resolve({ state, sequence, version: held.version });
	}

	/** A unique value was taken: only the command that wants it fails, so each is tried alone. */
	async #oneByOne(items: readonly Waiting<S, Command>[], name: string): Promise<void> {
		const [first, ...others] = items;
		if (first !== undefined && others.length === 0) {
			first.reject(this.#options.aggregate.duplicate?.(name) ?? new DomainError("CONFLICT", { name }));
			return;
		}
		await this.#eachAlone(items);
	}

	async #eachAlone(items: readonly Waiting<S, Command>[]): Promise<void> {
		for (const item of items) await this.#turn([item]);
	}

	/** The store could not say: the command ids tell what took effect. */
	async #resolveUnknown(items: readonly Waiting<S, Command>[]): Promise<void> {
		const memory = await this.#activate().catch(() => null);
		for (const item of items) {
			const { commandId } = item.context;
			const sequence = memory === null ? null : await this.#storedSequenceOrNull(memory, commandId);
			if (memory !== null && sequence !== null) await this.#replay(memory, item, sequence);
			else item.reject(new DomainError("OUTCOME_UNKNOWN", { commandId }));
		}
	}

	async #storedSequenceOrNull(memory: Memory<S>, commandId: string): Promise<number | null> {
		return memory.sequenceOf(commandId) ?? (await this.#storedSequence(memory, commandId).catch(() => null));
	}
}

function answer<S extends State, Command>({ accepted, refused, after }: Decided<S, Command>): void {
	const { version } = after;
	for (const { waiting, state, sequence } of accepted) waiting.resolve({ state, sequence, version });
	for (const { waiting, error } of refused) waiting.reject(error);
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
