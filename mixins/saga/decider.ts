import type { Decider } from "../../services/shared/decider.ts";
import { DomainError, unreachable } from "../../services/shared/errors.ts";
import { evolveWith } from "./evolve.ts";
import type { BegunCall, DataOf, Of, RunningSaga, Saga, SagaCommand, SagaEvent } from "./model.ts";
import { isBeyond, mayTurnBack, nextStep } from "./next.ts";
import type { SagaPlan } from "./plan.ts";

/** A call's lease outlasts its timeout by this. */
export const LEASE_MARGIN_MS = 5_000;
/** A step that nobody answers is asked this often before the saga turns back. */
export const FORWARD_ATTEMPTS_MAX = 4;
/** After this many attempts somebody should look; asking goes on. */
export const ATTENTION_ATTEMPTS = 10;
const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_CAP_MS = 60_000;
const DOUBLINGS_MAX = 16;
const NO_ANSWER = "NO_ANSWER";

/** Rules of a saga: intent before call, result after it, and an end that is either everything or nothing. */
export function sagaDecider<Input extends object>(
	plan: SagaPlan<Input>,
): Decider<Saga<Input>, SagaCommand<Input>, SagaEvent> {
	return {
		initial: { status: "none" },
		decide(state, command) {
			if (command.type === "start") return state.status === "none" ? [started(plan, command)] : [];
			if (state.status === "none") throw new DomainError("SAGA_NOT_FOUND");
			return change(plan, state, command);
		},
		evolve: evolveWith(plan),
	};
}

function change<Input extends object>(
	plan: SagaPlan<Input>,
	state: RunningSaga<Input>,
	command: Exclude<SagaCommand<Input>, { type: "start" }>,
): readonly SagaEvent[] {
	switch (command.type) {
		case "begin":
			return begin(plan, state, command);
		case "succeed":
			return onward(plan, state, succeed(plan, state, command), command);
		case "refuse":
			return onward(plan, state, refuse(plan, state, command), command);
		case "miss":
			return onward(plan, state, miss(plan, state, command), command);
		case "retry":
			return retry(state, command.now);
		default:
			return unreachable(command);
	}
}

/** What an answer led to, and the next call's intent with it where the one who answers goes on. */
function onward<Input extends object>(
	plan: SagaPlan<Input>,
	state: RunningSaga<Input>,
	events: readonly SagaEvent[],
	{ going, now }: Pick<Of<Input, "succeed">, "going" | "now">,
): readonly SagaEvent[] {
	if (going === undefined || events.length === 0) return events;
	return [...events, ...begin(plan, after(plan, state, events), { type: "begin", ...going, now })];
}

function begin<Input extends object>(
	plan: SagaPlan<Input>,
	state: RunningSaga<Input>,
	{ runner, isAlone = false, now }: Of<Input, "begin">,
): readonly SagaEvent[] {
	const next = nextStep(plan, state);
	if (next === null || !isTurnOf(state, { runner, isAlone, now })) return [];
	const { step, direction, call } = next;
	const { attempt, round } = attemptAt(state, step.name, direction);
	const late = direction === "forward" ? lateCode(plan, state, attempt, now) : null;
	if (late !== null) {
		const events = turn(plan, state, { failedStep: step.name, errorCode: late, now });
		return [...events, ...begin(plan, after(plan, state, events), { type: "begin", runner, isAlone, now })];
	}
	const leaseUntil = later(now, call.timeoutMs + LEASE_MARGIN_MS);
	const data = { ...nameOf(state), step: step.name, direction, attempt, round, runner, leaseUntil, startedAt: now };
	const events: SagaEvent[] = [{ type: "saga.step-started", data }];
	return attempt > ATTENTION_ATTEMPTS ? [...events, ...alarm(state, data, state.trouble ?? NO_ANSWER)] : events;
}

function succeed<Input extends object>(
	plan: SagaPlan<Input>,
	state: RunningSaga<Input>,
	{ call: { step, direction }, facts, now }: Of<Input, "succeed">,
): readonly SagaEvent[] {
	const next = nextStep(plan, state);
	const isAwaited = next?.step.name === step && next.direction === direction && state.begun.includes(step);
	if (!isAwaited) return [];
	const data = { ...nameOf(state), step, direction, facts, endedAt: now };
	return ended(plan, state, [{ type: "saga.step-succeeded", data }], now);
}

function refuse<Input extends object>(
	plan: SagaPlan<Input>,
	state: RunningSaga<Input>,
	{ call, errorCode, now }: Of<Input, "refuse">,
): readonly SagaEvent[] {
	if (!isNewest(state, call)) return [];
	if (call.direction === "compensation" || isBeyond(plan, call.step)) return again(state, call, errorCode, now, 1);
	const failed: SagaEvent = { type: "saga.step-failed", data: { ...nameOf(state), step: call.step, errorCode } };
	return [failed, ...turn(plan, state, { failedStep: call.step, errorCode, now })];
}

function miss<Input extends object>(
	plan: SagaPlan<Input>,
	state: RunningSaga<Input>,
	{ call, errorCode, now }: Of<Input, "miss">,
): readonly SagaEvent[] {
	if (!isNewest(state, call)) return [];
	const isLast = call.attempt >= FORWARD_ATTEMPTS_MAX || now >= state.deadlineAt;
	const isGivenUp = call.direction === "forward" && isLast && mayTurnBack(plan, state);
	if (isGivenUp) return turn(plan, state, { failedStep: call.step, errorCode, now });
	return again(state, call, errorCode, now, 0);
}

