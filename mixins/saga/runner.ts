import { DomainError } from "../../services/shared/errors.ts";
import type { Actors, CommandContext } from "../actor/port.ts";
import type { Clock, Timer } from "../clock/port.ts";
import type { Store, StoredDocument } from "../store/port.ts";
import type { Caller } from "../typed.ts";
import { sagaAggregate, SAGA_KIND } from "./aggregate.ts";
import type { BegunCall, RunningSaga, Saga, SagaCommand } from "./model.ts";
import { nextStep } from "./next.ts";
import { createPerformer, type Performer } from "./performer.ts";
import type { SagaPlan } from "./plan.ts";
import type { FaultHook, FaultPoint } from "./port.ts";
import { createWaitingRoom, type WaitingRoom } from "./waiting-room.ts";

/** What a runner stands on. */
export interface SagaRunnerDeps {
	readonly actors: Actors;
	readonly store: Store;
	readonly clock: Clock;
	readonly caller: Caller;
	/** Unique for this process. */
	readonly runner: string;
	/** No other process works on the store, so leases that stand in it at a start are of a process that is gone. */
	readonly isAlone?: boolean;
	/** A fresh command id. */
	readonly commandId: () => string;
	readonly onError: (error: unknown, sagaId: string) => void;
	/** Tests let the process die here. */
	readonly onPoint?: FaultHook;
}

/** Takes sagas from step to step, outside of their mailboxes. */
export interface SagaRunner<Input extends object> {
	/** Begins a saga, durably, and lets it run; a repeat answers how it began. */
	start(sagaId: string, input: Input, context: CommandContext): Promise<RunningSaga<Input>>;
	/** Makes one that waits for its next attempt due at once; refuses with SAGA_NOT_FOUND and SAGA_ENDED. */
	retry(sagaId: string, context: CommandContext): Promise<RunningSaga<Input>>;
	/** What is stored; a saga of another definition is none. */
	read(sagaId: string): Promise<Saga<Input>>;
	/** Takes up what is due, as far as there is room; answers how many. */
	sweep(): Promise<number>;
	/** After a start: takes up everything that has not ended and is not somebody else's, without waiting for a lease to run out. */
	resume(): Promise<number>;
	/** Resolves when the saga has nothing to do now. */
	settled(sagaId: string): Promise<void>;
	/** Begins nothing more, and leaves calls that are under way to whoever resumes them. */
	stop(): Promise<void>;
}

const RUNS_MAX = 128;
const SWEEP_PAGE = 100;
const TIMERS_MAX = 1_000;

/** A runner for the sagas of one definition. */
export function createSagaRunner<Input extends object>(plan: SagaPlan<Input>, deps: SagaRunnerDeps): SagaRunner<Input> {
	return new Runner(plan, deps);
}

class Runner<Input extends object> implements SagaRunner<Input> {
	readonly #plan: SagaPlan<Input>;
	readonly #deps: SagaRunnerDeps;
	readonly #aggregate: ReturnType<typeof sagaAggregate<Input>>;
	readonly #performer: Performer<Input>;
	readonly #stopping = new AbortController();
	readonly #room: WaitingRoom;
	readonly #timers = new Set<Timer>();

	constructor(plan: SagaPlan<Input>, deps: SagaRunnerDeps) {
		this.#plan = plan;
		this.#deps = deps;
		this.#aggregate = sagaAggregate(plan);
		this.#performer = createPerformer(plan, deps, this.#stopping.signal);
		this.#room = createWaitingRoom(RUNS_MAX, (sagaId) =>
			this.#run(sagaId).catch((error: unknown) => deps.onError(error, sagaId)),
		);
		deps.store.define(this.#aggregate);
	}

