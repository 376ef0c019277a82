import type { Core } from "../application/core.ts";
import { visiblePayment } from "../application/core.ts";
import { cancelPayment, confirmPayment } from "../application/payments.ts";
import { findVendorError, vendorMessage } from "../domain/error-catalogue.ts";
import { VendorRefusal } from "../domain/errors.ts";
import type { PaymentRecord } from "../domain/payment.ts";
import { paymentView } from "../domain/payment-view.ts";
import { cancelRequest, confirmRequest } from "../domain/requests.ts";
import { atTime } from "../domain/session.ts";
import type { Route } from "./router.ts";
import type { VendorCall, VendorResult, VendorRoute } from "./vendor-call.ts";

/** Confirm, read, cancel. */
export const paymentRoutes: readonly Route<VendorRoute>[] = [
	{
		method: "POST",
		pattern: "/v1/payments/confirm",
		target: { operation: "confirm", isWrite: true, handle: confirm },
	},
	{
		method: "GET",
		pattern: "/v1/payments/:paymentKey",
		target: { operation: "get", isWrite: false, handle: byPaymentKey },
	},
	{
		method: "GET",
		pattern: "/v1/payments/orders/:orderId",
		target: { operation: "get", isWrite: false, handle: byOrderId },
	},
	{
		method: "POST",
		pattern: "/v1/payments/:paymentKey/cancel",
		target: { operation: "cancel", isWrite: true, handle: cancelOne },
	},
];

function confirm(core: Core, call: VendorCall): VendorResult {
	const confirmed = confirmPayment(core, call.caller, confirmRequest(call.body), call.decline);
	return "payment" in confirmed ? paymentResult(core, call, confirmed.payment) : refused(call, confirmed.refusal);
}

function byPaymentKey(core: Core, call: VendorCall): VendorResult {
	const payment = visiblePayment(core, call.params["paymentKey"] ?? "", call.caller.mId);
	if (payment === null || call.decline !== null) throw new VendorRefusal(call.decline ?? "NOT_FOUND_PAYMENT");
	return paymentResult(core, call, payment);
}

function byOrderId(core: Core, call: VendorCall): VendorResult {
	const payment = core.payments.findByOrder(call.params["orderId"] ?? "", call.caller.mId);
	if (payment === null || call.decline !== null) throw new VendorRefusal(call.decline ?? "NOT_FOUND_PAYMENT");
	return paymentResult(core, call, atTime(payment, core.clock.now()));
}

function cancelOne(core: Core, call: VendorCall): VendorResult {
	const request = cancelRequest(call.body);
	const payment = cancelPayment(core, call.caller, call.params["paymentKey"] ?? "", request, call.decline);
	return paymentResult(core, call, payment);
}

/** 200 with the vendor's Payment object. */
export function paymentResult(core: Core, call: VendorCall, payment: PaymentRecord): VendorResult {
	const context = { baseUrl: core.baseUrl(), language: call.language, now: core.clock.now() };
	return { status: 200, body: paymentView(payment, context) };
}

/** A refusal that was written down: the payment is ABORTED and the caller still gets the vendor's error. */
export function refused(call: VendorCall, code: string): VendorResult {
	return {
		status: findVendorError(code)?.status ?? 400,
		body: { code, message: vendorMessage(code, call.language) },
	};
}
