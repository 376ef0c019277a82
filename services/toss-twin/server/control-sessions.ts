import type { Core } from "../application/core.ts";
import { approveSession, declineSession, openSession } from "../application/sessions.ts";
import { controlReader } from "../domain/body.ts";
import { findVendorError, vendorMessage } from "../domain/error-catalogue.ts";
import { ControlRefusal } from "../domain/errors.ts";
import type { PaymentRecord } from "../domain/payment.ts";
import { bodyList, browserSessionRequest, METHODS, sessionRequest } from "../domain/requests.ts";
import { failRedirect, sessionIdOf, successRedirect } from "../domain/session.ts";
import { jsonAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { ControlCall, ControlDeps, ControlRoute } from "./control.ts";
import type { Route } from "./router.ts";

const BULK_MAX = 1000;

/** Payment windows: open, approve, decline. */
export const sessionRoutes: readonly Route<ControlRoute>[] = [
	{ method: "POST", pattern: "/twin/sessions", target: { kind: "write", handle: open } },
	{ method: "POST", pattern: "/twin/sessions/bulk", target: { kind: "write", handle: openMany } },
	{ method: "POST", pattern: "/twin/sessions/:sessionId/approve", target: { kind: "write", handle: approveOne } },
	{ method: "POST", pattern: "/twin/sessions/:sessionId/decline", target: { kind: "write", handle: declineOne } },
	{
		method: "POST",
		pattern: "/twin/browser-sessions",
		target: { kind: "write", isPublic: true, handle: openFromBrowser },
	},
];

function open({ core }: ControlDeps, call: ControlCall): Answer {
	return jsonAnswer(201, sessionView(core, openSession(core, sessionRequest(call.body))));
}

function openFromBrowser({ core }: ControlDeps, call: ControlCall): Answer {
	return jsonAnswer(201, sessionView(core, openSession(core, browserSessionRequest(call.body))));
}

function openMany({ core }: ControlDeps, call: ControlCall): Answer {
	const isApproved = controlReader(call.body).optionalBoolean("approve") === true;
	const bodies = bodyList(call.body["sessions"], "sessions", BULK_MAX);
	const requests = bodies.map((body, index) => sessionRequest(body, `sessions[${index}].`));
	const sessions = requests.map((request) => {
		const payment = openSession(core, request);
		if (isApproved) approveSession(core, sessionIdOf(payment.paymentKey), null);
		return sessionView(core, payment);
	});
	return jsonAnswer(201, { sessions });
}

function sessionView(core: Core, payment: PaymentRecord): Record<string, unknown> {
	return {
		sessionId: sessionIdOf(payment.paymentKey),
		paymentKey: payment.paymentKey,
		checkoutUrl: `${core.baseUrl()}/v1/payments/${payment.paymentKey}/checkout`,
	};
}

function approveOne({ core }: ControlDeps, call: ControlCall): Answer {
	const method = controlReader(call.body).optionalOneOf("method", METHODS);
	const payment = approveSession(core, call.params["sessionId"] ?? "", method);
	const { paymentKey, orderId, amount } = payment;
	return jsonAnswer(200, { paymentKey, orderId, amount, redirectUrl: successRedirect(payment) });
}

function declineOne({ core }: ControlDeps, call: ControlCall): Answer {
	const code = controlReader(call.body).optionalText("code", 1, 100) ?? "REJECT_CARD_COMPANY";
	if (findVendorError(code) === null)
		throw new ControlRefusal(400, "UNKNOWN_ERROR_CODE", `${code} is no error code of the vendor`, "code");
	const payment = declineSession(core, call.params["sessionId"] ?? "", code);
	const { paymentKey, orderId, status } = payment;
	const redirectUrl = failRedirect(payment, code, vendorMessage(code, "ko"));
	return jsonAnswer(200, { paymentKey, orderId, status, code, redirectUrl });
}
