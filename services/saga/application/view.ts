import type { RunningSaga, SagaEvent } from "../../../mixins/saga/model.ts";
import type { Envelope } from "../../shared/events.ts";
import type { SagaName, SagaView, StepLogEntry } from "../contract.ts";
import type { Checkout } from "../domain/checkout.ts";
import type { Refund } from "../domain/refund.ts";
import { SagaRejected } from "../domain/rejected.ts";
import { beginningOf, isSagaName, labelOf, messageOf } from "../domain/steps.ts";

/** A saga of one of the definitions that run here. */
export type ShownSaga = RunningSaga<Checkout | Refund>;

/** A saga as it is shown. */
export function viewOf(state: ShownSaga, lang: "ko" | "en"): SagaView {
	const { sagaId, status, input, facts, undone, failedStep, errorCode, needsAttention, startedAt, endedAt } = state;
	const name = nameOf(state);
	const completedSteps = state.done.map((step) => labelOf(name, step));
	const failed = failedStep === null ? null : labelOf(name, failedStep);
	return {
		sagaId,
		name,
		orderId: input.orderId,
		amount: amountOf(input),
		status,
		currentStep: status === "COMPLETED" ? "COMPLETED" : (completedSteps.at(-1) ?? beginningOf(name)),
		completedSteps,
		failedStep: failed,
		paymentKey: input.paymentKey,
		inventoryReservationId: undone.includes("stock") ? null : textIn(facts["reservationId"]),
		errorCode,
		errorMessage: failed === null ? null : messageOf(failed, errorCode ?? "", lang),
		needsAttention,
		createdAt: startedAt,
		updatedAt: state.updatedAt,
		deadlineAt: state.deadlineAt,
		durationMs: endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt),
	};
}

function amountOf(input: Checkout | Refund): number | null {
	return "amount" in input ? input.amount : input.cancelAmount;
}

/** The definition of a saga; one of somebody else's is not found here. */
export function nameOf({ saga }: Pick<ShownSaga, "saga">): SagaName {
	if (!isSagaName(saga)) throw new SagaRejected("SAGA_NOT_FOUND");
	return saga;
}

/** Every attempt at every step, in the order in which they were begun. */
export function stepLog(name: SagaName, envelopes: readonly Envelope[]): StepLogEntry[] {
	const entries: StepLogEntry[] = [];
	for (const envelope of envelopes) {
		const event = envelope as unknown as SagaEvent;
		if (event.type === "saga.step-started") entries.push(begun(name, event.data));
		const last = entries.at(-1);
		const status = ENDS[event.type];
		if (last === undefined || status === undefined || last.endedAt !== null) continue;
		const error = "errorCode" in event.data ? event.data.errorCode : null;
		entries.splice(-1, 1, { ...last, status, endedAt: envelope.time, error });
	}
	return entries;
}

const ENDS: Readonly<Record<string, StepLogEntry["status"]>> = {
	"saga.step-succeeded": "SUCCEEDED",
	"saga.step-failed": "REFUSED",
	"saga.step-unanswered": "UNANSWERED",
	// The last of its attempts: nobody answered, and the saga turned back.
	"saga.compensating": "UNANSWERED",
};

function begun(name: SagaName, data: Extract<SagaEvent, { type: "saga.step-started" }>["data"]): StepLogEntry {
	const step = labelOf(name, data.step);
	const direction = data.direction === "forward" ? "FORWARD" : "COMPENSATE";
	const { attempt, startedAt } = data;
	return { step, direction, attempt, status: "STARTED", startedAt, endedAt: null, error: null };
}

function textIn(value: unknown): string | null {
	return typeof value === "string" ? value : null;
}
