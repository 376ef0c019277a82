import { createActors } from "../../../mixins/actor/actors.ts";
import type { CommandContext } from "../../../mixins/actor/port.ts";
import { virtualClock, type VirtualClock } from "../../../mixins/clock/virtual.ts";
import { SAGA_KIND, sagaAggregate } from "../../../mixins/saga/aggregate.ts";
import type { RunningSaga, Saga, SagaEvent } from "../../../mixins/saga/model.ts";
import type { SagaPlan } from "../../../mixins/saga/plan.ts";
import type { FaultHook } from "../../../mixins/saga/port.ts";
import { createSagaRunner, type SagaRunner } from "../../../mixins/saga/runner.ts";
import type { Caller } from "../../../mixins/typed.ts";
import { Disk } from "../hostile/disk.ts";
import { createHostileStore, type HostileStore, type StoreFaults } from "../hostile/store.ts";

const START = Date.parse("2030-01-07T00:00:00.000Z");
const STEP_MS = 1_000;
const TURNS = 12;
const SECONDS_MAX = 7_200;
const NEVER = new Promise<never>(() => undefined);

/** Everything a world is made of; `seed` decides how the store behaves. */
export interface WorldOptions<Input extends object> {
	readonly plan: SagaPlan<Input>;
	readonly seed: number;
	readonly faults?: Partial<StoreFaults>;
	readonly clock: VirtualClock;
	readonly caller: Caller;
	readonly onPoint?: FaultHook;
}

/** The clock of a world that is about to begin. */
export function worldClock(): VirtualClock {
	return virtualClock(START);
}

/** One disk, one clock, and processes that come and go. */
export class SagaWorld<Input extends object> {
	readonly errors: unknown[] = [];
	readonly #disk = new Disk();
	readonly #options: WorldOptions<Input>;
	readonly #processes = new Set<{ readonly runner: SagaRunner<Input>; readonly store: HostileStore }>();
	#booted = 0;
	#commands = 0;

	constructor(options: WorldOptions<Input>) {
		this.#options = options;
	}

	/** A process over the disk, with what is left of the processes before. */
	boot(): SagaRunner<Input> {
		const { plan, seed, faults = {}, onPoint, clock, caller } = this.#options;
		const store = createHostileStore({ seed: seed + 7_919 * this.#booted, faults, disk: this.#disk });
		const runner = createSagaRunner(plan, {
			actors: createActors({ store, clock }),
			store,
			clock,
			caller,
			runner: `runner-${++this.#booted}`,
			commandId: () => `CMD_${++this.#commands}`,
			onError: (error) => this.errors.push(error),
			...(onPoint === undefined ? {} : { onPoint }),
		});
		this.#processes.add({ runner, store });
		return runner;
	}

	/** Every process dies; what they were waiting for never comes. */
	kill(): Promise<never> {
		for (const { store } of this.#processes) store.crash();
		this.#processes.clear();
		return NEVER;
	}

	get isUp(): boolean {
		return this.#processes.size > 0;
	}

	/** Begins a saga, in every process that is up. */
	async start(sagaId: string, input: Input): Promise<void> {
		if (!this.isUp) this.boot();
		const context: CommandContext = { ...CONTEXT, commandId: `${sagaId}:start` };
		const began = [...this.#processes].map(({ runner }) => runner.start(sagaId, input, context));
		await this.#patiently(Promise.any(began));
	}

	/** Lets time pass, with a sweep every second, until `isOver`; a dead world comes back after `downtimeMs`. */
	async live(isOver: () => boolean, downtimeMs = 0): Promise<void> {
		for (let second = 0; second < SECONDS_MAX && !isOver(); second++) {
			await this.#second();
			if (this.isUp) continue;
			for (let down = 0; down < downtimeMs; down += STEP_MS) await this.#second();
			this.boot();
		}
		if (!isOver()) throw new Error("two hours were not enough");
	}

	/** What is stored of a saga. */
	stored(sagaId: string): RunningSaga<Input> | null {
		return this.#disk.document<RunningSaga<Input>>(SAGA_KIND, sagaId)?.state ?? null;
	}

	/** The state that the stored events add up to. */
	folded(sagaId: string): Saga<Input> {
		const { decider } = sagaAggregate(this.#options.plan);
		return this.eventsOf(sagaId).reduce(decider.evolve, decider.initial);
	}

	eventsOf(sagaId: string): readonly SagaEvent[] {
		return this.#disk.aggregate(SAGA_KIND, sagaId).events as readonly unknown[] as readonly SagaEvent[];
	}

	async #second(): Promise<void> {
		for (const { runner } of this.#processes) void runner.sweep().catch((error: unknown) => this.errors.push(error));
		for (let turn = 0; turn < TURNS; turn++) await this.#options.clock.turn();
		await this.#options.clock.advance(this.#quietMs());
	}

	/** How long nothing will happen by itself: until the next attempt, when every saga waits for one. */
	#quietMs(): number {
		const ids = [...this.#disk.rowsOf(SAGA_KIND).keys()];
		const open = ids.flatMap((id) => this.stored(id) ?? []).filter(({ dueAt }) => dueAt !== null);
		if (open.length === 0 || open.some(({ runner }) => runner !== null)) return STEP_MS;
		const next = Math.min(...open.map(({ dueAt }) => Date.parse(dueAt ?? "")));
		return Math.max(STEP_MS, next - this.#options.clock.now());
	}

	async #patiently(work: Promise<unknown>): Promise<void> {
		const state = { isDone: false };
		const done = () => void (state.isDone = true);
		void work.catch((error: unknown) => void this.errors.push(error)).then(done);
		while (!state.isDone && this.isUp) await this.#options.clock.turn();
	}
}

const CONTEXT = { correlationId: "COR_1", causationId: "COR_1", actor: "SYSTEM" } as const;
