import { VendorRefusal, ControlRefusal } from "./errors.ts";
import type { Method, Outcome, PaymentRecord } from "./payment.ts";

/** From opening the payment window to the buyer's authentication. */
export const WINDOW_MS = 30 * 60_000;
/** From the buyer's authentication to the merchant's confirm. */
export const CONFIRM_MS = 10 * 60_000;

const SESSION_PREFIX = "ses_";

/** The session is the payment before its confirm, so its id is the key with a prefix. */
export function sessionIdOf(paymentKey: string): string {
	return SESSION_PREFIX + paymentKey;
}

/** The payment key behind a session id; null when it is none. */
export function paymentKeyOf(sessionId: string): string | null {
	return sessionId.startsWith(SESSION_PREFIX) ? sessionId.slice(SESSION_PREFIX.length) : null;
}

/** The payment as it is at `now`: a session past its limit is EXPIRED even before the sweep has written so. */
export function atTime(payment: PaymentRecord, now: number): PaymentRecord {
	const open = payment.status === "READY" || payment.status === "IN_PROGRESS";
	if (!open || payment.expiresAt === null || now < payment.expiresAt) return payment;
	return { ...payment, status: "EXPIRED", method: null, expiresAt: null, failureCode: "EXPIRED_PAYMENT" };
}

/** The buyer proved who they are; from now on the merchant has ten minutes to confirm. */
export function authenticate(payment: PaymentRecord, method: Method | null, now: number): PaymentRecord {
	const current = atTime(payment, now);
	if (current.status === "IN_PROGRESS") return current;
	assertReady(current);
	return {
		...current,
		status: "IN_PROGRESS",
		method: method ?? current.method ?? "CARD",
		expiresAt: now + CONFIRM_MS,
	};
}

/** The window refused: declined ends the payment, closing it changes nothing, a time-out expires it. */
export function refuseInWindow(payment: PaymentRecord, code: string, now: number): Outcome {
	const current = atTime(payment, now);
	assertReady(current);
	if (code === "PAY_PROCESS_CANCELED") return { payment: current, movement: null, notify: false };
	const ended =
		code === "EXPIRED_PAYMENT"
			? ({ ...current, status: "EXPIRED", method: null, expiresAt: null, failureCode: code } as const)
			: ({ ...current, status: "ABORTED", expiresAt: null, failureCode: code } as const);
	return { payment: ended, movement: null, notify: true };
}

function assertReady(payment: PaymentRecord): void {
	if (payment.status === "READY") return;
	if (payment.status === "EXPIRED") throw new ControlRefusal(409, "SESSION_EXPIRED", "The session has expired.");
	throw new ControlRefusal(409, "SESSION_NOT_READY", `The session is ${payment.status}, not READY.`);
}

/** Where the browser goes after success; null when the merchant gave no address. */
export function successRedirect(payment: PaymentRecord): string | null {
	if (payment.successUrl === null) return null;
	return withQuery(payment.successUrl, {
		paymentType: payment.type,
		paymentKey: payment.paymentKey,
		orderId: payment.orderId,
		amount: String(payment.amount),
	});
}

/** Where the browser goes after a refusal; a buyer's own cancel carries no order id. */
export function failRedirect(payment: PaymentRecord, code: string, message: string): string | null {
	if (payment.failUrl === null) return null;
	const order: Record<string, string> = code === "PAY_PROCESS_CANCELED" ? {} : { orderId: payment.orderId };
	return withQuery(payment.failUrl, { code, message, ...order });
}

/** Where the browser goes when the buyer agreed to be charged later. */
export function billingRedirect(auth: {
	readonly successUrl: string | null;
	readonly customerKey: string;
	readonly authKey: string;
}): string | null {
	if (auth.successUrl === null) return null;
	return withQuery(auth.successUrl, { customerKey: auth.customerKey, authKey: auth.authKey });
}

/** Where the browser goes when the buyer closed the billing window. */
export function billingFailRedirect(failUrl: string | null, code: string, message: string): string | null {
	return failUrl === null ? null : withQuery(failUrl, { code, message });
}

function withQuery(address: string, query: Record<string, string>): string {
	const url = new URL(address);
	for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
	return url.href;
}

/** The payment a confirm may act on, or the vendor's refusal. */
export function assertConfirmable(payment: PaymentRecord): void {
	const { status } = payment;
	if (status === "READY" || status === "EXPIRED") throw new VendorRefusal("NOT_FOUND_PAYMENT_SESSION");
	if (status !== "IN_PROGRESS") throw new VendorRefusal("ALREADY_PROCESSED_PAYMENT");
}
