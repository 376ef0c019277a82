import type { Direction } from "./port.ts";
import type { PlannedCall, PlannedStep, SagaPlan } from "./plan.ts";
import type { RunningSaga } from "./model.ts";

/** The step a saga is at, in the direction it goes. */
export interface NextStep<Input> {
	readonly step: PlannedStep<Input>;
	readonly direction: Direction;
	readonly call: PlannedCall<Input>;
}

/** What a saga has to do next; null when nothing is left, or when it has ended. */
export function nextStep<Input extends object>(
	plan: SagaPlan<Input>,
	state: RunningSaga<Input>,
): NextStep<Input> | null {
	if (state.status === "STARTED") return nextForward(plan, state);
	return state.status === "COMPENSATING" ? nextCompensation(plan, state) : null;
}

/** Whether a saga can still turn back by itself: the point of no return is not begun. */
export function mayTurnBack<Input extends object>(
	{ steps, pivot }: SagaPlan<Input>,
	{ begun }: RunningSaga<Input>,
): boolean {
	const name = steps[pivot]?.name;
	return name !== undefined && !begun.includes(name);
}

/** Whether a step lies behind the point of no return: it is asked for ever, whatever is answered. */
export function isBeyond<Input extends object>({ steps, pivot }: SagaPlan<Input>, step: string): boolean {
	return steps.findIndex(({ name }) => name === step) > pivot;
}

/** The command id of a step's call; a compensation that was refused is asked anew, under a new one. */
export function commandIdFor(sagaId: string, step: string, direction: Direction, round = 1): string {
	return `${sagaId}:${step}:${direction}${round === 1 ? "" : `:${round}`}`;
}

function nextForward<Input extends object>(
	{ steps }: SagaPlan<Input>,
	{ done, input, facts }: RunningSaga<Input>,
): NextStep<Input> | null {
	for (const step of steps)
		if (step.forward !== null && !done.includes(step.name) && step.isNeeded(input, facts))
			return { step, direction: "forward", call: step.forward };
	return null;
}

/** Every step whose intent is recorded, the newest first, whatever has become of it. */
function nextCompensation<Input extends object>(
	{ steps }: SagaPlan<Input>,
	{ begun, undone }: RunningSaga<Input>,
): NextStep<Input> | null {
	for (const step of steps.toReversed())
		if (step.compensation !== null && begun.includes(step.name) && !undone.includes(step.name))
			return { step, direction: "compensation", call: step.compensation };
	return null;
}