/** Turns back; with nothing to undo that is the end already. */
function turn<Input extends object>(
	plan: SagaPlan<Input>,
	state: RunningSaga<Input>,
	{ failedStep, errorCode, now }: { failedStep: string; errorCode: string; now: string },
): readonly SagaEvent[] {
	const data = { ...nameOf(state), failedStep, errorCode, turnedAt: now };
	return ended(plan, state, [{ type: "saga.compensating", data }], now);
}

/** The events, and the end if nothing is left to do after them. */
function ended<Input extends object>(
	plan: SagaPlan<Input>,
	state: RunningSaga<Input>,
	events: readonly SagaEvent[],
	now: string,
): readonly SagaEvent[] {
	const reached = after(plan, state, events);
	return nextStep(plan, reached) === null ? [...events, endOf(reached, now)] : events;
}

function after<Input extends object>(
	plan: SagaPlan<Input>,
	state: RunningSaga<Input>,
	events: readonly SagaEvent[],
): RunningSaga<Input> {
	return events.reduce<Saga<Input>>(evolveWith(plan), state) as RunningSaga<Input>;
}

function started<Input extends object>(plan: SagaPlan<Input>, command: Of<Input, "start">): SagaEvent {
	const { sagaId, input, correlationId, runner, now } = command;
	const data = { sagaId, saga: plan.name, reference: plan.reference(input), input, correlationId, runner };
	const leaseUntil = later(now, LEASE_MARGIN_MS);
	return {
		type: "saga.started",
		data: { ...data, leaseUntil, startedAt: now, deadlineAt: later(now, plan.deadlineMs) },
	};
}

/** The next attempt, later each time and for ever. */
function again<Input extends object>(
	state: RunningSaga<Input>,
	{ step, direction, attempt, round }: BegunCall,
	errorCode: string,
	now: string,
	moreRounds: 0 | 1,
): SagaEvent[] {
	const place = { ...nameOf(state), step, direction, attempt };
	const retryAt = later(now, backoffMs(attempt));
	const missed: SagaEvent = {
		type: "saga.step-unanswered",
		data: { ...place, round: round + moreRounds, errorCode, retryAt },
	};
	return attempt < ATTENTION_ATTEMPTS ? [missed] : [missed, ...alarm(state, place, errorCode)];
}

/** Calls for somebody, once. */
function alarm<Input extends object>(
	state: RunningSaga<Input>,
	{ step, direction, attempt }: Omit<BegunCall, "round">,
	errorCode: string,
): SagaEvent[] {
	const data = { ...nameOf(state), step, direction, attempt, errorCode };
	return state.needsAttention ? [] : [{ type: "saga.needs-attention", data }];
}

function retry<Input extends object>(state: RunningSaga<Input>, now: string): SagaEvent[] {
	if (state.dueAt === null) throw new DomainError("SAGA_ENDED", { status: state.status });
	// A call that is under way answers by itself.
	if (state.runner !== null) return [];
	return [{ type: "saga.retry-requested", data: { ...nameOf(state), requestedAt: now } }];
}

function endOf<Input extends object>(state: RunningSaga<Input>, now: string): SagaEvent {
	const { failedStep, errorCode, startedAt } = state;
	const data = { ...nameOf(state), durationMs: Date.parse(now) - Date.parse(startedAt), endedAt: now };
	if (state.status === "STARTED") return { type: "saga.completed", data };
	return { type: "saga.compensated", data: { ...data, failedStep: failedStep ?? "", errorCode: errorCode ?? "" } };
}

/** The one who holds the lease goes on at once; anybody else when it has run out. */
function isTurnOf<Input extends object>(
	{ runner, dueAt }: RunningSaga<Input>,
	asking: { readonly runner: string; readonly isAlone: boolean; readonly now: string },
): boolean {
	const isOwn = runner !== null && (asking.isAlone || runner === asking.runner);
	return dueAt !== null && (isOwn || dueAt <= asking.now);
}

function attemptAt<Input extends object>(
	{ call }: RunningSaga<Input>,
	step: string,
	direction: BegunCall["direction"],
): Pick<BegunCall, "attempt" | "round"> {
	if (call?.step !== step || call.direction !== direction) return { attempt: 1, round: 1 };
	return { attempt: call.attempt + 1, round: call.round };
}

/** Why a step is not asked any more before the point of no return; null while it is. */
function lateCode<Input extends object>(
	plan: SagaPlan<Input>,
	state: RunningSaga<Input>,
	attempt: number,
	now: string,
): string | null {
	if (!mayTurnBack(plan, state)) return null;
	if (now >= state.deadlineAt) return "DEADLINE_PASSED";
	return attempt > FORWARD_ATTEMPTS_MAX ? (state.trouble ?? NO_ANSWER) : null;
}

function isNewest<Input extends object>({ call, status }: RunningSaga<Input>, answered: BegunCall): boolean {
	const isOpen = status === (answered.direction === "forward" ? "STARTED" : "COMPENSATING");
	const isSame = call?.step === answered.step && call.direction === answered.direction;
	return isOpen && isSame && call.attempt === answered.attempt;
}

function nameOf<Input extends object>({
	sagaId,
	saga,
	reference,
}: RunningSaga<Input>): Pick<DataOf<"saga.started">, "sagaId" | "saga" | "reference"> {
	return { sagaId, saga, reference };
}

function backoffMs(attempt: number): number {
	return Math.min(BACKOFF_CAP_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt - 1, DOUBLINGS_MAX));
}

function later(instant: string, ms: number): string {
	return new Date(Date.parse(instant) + ms).toISOString();
}
