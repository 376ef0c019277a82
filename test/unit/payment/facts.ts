import type { PaymentEvent } from "../../../services/payment/domain/model.ts";
import { payment } from "../../../services/payment/domain/payment.ts";
import type { ProviderPayment } from "../../../services/toss/contract.ts";
import { specificationOf } from "../../support/given.ts";

export const given = specificationOf(payment);
export const now = "2030-01-07T00:00:00.000Z";
export const expiresAt = "2030-01-07T00:30:00.000Z";
export const ids = { paymentId: "PAY_1", orderId: "ORD_1" };
export const userId = "USR_1";
export const amount = 1_000;

export const created: PaymentEvent = {
	type: "payment.created",
	data: { ...ids, userId, orderName: "x", amount, currency: "KRW", createdAt: now, expiresAt },
};
export const requested: PaymentEvent = {
	type: "payment.approval-requested",
	data: { ...ids, paymentKey: "key", amount, providerIdempotencyKey: "confirm-PAY_1", requestedAt: now },
};
export const approved: PaymentEvent = {
	type: "payment.approved",
	data: { ...ids, userId, paymentKey: "key", amount, method: "카드", approvedAt: now },
};
export const failed = (errorCode: string, errorMessage: unknown = expect.any(String)): PaymentEvent =>
	({ type: "payment.failed", data: { ...ids, userId, errorCode, errorMessage } }) as PaymentEvent;
export const cancelAsked = (part = amount, attempt = 1): PaymentEvent => ({
	type: "payment.cancel-requested",
	data: {
		...ids,
		cancelReason: "why",
		amount: part,
		providerIdempotencyKey: `cancel-PAY_1-${attempt}`,
		requestedAt: now,
		refundId: null,
	},
});
export const cancelled = (part: number, total: number, key: string | null, number = 1): PaymentEvent => ({
	type: "payment.cancelled",
	data: {
		...ids,
		userId,
		paymentKey: "key",
		amount: part,
		cancelledAmount: total,
		cancelReason: "why",
		cancelledAt: now,
		transactionKey: `tx${number}`,
		isPartial: total < amount,
		providerIdempotencyKey: key,
		refundId: null,
	},
});
export const deferred: PaymentEvent = {
	type: "payment.cancel-deferred",
	data: { ...ids, cancelReason: "why", cancelAmount: null },
};
export const reversal = (reason: string, paymentKey = "key", attempt = 1): PaymentEvent => ({
	type: "payment.reversal-requested",
	data: { ...ids, paymentKey, reason, providerIdempotencyKey: `reverse-PAY_1-${attempt}`, requestedAt: now },
});
export const expired: PaymentEvent = { type: "payment.expired", data: { ...ids, userId } };

export const charge = (change: Partial<ProviderPayment> = {}): ProviderPayment => ({
	paymentKey: "key",
	orderId: "ORD_1",
	status: "DONE",
	totalAmount: amount,
	balanceAmount: amount,
	currency: "KRW",
	method: "카드",
	approvedAt: now,
	cancels: [],
	...change,
});
export const refunds = (...parts: number[]): ProviderPayment["cancels"] =>
	parts.map((cancelAmount, index) => ({
		transactionKey: `tx${index + 1}`,
		cancelAmount,
		cancelReason: "why",
		canceledAt: now,
	}));
export const observe = (change: Partial<ProviderPayment> = {}, isAnswer = false) =>
	({ type: "observe", payment: charge(change), isAnswer, now }) as const;
export const confirm = { type: "request-approval", paymentKey: "key", amount, now } as const;
export const cancel = { type: "cancel", reason: "why", amount: null, now } as const;
export const refuse = (providerIdempotencyKey: string) =>
	({ type: "refuse", providerIdempotencyKey, code: "NO", message: "no", now }) as const;

export const pending = [created];
export const approving = [created, requested];
export const done = [...approving, approved];
export const cancelling = [...done, cancelAsked()];
