import { fold } from "../../shared/decider.ts";
import type { Envelope } from "../../shared/events.ts";
import type { PaymentHistoryEntry, PaymentStateView, PaymentStatus, PaymentView } from "../contract.ts";
import { PaymentRejected, type KnownPayment, type Payment, type PaymentEvent } from "../domain/model.ts";
import { payment } from "../domain/payment.ts";

/** A payment as its owner sees it. */
export function viewOf(state: KnownPayment): PaymentView {
	const { failureCode, failureMessage, cancelReason, cancelledAt } = state;
	return {
		paymentId: state.paymentId,
		orderId: state.orderId,
		orderName: state.orderName,
		amount: state.amount,
		currency: state.currency,
		status: state.status,
		paymentKey: state.paymentKey,
		method: state.method,
		approvedAt: state.approvedAt,
		cancelledAmount: state.cancelledAmount,
		...(failureCode === undefined ? {} : { failureCode }),
		...(failureMessage === undefined ? {} : { failureMessage }),
		...(cancelReason === undefined ? {} : { cancelReason }),
		...(cancelledAt === undefined ? {} : { cancelledAt }),
		createdAt: state.createdAt,
	};
}

/** Every event with the states before and after it, oldest first. */
export function historyView(envelopes: readonly Envelope[]): PaymentHistoryEntry[] {
	let state: Payment = payment.initial;
	return envelopes.map((envelope) => {
		const previousState = statusOf(state);
		state = payment.evolve(state, eventOf(envelope));
		const newState = statusOf(state);
		if (newState === null) throw new Error(`${envelope.id} has no payment before it`);
		return {
			id: envelope.id,
			paymentId: envelope.subject,
			sequence: envelope.sequence,
			eventType: envelope.type,
			previousState,
			newState,
			eventData: { ...envelope.data },
			occurredAt: envelope.time,
			actor: envelope.actor,
			metadata: { correlationId: envelope.correlationid, schemaVersion: envelope.schemaversion },
		};
	});
}

/** The payment right after one of its events; after its last one when `requested` is null or beyond it. */
export function stateView(envelopes: readonly Envelope[], requested: number | null): PaymentStateView {
	const upTo = envelopes.filter(({ sequence }) => requested === null || sequence <= requested);
	const last = upTo.at(-1);
	const state = fold(payment, upTo.map(eventOf));
	if (last === undefined || state.status === "none") throw new PaymentRejected("PAYMENT_NOT_FOUND");
	return {
		paymentId: last.subject,
		requestedSequence: requested,
		sequence: last.sequence,
		state: state.status,
		eventType: last.type,
		occurredAt: last.time,
		snapshot: { ...viewOf(state) },
	};
}

function statusOf(state: Payment): PaymentStatus | null {
	return state.status === "none" ? null : state.status;
}

/** The fact within an envelope. */
export function eventOf({ type, data }: Envelope): PaymentEvent {
	return { type, data } as PaymentEvent;
}
