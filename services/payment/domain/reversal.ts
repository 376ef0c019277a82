import type { KnownPayment, PaymentEvent } from "./model.ts";

/** The intent to send money back that the provider holds without a reason; each request has a key of its own. */
export function reversalRequested(state: KnownPayment, paymentKey: string, reason: string, now: string): PaymentEvent {
	const { paymentId, orderId } = state;
	const providerIdempotencyKey = `reverse-${paymentId}-${(state.reversal?.attempts ?? 0) + 1}`;
	return {
		type: "payment.reversal-requested",
		data: { paymentId, orderId, paymentKey, reason, providerIdempotencyKey, requestedAt: now },
	};
}

/** The provider keeps a refusal under its key for ever, so the next try has a new one; money never stays where it must not. */
export function reversalRefused(state: KnownPayment, providerIdempotencyKey: string, now: string): PaymentEvent[] {
	const { reversal } = state;
	if (reversal === null || reversal.isDone || reversal.providerIdempotencyKey !== providerIdempotencyKey) return [];
	return [reversalRequested(state, reversal.paymentKey, reversal.reason, now)];
}
