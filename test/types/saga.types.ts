// Nothing here runs: it has to compile, and each expected error has to be one.
import { defineSaga } from "../../mixins/saga.mixin.ts";
import type { SagaStep } from "../../mixins/saga/port.ts";

interface Input {
	readonly orderId: string;
}
const refusals = {};
const timeoutMs = 1_000;
const noCompensation = "It is the point of no return.";

/** Params and answers are those of the action. */
export const good = defineSaga<Input>({
	name: "good",
	deadlineMs: 1_000,
	reference: ({ orderId }) => orderId,
	steps: [
		{
			name: "pay",
			pivot: true,
			action: "payment.cancel",
			params: ({ orderId }) => ({ orderId, cancelReason: "why" }),
			isDone: ({ status }) => status === "CANCELLED",
			keep: ({ cancelledAmount }) => ({ cancelledAmount }),
			refusals,
			timeoutMs,
			noCompensation,
		},
	],
});

const rest = { name: "a", refusals, timeoutMs };

// @ts-expect-error no such action
export const unknown: SagaStep<Input> = { ...rest, action: "payment.cancell", params: () => null, noCompensation };
// @ts-expect-error params of another action
export const wrong: SagaStep<Input> = { ...rest, action: "payment.get", params: () => null, noCompensation };
// @ts-expect-error neither a compensation nor a reason
export const bare: SagaStep<Input> = { ...rest, action: "payment.config", params: () => null };
