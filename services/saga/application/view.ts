import type { RunningSaga, SagaEvent } from "../../../mixins/saga/model.ts";
import type { Envelope } from "../../shared/events.ts";
import type { CheckoutStep, SagaView, StepLogEntry } from "../contract.ts";
import type { Checkout } from "../domain/checkout.ts";
import { labelOf, messageOf } from "../domain/steps.ts";

/** A checkout saga as it is shown. */
export function viewOf(state: RunningSaga<Checkout>, lang: "ko" | "en"): SagaView {
	const { sagaId, status, input, facts, undone, failedStep, errorCode, needsAttention, startedAt, endedAt } = state;
	const completedSteps = state.done.map(labelOf);
	const failed = failedStep === null ? null : labelOf(failedStep);
	return {
		sagaId,
		orderId: input.orderId,
		status,
		currentStep: status === "COMPLETED" ? "COMPLETED" : (completedSteps.at(-1) ?? "ORDER_CREATED"),
		completedSteps,
		failedStep: failed,
		paymentKey: input.paymentKey,
		inventoryReservationId: undone.includes("stock") ? null : textIn(facts["reservationId"]),
		errorCode,
		errorMessage: failed === null || errorCode === null ? null : messageOf(failed, errorCode, lang),
		needsAttention,
		createdAt: startedAt,
		updatedAt: state.updatedAt,
		deadlineAt: state.deadlineAt,
		durationMs: endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt),
	};
}

/** Every attempt at every step, in the order in which they were begun. */
export function stepLog(envelopes: readonly Envelope[]): StepLogEntry[] {
	const entries: StepLogEntry[] = [];
	for (const envelope of envelopes) {
		const event = envelope as unknown as SagaEvent;
		if (event.type === "saga.step-started") entries.push(begun(event.data));
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

function begun(data: Extract<SagaEvent, { type: "saga.step-started" }>["data"]): StepLogEntry {
	const step: CheckoutStep = labelOf(data.step);
	const direction = data.direction === "forward" ? "FORWARD" : "COMPENSATE";
	const { attempt, startedAt } = data;
	return { step, direction, attempt, status: "STARTED", startedAt, endedAt: null, error: null };
}

function textIn(value: unknown): string | null {
	return typeof value === "string" ? value : null;
}
