import { DEMO_CLIENT_KEY, DEMO_MID } from "../domain/auth.ts";
import { ControlRefusal } from "../domain/errors.ts";
import { isTaken, newPayment } from "../domain/payment.ts";
import type { Method, PaymentRecord } from "../domain/payment.ts";
import type { SessionRequest } from "../domain/requests.ts";
import { atTime, authenticate, paymentKeyOf, refuseInWindow, WINDOW_MS } from "../domain/session.ts";
import type { Core } from "./core.ts";
import { record } from "./core.ts";

/** Opens a payment window. A client key ties it to a merchant; without one, the first secret key to confirm claims it. */
export function openSession(core: Core, request: SessionRequest): PaymentRecord {
	const mId = merchantOfClient(core, request.clientKey);
	const taken = core.payments.findByOrder(request.orderId, mId === "" ? DEMO_MID : mId);
	if (taken !== null && isTaken(taken))
		throw new ControlRefusal(409, "DUPLICATED_ORDER_ID", "The order id was already paid.", "orderId");
	if (request.taxFreeAmount > request.amount)
		throw new ControlRefusal(400, "VALIDATION_ERROR", "taxFreeAmount is more than the amount", "taxFreeAmount");
	const now = core.clock.now();
	const payment = newPayment({
		...request,
		paymentKey: core.mint.paymentKey(mId === "" ? DEMO_MID : mId, now),
		mId,
		requestedAt: now,
		expiresAt: now + WINDOW_MS,
	});
	core.payments.insert(payment);
	core.noteDeadline(now + WINDOW_MS);
	return payment;
}

function merchantOfClient(core: Core, clientKey: string | null): string {
	if (clientKey === null) return "";
	return clientKey === DEMO_CLIENT_KEY ? DEMO_MID : (core.records.pairedMerchant(clientKey) ?? "");
}

/** The buyer authenticates; repeating it changes nothing. */
export function approveSession(core: Core, sessionId: string, method: Method | null): PaymentRecord {
	const payment = sessionPayment(core, sessionId);
	const approved = authenticate(payment, method, core.clock.now());
	if (approved !== payment) core.payments.update(approved);
	if (approved.expiresAt !== null) core.noteDeadline(approved.expiresAt);
	return approved;
}

/** The buyer or the window refuses with `code`. */
export function declineSession(core: Core, sessionId: string, code: string): PaymentRecord {
	const payment = sessionPayment(core, sessionId);
	const outcome = refuseInWindow(payment, code, core.clock.now());
	if (outcome.payment === payment) return payment;
	return record(core, outcome);
}

/** The payment behind a session id as it is stored; 404 when there is none. */
export function sessionPayment(core: Core, sessionId: string): PaymentRecord {
	const paymentKey = paymentKeyOf(sessionId);
	const payment = paymentKey === null ? null : core.payments.find(paymentKey);
	if (payment === null) throw new ControlRefusal(404, "SESSION_NOT_FOUND", "There is no such session.");
	return payment;
}

/** Writes down which open sessions have passed their limit, oldest first; returns how many there were. */
export function expireOverdue(core: Core, limit: number): number {
	const now = core.clock.now();
	const overdue = core.payments.overdue(now, limit);
	for (const payment of overdue) record(core, { payment: atTime(payment, now), movement: null, notify: true });
	return overdue.length;
}
