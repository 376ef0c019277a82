import type { Caller } from "../domain/auth.ts";
import { cancel } from "../domain/cancel.ts";
import type { CancelRequest } from "../domain/cancel.ts";
import { abort, approve, checkConfirm, issuerRefusal, magicOutcome } from "../domain/confirm.ts";
import type { ConfirmRequest } from "../domain/confirm.ts";
import { findVendorError } from "../domain/error-catalogue.ts";
import { VendorRefusal } from "../domain/errors.ts";
import { newPayment } from "../domain/payment.ts";
import type { PaymentRecord } from "../domain/payment.ts";
import type { Core } from "./core.ts";
import { claimClientKey, record, recordNew, visiblePayment } from "./core.ts";

/** A payment, or the refusal that ended it: a refused approval is written down and still answered as an error. */
export type Confirmed = { readonly payment: PaymentRecord } | { readonly refusal: string };

/** Takes the money of an authenticated payment once. `decline` is a code the issuer is made to refuse with. */
export function confirmPayment(core: Core, caller: Caller, request: ConfirmRequest, decline: string | null): Confirmed {
	const magic = magicOutcome(request.paymentKey);
	const found = visiblePayment(core, request.paymentKey, caller.mId);
	if (magic !== null && found === null) return confirmMagic(core, caller, request, magic === "decline");
	if (found === null) throw new VendorRefusal("NOT_FOUND_PAYMENT_SESSION");
	checkConfirm(found, request);
	const payment = claim(core, found, caller);
	const refusal = decline ?? issuerRefusal(payment);
	if (refusal !== null) return refuse(core, payment, refusal);
	return { payment: record(core, approve(payment, core.mint, core.clock.now())) };
}

function refuse(core: Core, payment: PaymentRecord, code: string): Confirmed {
	if (isTemporary(code)) throw new VendorRefusal(code);
	record(core, abort(payment, code));
	return { refusal: code };
}

/** A provider's hiccup is no decision about the payment. */
function isTemporary(code: string): boolean {
	const status = findVendorError(code)?.status ?? 400;
	return code === "PROVIDER_ERROR" || status >= 500 || status === 409 || status === 429;
}

/** The payment under the caller's merchant id; a client key is tied to the first secret key that confirms with it. */
function claim(core: Core, payment: PaymentRecord, caller: Caller): PaymentRecord {
	if (payment.mId !== "") return payment;
	if (!claimClientKey(core, payment.clientKey, caller.mId)) throw new VendorRefusal("NOT_FOUND_PAYMENT_SESSION");
	return { ...payment, mId: caller.mId };
}

/** A `mock_…` key needs no payment window; the payment comes into being with its confirm. */
function confirmMagic(core: Core, caller: Caller, request: ConfirmRequest, isDeclined: boolean): Confirmed {
	const now = core.clock.now();
	const payment = newPayment({
		...request,
		mId: caller.mId,
		orderName: "Demonstration",
		method: "CARD",
		status: "IN_PROGRESS",
		requestedAt: now,
	});
	const refusal = isDeclined ? "REJECT_CARD_COMPANY" : issuerRefusal(payment);
	if (refusal === null) return { payment: recordNew(core, approve(payment, core.mint, now)) };
	recordNew(core, abort(payment, refusal));
	return { refusal };
}

/** Gives money back. `decline` is a code the bank is made to refuse with. */
export function cancelPayment(
	core: Core,
	caller: Caller,
	paymentKey: string,
	request: CancelRequest,
	decline: string | null,
): PaymentRecord {
	const payment = visiblePayment(core, paymentKey, caller.mId);
	if (payment === null) throw new VendorRefusal("NOT_FOUND_PAYMENT");
	const outcome = cancel(payment, request, core.mint, core.clock.now());
	if (decline !== null) throw new VendorRefusal(decline);
	return record(core, outcome);
}
