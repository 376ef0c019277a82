import type { SagaActions } from "../../saga/contract.ts";
import { paymentErrors, type PaymentErrorCode } from "../contract.ts";
import { PaymentRejected, type KnownPayment } from "../domain/model.ts";
import { cancel, type Refund } from "./cancel.ts";
import type { Traffic } from "./confirm.ts";
import type { Counter } from "./ports.ts";
import { current } from "./provider-calls.ts";

/** Starts the refund saga of this request, or finds it; `left` is what can be given back now, in won. */
export type AskForRefund = (left: number) => Promise<SagaActions["saga.refund"]["result"]>;

/** Somebody wants money back: a saga sees to it, unless the approval is open or nothing can be asked for. */
export async function requestRefund(
	counter: Counter,
	traffic: Traffic,
	payment: KnownPayment,
	wish: Refund,
	ask: AskForRefund,
): Promise<KnownPayment> {
	const { paymentId, status, amount, cancelledAmount } = payment;
	if (status !== "APPROVED") return cancel(counter, traffic, paymentId, wish);
	const { outcome, errorCode } = await ask(amount - cancelledAmount);
	// An approved payment refuses by its state only the wish that is being carried out already: no second refund, no error.
	if (outcome === "REFUSED" && errorCode !== "INVALID_PAYMENT_STATE") throw new PaymentRejected(codeOf(errorCode));
	return current(counter, paymentId);
}

/** A refund that was never asked for, because its saga ran out of time, is refused as well. */
function codeOf(errorCode: string | null): PaymentErrorCode {
	const isKnown = errorCode !== null && Object.hasOwn(paymentErrors, errorCode);
	return isKnown ? (errorCode as PaymentErrorCode) : "CANCEL_REFUSED";
}
