import { RECENT_COMMANDS_MAX, type State, type Store } from "../store/port.ts";
import type { Decided, Held } from "./turn.ts";

/** Command ids an actor remembers while it lives. */
const REMEMBERED_MAX = 4 * RECENT_COMMANDS_MAX;

/** What an active actor knows: its state and the commands it took lately. */
export class Memory<S extends State> {
	held: Held<S>;
	readonly #recent: Map<string, number>;
	/** Nobody has looked whether the aggregate exists. */
	isPresumed = false;
	/** Whether `#recent` holds every command the aggregate ever took. */
	#isComplete: boolean;

	private constructor(held: Held<S>, recent: Map<string, number>, commandCount: number) {
		this.held = held;
		this.#recent = recent;
		this.#isComplete = recent.size === commandCount;
	}

	/** An aggregate that does not exist yet, as far as anybody knows; the commit finds out. */
	static blank<S extends State>(initial: S): Memory<S> {
		const memory = new Memory({ state: initial, version: 0, sequence: 0, lastTime: "" }, new Map(), 0);
		memory.isPresumed = true;
		return memory;
	}

	/** Loads the aggregate, or begins with `initial`. */
	static async load<S extends State>(store: Store, kind: string, id: string, initial: S): Promise<Memory<S>> {
		const stored = await store.load<S>(kind, id);
		if (stored === null) return new Memory({ state: initial, version: 0, sequence: 0, lastTime: "" }, new Map(), 0);
		const recent = new Map(stored.recent.map(({ commandId, sequence }) => [commandId, sequence]));
		return new Memory(stored, recent, stored.commandCount);
	}

	/** Sequence after a command; null if the aggregate surely never took it, undefined if only the store knows. */
	sequenceOf(commandId: string): number | null | undefined {
		return this.#recent.get(commandId) ?? (this.#isComplete ? null : undefined);
	}

	/** Takes up what was committed. */
	remember<Command>({ after, commands }: Decided<S, Command>): void {
		this.held = after;
		this.isPresumed = false;
		for (const { commandId, sequence } of commands) this.#recent.set(commandId, sequence);
		for (const oldest of this.#recent.keys()) {
			if (this.#recent.size <= REMEMBERED_MAX) break;
			this.#recent.delete(oldest);
			this.#isComplete = false;
		}
	}
}
