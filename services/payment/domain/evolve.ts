import { unreachable } from "../../shared/errors.ts";
import type { KnownPayment, Payment, PaymentEvent } from "./model.ts";

type After<Type extends PaymentEvent["type"]> = Extract<PaymentEvent, { type: Type }>["data"];

/** The payment after an event. */
export function evolve(state: Payment, event: PaymentEvent): Payment {
	if (event.type === "payment.created") return created(event.data);
	return state.status === "none" ? state : changed(state, event);
}

function created(data: After<"payment.created">): KnownPayment {
	return {
		status: "PENDING",
		...data,
		paymentKey: null,
		method: null,
		approvedAt: null,
		approvalKey: null,
		cancelledAmount: 0,
		cancelCount: 0,
		cancelAttempts: 0,
		unsettledSince: null,
		cancellation: null,
		deferredCancel: null,
		reversal: null,
	};
}

function changed(state: KnownPayment, event: Exclude<PaymentEvent, { type: "payment.created" }>): KnownPayment {
	switch (event.type) {
		case "payment.approval-requested": {
			const { paymentKey, providerIdempotencyKey: approvalKey, requestedAt: unsettledSince } = event.data;
			return { ...state, status: "APPROVING", paymentKey, approvalKey, unsettledSince };
		}
		case "payment.approved": {
			const { method, approvedAt } = event.data;
			return { ...state, status: "APPROVED", method, approvedAt, unsettledSince: null };
		}
		case "payment.failed": {
			const { errorCode: failureCode, errorMessage: failureMessage } = event.data;
			return { ...state, status: "FAILED", failureCode, failureMessage, unsettledSince: null };
		}
		case "payment.cancel-deferred": {
			const { cancelReason: reason, cancelAmount: amount } = event.data;
			return { ...state, deferredCancel: { reason, amount } };
		}
		case "payment.cancel-requested":
			return cancelRequested(state, event.data);
		case "payment.cancelled":
			return cancelled(state, event.data);
		case "payment.cancel-failed":
			return { ...state, status: "APPROVED", cancellation: null, unsettledSince: null };
		case "payment.refund-refused":
			return state;
		case "payment.expired":
			return { ...state, status: "EXPIRED" };
		case "payment.reversal-requested": {
			const { paymentKey, reason, providerIdempotencyKey, requestedAt } = event.data;
			const attempts = (state.reversal?.attempts ?? 0) + 1;
			const reversal = { paymentKey, reason, providerIdempotencyKey, attempts, isDone: false };
			return { ...state, reversal, unsettledSince: requestedAt };
		}
		case "payment.reversed":
			return { ...state, ...reversalDone(state), unsettledSince: null };
		default:
			return unreachable(event);
	}
}

function cancelRequested(state: KnownPayment, data: After<"payment.cancel-requested">): KnownPayment {
	const { amount, cancelReason: reason, providerIdempotencyKey, requestedAt, refundId } = data;
	return {
		...state,
		status: "CANCELLING",
		cancellation: { amount, reason, providerIdempotencyKey, refundId },
		deferredCancel: null,
		cancelAttempts: state.cancelAttempts + 1,
		unsettledSince: requestedAt,
	};
}

function cancelled(state: KnownPayment, data: After<"payment.cancelled">): KnownPayment {
	const { cancelledAmount, cancelReason, cancelledAt, transactionKey, isPartial, providerIdempotencyKey } = data;
	const cancelCount = state.cancelCount + (transactionKey === null ? 0 : 1);
	const facts = { cancelledAmount, cancelReason, cancelledAt, cancelCount };
	if (!isPartial) return { ...state, ...facts, status: "CANCELLED", cancellation: null, unsettledSince: null };
	if (state.cancellation === null || state.cancellation.providerIdempotencyKey !== providerIdempotencyKey)
		return { ...state, ...facts };
	return { ...state, ...facts, status: "APPROVED", cancellation: null, unsettledSince: null };
}

function reversalDone({ reversal }: KnownPayment): Pick<KnownPayment, "reversal"> {
	return { reversal: reversal === null ? null : { ...reversal, isDone: true } };
}
