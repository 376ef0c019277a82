import type { ProviderPayment } from "../../toss/contract.ts";
import { cancelRequested } from "./cancellation.ts";
import { PaymentRejected, wrongState, type KnownPayment, type Of, type PaymentEvent } from "./model.ts";

/** The failure of an approval that the provider answered with something else than was asked for. */
export const GATEWAY_MISMATCH = "GATEWAY_MISMATCH";
/** The failure of an approval that never came. */
export const APPROVAL_TIMEOUT = "APPROVAL_TIMEOUT";

const SAFE_TEXTS: Readonly<Record<string, string>> = {
	[GATEWAY_MISMATCH]: "결제 정보가 주문과 달라 승인을 취소했습니다.",
	[APPROVAL_TIMEOUT]: "결제 승인 시간이 지났습니다. 다시 주문해 주세요.",
};

/** Allows one approval: the amount must be the order's, the state must be open, and only one key can win. */
export function requestApproval(
	state: KnownPayment,
	{ paymentKey, amount, now }: Of<"request-approval">,
): PaymentEvent[] {
	if (amount !== state.amount) throw new PaymentRejected("AMOUNT_MISMATCH", { expected: state.amount, amount });
	if (state.status === "APPROVED") {
		if (state.paymentKey === paymentKey) return [];
		throw new PaymentRejected("PAYMENT_KEY_CONFLICT");
	}
	if (state.status !== "PENDING") throw wrongState(state);
	return [approvalRequested(state, paymentKey, now)];
}

/** No provider charged anything within the time a charge can still come. */
export function giveUp(state: KnownPayment): PaymentEvent[] {
	return state.status === "APPROVING" ? [failed(state, APPROVAL_TIMEOUT)] : [];
}

/** The intent, with the key every try of it uses. */
export function approvalRequested(state: KnownPayment, paymentKey: string, now: string): PaymentEvent {
	const { paymentId, orderId, amount } = state;
	const providerIdempotencyKey = `confirm-${paymentId}`;
	return {
		type: "payment.approval-requested",
		data: { paymentId, orderId, paymentKey, amount, providerIdempotencyKey, requestedAt: now },
	};
}

/** The charge is what was asked for; a cancellation that waited for it follows at once. */
export function approved(state: KnownPayment, charge: ProviderPayment, now: string): PaymentEvent[] {
	const { paymentId, orderId, userId, amount, deferredCancel } = state;
	const { paymentKey, method } = charge;
	const fact: PaymentEvent = {
		type: "payment.approved",
		data: { paymentId, orderId, userId, paymentKey, amount, method, approvedAt: charge.approvedAt ?? now },
	};
	if (deferredCancel === null) return [fact];
	return [fact, cancelRequested(state, deferredCancel.amount ?? amount, deferredCancel.reason, now)];
}

/** The end of an approval that did not come about. */
export function failed(state: KnownPayment, errorCode: string, errorMessage?: string): PaymentEvent {
	const { paymentId, orderId, userId } = state;
	const text = errorMessage ?? SAFE_TEXTS[errorCode] ?? "결제가 승인되지 않았습니다.";
	return { type: "payment.failed", data: { paymentId, orderId, userId, errorCode, errorMessage: text } };
}
