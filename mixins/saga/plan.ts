import type { ActionName } from "../../services/contracts.ts";
import type { HttpStatus } from "../../services/shared/errors.ts";
import { MOMENTS, type Compensation, type Facts, type FaultPoint, type SagaDefinition, type SagaStep } from "./port.ts";

/** A call of a step as the engine sees it: any action, any params. */
export interface PlannedCall<Input> {
	readonly action: ActionName;
	readonly refusals: Readonly<Record<string, HttpStatus>>;
	readonly timeoutMs: number;
	readonly paramsOf: (input: Input, facts: Facts, forwardId: string, errorCode: string) => object | null;
	readonly keep: (result: unknown) => Facts;
	readonly isDone: (result: unknown) => boolean;
}

/** A step as the engine sees it. */
export interface PlannedStep<Input> {
	readonly name: string;
	readonly isPivot: boolean;
	readonly isNeeded: (input: Input, facts: Facts) => boolean;
	/** Null for a step that was done before the saga began. */
	readonly forward: PlannedCall<Input> | null;
	/** Null where nothing is undone; the definition says why. */
	readonly compensation: PlannedCall<Input> | null;
}

/** A checked definition. */
export interface SagaPlan<Input extends object> extends Omit<SagaDefinition<Input>, "steps"> {
	readonly steps: readonly PlannedStep<Input>[];
	/** Place of the point of no return among the steps. */
	readonly pivot: number;
}

const NAME = /^[a-z][a-z0-9-]*$/;

/** Checks a definition; throws with what is wrong in it. */
export function defineSaga<Input extends object>(definition: SagaDefinition<Input>): SagaPlan<Input> {
	const steps = definition.steps.map(planned);
	const plan = { ...definition, steps, pivot: steps.findIndex(({ isPivot }) => isPivot) };
	const problem = problemOf(plan);
	if (problem !== null) throw new Error(`saga ${definition.name}: ${problem}`);
	return plan;
}

/** Every place at which the process may die, in the order in which a saga passes them. */
export function faultPointsOf<Input extends object>({ steps }: SagaPlan<Input>): readonly FaultPoint[] {
	const forward = steps.filter((step) => step.forward !== null).map(({ name }) => name);
	const undone = steps.filter((step) => step.compensation !== null).map(({ name }) => name);
	return [
		...forward.flatMap((step) => MOMENTS.map((moment) => ({ step, direction: "forward" as const, moment }))),
		...undone
			.reverse()
			.flatMap((step) => MOMENTS.map((moment) => ({ step, direction: "compensation" as const, moment }))),
	];
}

function planned<Input>(step: SagaStep<Input>): PlannedStep<Input> {
	return {
		name: step.name,
		isPivot: step.pivot === true,
		isNeeded: step.isNeeded ?? (() => true),
		forward: step.adopts === undefined ? erased(step) : null,
		compensation: step.compensation === undefined ? null : erased<Input>(step.compensation),
	};
}

/** The compiler has held params and result to the action; from here on any action will do. */
function erased<Input>(call: Pick<Compensation<Input>, keyof Compensation<Input>>): PlannedCall<Input> {
	const { action, refusals, timeoutMs, params: paramsOf, keep, isDone } = call;
	return {
		action,
		refusals,
		timeoutMs,
		paramsOf,
		keep: (keep as PlannedCall<Input>["keep"] | undefined) ?? (() => ({})),
		isDone: (isDone as PlannedCall<Input>["isDone"] | undefined) ?? (() => true),
	};
}

function problemOf<Input extends object>({ name, deadlineMs, steps, pivot }: SagaPlan<Input>): string | null {
	const names = steps.map((step) => step.name);
	const odd = [name, ...names].find((text) => !NAME.test(text));
	if (odd !== undefined) return `"${odd}" is no name`;
	if (new Set(names).size < names.length) return "two steps have one name";
	if (steps.filter(({ isPivot }) => isPivot).length !== 1) return "exactly one step is the point of no return";
	const firstOwn = steps.findIndex(({ forward }) => forward !== null);
	if (steps.some(({ forward }, index) => forward === null && index > firstOwn)) return "adopted steps come first";
	if (steps.some(({ compensation }, index) => index >= pivot && compensation !== null))
		return "from the point of no return on nothing is undone";
	const isEndless = (ms: number) => !Number.isSafeInteger(ms) || ms < 1;
	if (isEndless(deadlineMs) || steps.some((step) => callsOf(step).some(({ timeoutMs }) => isEndless(timeoutMs))))
		return "every wait has an end";
	return null;
}

function callsOf<Input>({ forward, compensation }: PlannedStep<Input>): readonly PlannedCall<Input>[] {
	return [forward, compensation].filter((call) => call !== null);
}
