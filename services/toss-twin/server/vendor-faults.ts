import type { PaymentStore } from "../application/ports.ts";
import type { Body } from "../domain/body.ts";
import { magicOutcome } from "../domain/confirm.ts";
import { findVendorError } from "../domain/error-catalogue.ts";
import type { Language } from "../domain/error-catalogue.ts";
import type { Fault, FaultKind, Occasion } from "../domain/faults.ts";
import type { Answer } from "./answer.ts";
import { refusal } from "./vendor-call.ts";
import type { VendorCall, VendorRoute } from "./vendor-call.ts";

const UNEXECUTED: ReadonlySet<FaultKind> = new Set(["drop-before", "error", "rate-limit", "processing", "never"]);

/** Whether the fault keeps the request from being executed at all. */
export function preventsExecution(fault: Fault): boolean {
	return UNEXECUTED.has(fault.fault);
}

/** What a call is about, for matching faults; the payment behind a key adds its order and amount. */
export function occasionOf(payments: PaymentStore, route: VendorRoute, call: VendorCall): Occasion {
	const { mId } = call.caller;
	const { operation } = route;
	const paymentKey = call.params["paymentKey"] ?? textField(call.body, "paymentKey");
	const askedOrderId = call.params["orderId"] ?? textField(call.body, "orderId");
	const known = paymentKey === null ? null : payments.find(paymentKey);
	if (known !== null)
		return { operation, paymentKey, orderId: askedOrderId ?? known.orderId, amount: known.amount, mId };
	const asked = call.body["amount"];
	return { operation, paymentKey, orderId: askedOrderId, amount: typeof asked === "number" ? asked : null, mId };
}

const BLANK: Omit<Fault, "fault"> = {
	id: 0,
	match: { operation: null, orderId: null, paymentKey: null, amount: null, mId: null, percentage: null },
	times: null,
	remaining: null,
	used: 0,
	code: null,
	status: null,
	ms: 0,
	amount: null,
	orderId: null,
};

/** The fault a `mock_timeout_…` or `mock_late_…` key carries with it. */
export function magicFault(body: Body): Fault | null {
	const paymentKey = textField(body, "paymentKey");
	const magic = paymentKey === null ? null : magicOutcome(paymentKey);
	if (magic === "timeout") return { ...BLANK, fault: "never" };
	return magic === "late" ? { ...BLANK, fault: "drop-after" } : null;
}

/** The answer of a fault that speaks for itself: 429, 409, or the status and code it was set up with. */
export function faultAnswer(fault: Fault, language: Language, traceId: string): Answer {
	const code = fault.code ?? defaultCode(fault.fault);
	const answer = refusal(code, language, traceId);
	return { ...answer, status: fault.status ?? findVendorError(code)?.status ?? 500 };
}

function defaultCode(kind: FaultKind): string {
	if (kind === "rate-limit") return "TOO_MANY_REQUESTS";
	return kind === "processing" ? "IDEMPOTENT_REQUEST_PROCESSING" : "FAILED_INTERNAL_SYSTEM_PROCESSING";
}

function textField(body: Body, name: string): string | null {
	const value = Object.hasOwn(body, name) ? body[name] : null;
	return typeof value === "string" ? value : null;
}
