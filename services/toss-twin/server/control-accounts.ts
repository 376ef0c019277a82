import { playDeposit } from "../application/accounts.ts";
import { openBillingAuth } from "../application/billing.ts";
import type { BillingAuth } from "../application/ports.ts";
import { DEMO_MID, isClientKey } from "../domain/auth.ts";
import { controlReader } from "../domain/body.ts";
import type { Body } from "../domain/body.ts";
import { CUSTOMER_KEY, webAddress } from "../domain/requests.ts";
import { billingRedirect } from "../domain/session.ts";
import { jsonAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { ControlCall, ControlDeps, ControlRoute } from "./control.ts";
import type { Route } from "./router.ts";

/** Deposits into virtual accounts, and finished billing windows. */
export const accountRoutes: readonly Route<ControlRoute>[] = [
	{ method: "POST", pattern: "/twin/deposits", target: { kind: "write", handle: depositOne } },
	{ method: "POST", pattern: "/twin/billing-auths", target: { kind: "write", handle: openAuth } },
	{
		method: "POST",
		pattern: "/twin/browser-billing-auths",
		target: { kind: "write", isPublic: true, handle: openAuthWindow },
	},
];

function depositOne({ core }: ControlDeps, call: ControlCall): Answer {
	const read = controlReader(call.body);
	const paymentKey = read.optionalText("paymentKey", 1, 200);
	const orderId = read.optionalText("orderId", 1, 64);
	if (paymentKey === null && orderId === null) read.refuse("orderId", "or paymentKey is required");
	const payment = playDeposit(core, {
		paymentKey,
		orderId,
		mId: read.optionalText("mId", 1, 14) ?? DEMO_MID,
		amount: read.optionalWon("amount", 1),
		depositorName: read.optionalText("depositorName", 1, 60),
		isError: read.optionalBoolean("fail") === true,
	});
	const { status, amount, lastTransactionKey } = payment;
	return jsonAnswer(200, {
		paymentKey: payment.paymentKey,
		orderId: payment.orderId,
		status,
		amount,
		transactionKey: lastTransactionKey,
	});
}

function openAuth({ core }: ControlDeps, call: ControlCall): Answer {
	const auth = openBillingAuth(core, authFields(call.body));
	return jsonAnswer(201, { authKey: auth.authKey, customerKey: auth.customerKey, redirectUrl: billingRedirect(auth) });
}

/** The browser learns only where the window is; the key comes with the redirect. */
function openAuthWindow({ core }: ControlDeps, call: ControlCall): Answer {
	const fields = authFields(call.body);
	const read = controlReader(call.body);
	if (fields.clientKey === null) read.refuse("clientKey", "is required");
	if (fields.successUrl === null) read.refuse("successUrl", "is required");
	if (fields.failUrl === null) read.refuse("failUrl", "is required");
	const auth = openBillingAuth(core, fields);
	return jsonAnswer(201, { checkoutUrl: `${core.baseUrl()}/twin/billing-windows/${auth.authKey}` });
}

function authFields(body: Body): Omit<BillingAuth, "authKey" | "usedAt"> {
	const read = controlReader(body);
	const clientKey = read.optionalText("clientKey", 1, 120);
	if (clientKey !== null && !isClientKey(clientKey)) read.refuse("clientKey", "is no client key");
	return {
		clientKey,
		customerKey: read.text("customerKey", 2, 50, CUSTOMER_KEY),
		method: read.optionalOneOf("method", ["CARD", "TRANSFER"] as const) ?? "CARD",
		successUrl: webAddress(read, "successUrl"),
		failUrl: webAddress(read, "failUrl"),
	};
}