	async start(sagaId: string, input: Input, context: CommandContext): Promise<RunningSaga<Input>> {
		const { actors, clock, runner } = this.#deps;
		const { correlationId } = context;
		const command = { type: "start", sagaId, input, correlationId, runner, now: clock.iso() } as const;
		const { state } = await actors.tell(this.#aggregate, sagaId, command, context);
		this.#room.enter(sagaId);
		return known(state);
	}

	async retry(sagaId: string, context: CommandContext): Promise<RunningSaga<Input>> {
		const { actors, clock } = this.#deps;
		known(await this.read(sagaId));
		const { state } = await actors.tell(this.#aggregate, sagaId, { type: "retry", now: clock.iso() }, context);
		this.#room.enter(sagaId);
		return known(state);
	}

	async read(sagaId: string): Promise<Saga<Input>> {
		// Not by the actor: it would be one of this definition, also for a saga of another.
		const stored = await this.#deps.store.load<RunningSaga<Input>>(SAGA_KIND, sagaId);
		return stored?.state.saga === this.#plan.name ? stored.state : { status: "none" };
	}

	sweep(): Promise<number> {
		return this.#takeUp(this.#deps.clock.iso());
	}

	resume(): Promise<number> {
		return this.#takeUp(null);
	}

	/** What is due at the instant `to`; null: all that has not ended. */
	async #takeUp(to: string | null): Promise<number> {
		let after: readonly string[] | null = null;
		let taken = 0;
		while (!this.#stopping.signal.aborted && this.#room.hasRoom()) {
			const page: readonly StoredDocument<RunningSaga<Input>>[] = await this.#find(to, after);
			for (const { id } of page) if (this.#room.enter(id)) taken++;
			const last = page.at(-1);
			if (last === undefined || page.length < SWEEP_PAGE) break;
			after = [last.state.dueAt ?? "", last.id];
		}
		return taken;
	}

	settled(sagaId: string): Promise<void> {
		return this.#room.left(sagaId);
	}

	async stop(): Promise<void> {
		for (const timer of this.#timers) timer.cancel();
		this.#stopping.abort(new Error("the process is stopping"));
		await this.#room.close();
	}

	/** What is due, the longest waiting first. */
	async #find(
		to: string | null,
		after: readonly string[] | null,
	): Promise<readonly StoredDocument<RunningSaga<Input>>[]> {
		return this.#deps.store.find<RunningSaga<Input>>(SAGA_KIND, {
			where: { saga: this.#plan.name },
			range: { field: "dueAt", ...(to === null ? {} : { to }) },
			direction: "asc",
			limit: SWEEP_PAGE,
			...(after === null ? {} : { after }),
		});
	}

	async #run(sagaId: string): Promise<void> {
		let begun = await this.#begin(sagaId);
		while (begun !== null && !this.#stopping.signal.aborted) begun = await this.#carry(begun);
	}

	/** Records the intent of the next call; null when there is none to make now. */
	async #begin(sagaId: string): Promise<Begun<Input> | null> {
		const { actors, clock, runner, isAlone = false } = this.#deps;
		const { state, sequence } = await actors.read(this.#aggregate, sagaId);
		const next = state.status === "none" ? null : nextStep(this.#plan, state);
		if (next === null) return null;
		await this.#pass({ step: next.step.name, direction: next.direction, moment: "before-intent" }, sagaId);
		const command = { type: "begin", runner, isAlone, now: clock.iso() } as const;
		const told = await this.#tell({ state: known(state), sequence }, command);
		const begun = this.#ownCall(told);
		// Somebody else is at it, it is not time yet, or it has ended.
		if (begun === null) this.#wait(told.state);
		return begun;
	}

	/** Makes the call that was begun and records what it came to, together with the next call's intent; null when nothing is to be done now. */
	async #carry(begun: Begun<Input>): Promise<Begun<Input> | null> {
		const { state, sequence, call } = begun;
		const { sagaId } = state;
		const { step, direction } = call;
		const pass = (moment: FaultPoint["moment"]) => this.#pass({ step, direction, moment }, sagaId);
		await pass("after-intent");
		const answer = await this.#performer.ask(state, call, `${SAGA_KIND}:${sagaId}:${sequence}`);
		if (answer === null) return null;
		await pass("after-call");
		const { clock, runner, isAlone = false } = this.#deps;
		const command = { ...answer, call, going: { runner, isAlone }, now: clock.iso() };
		await this.#passIntentOf(state, command);
		const next = this.#ownCall(await this.#tell(begun, command));
		await pass("after-result");
		return next === null || isSame(next.call, call) ? this.#begin(sagaId) : next;
	}

	/** The call that this runner has to make now. */
	#ownCall({ state, sequence }: Told<Input>): Begun<Input> | null {
		const { call, runner } = state;
		return call === null || runner !== this.#deps.runner ? null : { state, sequence, call };
	}

	/** Before a result whose commit is the next call's intent as well. */
	async #passIntentOf(state: RunningSaga<Input>, command: SagaCommand<Input>): Promise<void> {
		if (this.#deps.onPoint === undefined) return;
		const last = this.#aggregate.decider.decide(state, command).findLast(({ type }) => type === "saga.step-started");
		if (last?.type !== "saga.step-started") return;
		const { step, direction } = last.data;
		await this.#pass({ step, direction, moment: "before-intent" }, state.sagaId);
	}

	/** Looks again when it is time; what does not fit in here is found by the sweep. */
	#wait({ sagaId, runner, dueAt }: RunningSaga<Input>): void {
		const { clock } = this.#deps;
		if (dueAt === null || runner !== null || this.#timers.size >= TIMERS_MAX || this.#stopping.signal.aborted) return;
		const timer = clock.after(Date.parse(dueAt) - clock.now(), () => {
			this.#timers.delete(timer);
			this.#room.enter(sagaId);
		});
		this.#timers.add(timer);
	}

	async #pass(point: FaultPoint, sagaId: string): Promise<void> {
		const { onPoint } = this.#deps;
		if (onPoint !== undefined) await onPoint(point, sagaId);
	}

	async #tell({ state, sequence }: Told<Input>, command: SagaCommand<Input>): Promise<Told<Input>> {
		const { actors, commandId } = this.#deps;
		const { sagaId, correlationId } = state;
		const context = { correlationId, causationId: `${SAGA_KIND}:${sagaId}:${sequence}`, actor: "SYSTEM" };
		const told = await actors.tell(this.#aggregate, sagaId, command, { ...context, commandId: commandId() });
		return { state: known(told.state), sequence: told.sequence };
	}
}

interface Told<Input extends object> {
	readonly state: RunningSaga<Input>;
	readonly sequence: number;
}

interface Begun<Input extends object> extends Told<Input> {
	readonly call: BegunCall;
}

function isSame(left: BegunCall, right: BegunCall): boolean {
	return left.step === right.step && left.direction === right.direction && left.attempt === right.attempt;
}

function known<Input extends object>(state: Saga<Input>): RunningSaga<Input> {
	if (state.status === "none") throw new DomainError("SAGA_NOT_FOUND");
	return state;
}
