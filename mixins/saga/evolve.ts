import { unreachable } from "../../services/shared/errors.ts";
import type { DataOf, RunningSaga, Saga, SagaEvent } from "./model.ts";
import type { SagaPlan } from "./plan.ts";

type Change = Exclude<SagaEvent, { type: "saga.started" }>;

/** The saga after an event. */
export function evolveWith<Input extends object>(
	plan: SagaPlan<Input>,
): (state: Saga<Input>, event: SagaEvent) => Saga<Input> {
	return (state, event) => {
		if (event.type === "saga.started") return begun(plan, event.data);
		return state.status === "none" ? state : changed(state, event);
	};
}

function begun<Input extends object>(plan: SagaPlan<Input>, data: DataOf<"saga.started">): RunningSaga<Input> {
	const { sagaId, saga, reference, correlationId, runner, leaseUntil, startedAt, deadlineAt } = data;
	const input = data.input as Input;
	const adopted = plan.steps
		.filter((step) => step.forward === null && step.isNeeded(input, {}))
		.map(({ name }) => name);
	return {
		status: "STARTED",
		sagaId,
		saga,
		reference,
		correlationId,
		input,
		facts: {},
		begun: adopted,
		done: adopted,
		undone: [],
		call: null,
		runner,
		dueAt: leaseUntil,
		needsAttention: false,
		failedStep: null,
		errorCode: null,
		trouble: null,
		startedAt,
		deadlineAt,
		updatedAt: startedAt,
		endedAt: null,
	};
}

function changed<Input extends object>(state: RunningSaga<Input>, event: Change): RunningSaga<Input> {
	switch (event.type) {
		case "saga.step-started":
			return stepStarted(state, event.data);
		case "saga.step-succeeded":
			return stepSucceeded(state, event.data);
		case "saga.step-failed":
			return { ...state, call: null, trouble: event.data.errorCode };
		case "saga.step-unanswered": {
			const { step, direction, attempt, round, errorCode: trouble, retryAt } = event.data;
			return { ...state, call: { step, direction, attempt, round }, runner: null, dueAt: retryAt, trouble };
		}
		case "saga.compensating": {
			const { failedStep, errorCode, turnedAt } = event.data;
			return { ...state, status: "COMPENSATING", call: null, failedStep, errorCode, updatedAt: turnedAt };
		}
		case "saga.needs-attention":
			return { ...state, needsAttention: true };
		case "saga.retry-requested":
			return { ...state, dueAt: event.data.requestedAt, call: restarted(state.call) };
		case "saga.completed":
			return ended(state, "COMPLETED", event.data.endedAt);
		case "saga.compensated":
			return ended(state, "COMPENSATED", event.data.endedAt);
		default:
			return unreachable(event);
	}
}

function stepStarted<Input extends object>(
	state: RunningSaga<Input>,
	{ step, direction, attempt, round, runner, leaseUntil, startedAt }: DataOf<"saga.step-started">,
): RunningSaga<Input> {
	const isNew = direction === "forward" && !state.begun.includes(step);
	const call = { step, direction, attempt, round };
	const steps = isNew ? [...state.begun, step] : state.begun;
	return { ...state, begun: steps, call, runner, dueAt: leaseUntil, updatedAt: startedAt };
}

function stepSucceeded<Input extends object>(
	state: RunningSaga<Input>,
	{ step, direction, facts, endedAt }: DataOf<"saga.step-succeeded">,
): RunningSaga<Input> {
	const progress = direction === "forward" ? { done: [...state.done, step] } : { undone: [...state.undone, step] };
	const known = { ...state.facts, ...facts };
	return { ...state, ...progress, facts: known, call: null, needsAttention: false, trouble: null, updatedAt: endedAt };
}

function ended<Input extends object>(
	state: RunningSaga<Input>,
	status: "COMPLETED" | "COMPENSATED",
	endedAt: string,
): RunningSaga<Input> {
	return {
		...state,
		status,
		call: null,
		runner: null,
		dueAt: null,
		needsAttention: false,
		endedAt,
		updatedAt: endedAt,
	};
}

/** Counting begins anew, under the same command id or the next. */
function restarted(call: RunningSaga<object>["call"]): RunningSaga<object>["call"] {
	return call === null ? null : { ...call, attempt: 0 };
}
