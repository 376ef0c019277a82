import { unreachable } from "../../shared/errors.ts";
import { cancelRequested } from "./cancellation.ts";
import type { KnownPayment, Of, PaymentEvent } from "./model.ts";

type Refund = Of<"refund">;

/**
 * Decides a saga's refund. What it decides is an event, a refusal too, so that the command never does later what it has
 * refused; while another refund is open, or the approval, it decides nothing and is asked again.
 */
export function refund(state: KnownPayment, command: Refund): PaymentEvent[] {
	const { status } = state;
	switch (status) {
		case "APPROVED":
			return request(state, command);
		case "CANCELLING":
			// The same part of the money again is no second refund.
			return isRepeated(state, command) ? [refused(state, command, "INVALID_PAYMENT_STATE")] : [];
		case "APPROVING":
			return [];
		case "CANCELLED":
			// All that is left is nothing, and that has gone back.
			return command.amount === null ? [] : [refused(state, command, "CANCEL_AMOUNT_EXCEEDED")];
		case "PENDING":
		case "FAILED":
		case "EXPIRED":
			return [refused(state, command, "INVALID_PAYMENT_STATE")];
		default:
			return unreachable(status);
	}
}

function request(state: KnownPayment, command: Refund): PaymentEvent[] {
	const left = state.amount - state.cancelledAmount;
	const amount = command.amount ?? left;
	if (amount > left) return [refused(state, command, "CANCEL_AMOUNT_EXCEEDED")];
	return [cancelRequested(state, amount, command.reason, command.now, command.refundId)];
}

function isRepeated({ cancellation }: KnownPayment, { refundId, amount }: Refund): boolean {
	return amount !== null && cancellation?.amount === amount && cancellation.refundId !== refundId;
}

function refused({ paymentId, orderId }: KnownPayment, { refundId }: Refund, errorCode: string): PaymentEvent {
	return { type: "payment.refund-refused", data: { paymentId, orderId, refundId, errorCode } };
}
