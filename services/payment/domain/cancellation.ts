import { unreachable } from "../../shared/errors.ts";
import { PaymentRejected, wrongState, type KnownPayment, type Of, type PaymentEvent } from "./model.ts";

/** Asks for money back; while the approval is open the wish is remembered instead. */
export function cancel(state: KnownPayment, { reason, amount, now }: Of<"cancel">): PaymentEvent[] {
	switch (state.status) {
		case "APPROVED":
			return [cancelRequested(state, checkedAmount(state, amount), reason, now)];
		case "APPROVING":
			return defer(state, reason, amount);
		case "CANCELLING":
			return repeated(state, amount);
		case "CANCELLED":
			return [];
		case "PENDING":
		case "FAILED":
		case "EXPIRED":
			throw wrongState(state);
		default:
			return unreachable(state.status);
	}
}

/** Ends a payment nobody paid. */
export function voidUnpaid(state: KnownPayment, { reason, now }: Of<"void">): PaymentEvent[] {
	if (state.status === "CANCELLED" || state.status === "EXPIRED") return [];
	if (state.status !== "PENDING") throw wrongState(state);
	const { paymentId, orderId, userId } = state;
	return [
		{
			type: "payment.cancelled",
			data: {
				paymentId,
				orderId,
				userId,
				paymentKey: null,
				amount: 0,
				cancelledAmount: 0,
				cancelReason: reason,
				cancelledAt: now,
				transactionKey: null,
				isPartial: false,
				providerIdempotencyKey: null,
				refundId: null,
			},
		},
	];
}

/** Ends a payment whose order ran out of time. */
export function expire(state: KnownPayment): PaymentEvent[] {
	if (state.status === "CANCELLED" || state.status === "EXPIRED") return [];
	if (state.status !== "PENDING") throw wrongState(state);
	const { paymentId, orderId, userId } = state;
	return [{ type: "payment.expired", data: { paymentId, orderId, userId } }];
}

/** The intent, with the key every try of it uses; a new intent gets a new number. */
export function cancelRequested(
	state: KnownPayment,
	amount: number,
	cancelReason: string,
	requestedAt: string,
	refundId: string | null = null,
): PaymentEvent {
	const { paymentId, orderId } = state;
	const providerIdempotencyKey = `cancel-${paymentId}-${state.cancelAttempts + 1}`;
	return {
		type: "payment.cancel-requested",
		data: { paymentId, orderId, cancelReason, amount, providerIdempotencyKey, requestedAt, refundId },
	};
}

function checkedAmount(state: KnownPayment, wanted: number | null): number {
	const left = state.amount - state.cancelledAmount;
	const amount = wanted ?? left;
	if (amount > left) throw new PaymentRejected("CANCEL_AMOUNT_EXCEEDED", { left, amount });
	return amount;
}

function defer(state: KnownPayment, cancelReason: string, cancelAmount: number | null): PaymentEvent[] {
	checkedAmount(state, cancelAmount);
	if (state.deferredCancel !== null) {
		if (state.deferredCancel.amount === cancelAmount) return [];
		throw wrongState(state);
	}
	const { paymentId, orderId } = state;
	return [{ type: "payment.cancel-deferred", data: { paymentId, orderId, cancelReason, cancelAmount } }];
}

/** The same wish again is no second refund; another one has to wait. */
function repeated(state: KnownPayment, wanted: number | null): PaymentEvent[] {
	const amount = wanted ?? state.amount - state.cancelledAmount;
	if (state.cancellation?.amount === amount) return [];
	throw wrongState(state);
}
