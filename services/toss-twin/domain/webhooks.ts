import { webhookTime } from "./dates.ts";
import type { PaymentRecord } from "./payment.ts";
import { paymentView } from "./payment-view.ts";

const MINUTE_MS = 60_000;
/** Waits before the retries, in minutes: seven of them, about three days and nineteen hours in all. */
const RETRY_MINUTES = [1, 4, 16, 64, 256, 1024, 4096];
/** A receiver that has not answered by then counts as failed. */
export const ANSWER_MS = 10_000;

/** When to try again after the attempt number `attempts` (1 = the first) failed; null when it was the last. */
export function nextAttemptAt(attempts: number, now: number): number | null {
	const minutes = RETRY_MINUTES[attempts - 1];
	return minutes === undefined ? null : now + minutes * MINUTE_MS;
}

/** The body of `PAYMENT_STATUS_CHANGED`: the whole payment. */
export function statusChanged(payment: PaymentRecord, baseUrl: string, now: number): string {
	return JSON.stringify({
		eventType: "PAYMENT_STATUS_CHANGED",
		createdAt: webhookTime(now),
		data: paymentView(payment, { baseUrl, language: "ko", now }),
	});
}

/** The flat body of a deposit callback: no event type and no payment key, but the payment's secret. */
export function depositCallback(payment: PaymentRecord, now: number): string {
	return JSON.stringify({
		createdAt: webhookTime(now),
		secret: payment.secret,
		status: payment.status,
		transactionKey: payment.lastTransactionKey,
		orderId: payment.orderId,
	});
}

/** The body of `BILLING_DELETED`. */
export function billingDeleted(billingKey: string, now: number): string {
	return JSON.stringify({
		eventType: "BILLING_DELETED",
		createdAt: webhookTime(now),
		data: { billingKey, reason: null },
	});
}

/** A lie in the same shape: an attacker claims a paid sum that never was. */
export function forged(payment: PaymentRecord, baseUrl: string, now: number): string {
	const lie: PaymentRecord = {
		...payment,
		status: "DONE",
		approvedAt: now,
		amount: payment.amount + 1_000_000,
		balance: payment.amount + 1_000_000,
	};
	return statusChanged(lie, baseUrl, now);
}

/** Whether webhooks may go to this address: http(s) to this machine, or a host the operator named. */
export function isAllowedTarget(address: string, allowedHosts: readonly string[]): boolean {
	const url = URL.parse(address);
	if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return false;
	const host = url.hostname;
	const isLoopback = host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
	return isLoopback || allowedHosts.includes(host);
}
