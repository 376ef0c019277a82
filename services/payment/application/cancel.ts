import { PaymentRejected, type KnownPayment } from "../domain/model.ts";
import type { Traffic } from "./confirm.ts";
import type { Counter } from "./ports.ts";
import { carryCancellation, current } from "./provider-calls.ts";

/** How much is to go back, and why; null is everything that is left. */
export interface Refund {
	readonly reason: string;
	readonly amount: number | null;
}

/** Gives money back: the intent is recorded first and survives; what the provider does not answer now it is asked again later. */
export async function cancel(
	counter: Counter,
	{ flights }: Traffic,
	paymentId: string,
	{ reason, amount }: Refund,
): Promise<KnownPayment> {
	const { desk } = counter;
	const asked = await desk.tell(paymentId, ":cancel", { type: "cancel", reason, amount, now: desk.now() });
	const before = await current(counter, paymentId);
	if (before.status === "CANCELLING") await flights.board(paymentId, () => carryCancellation(counter, before));
	const after = await current(counter, paymentId);
	if (isRefused(asked, after)) throw new PaymentRejected("CANCEL_REFUSED");
	return after;
}

/** The request was settled without the money having gone back. */
function isRefused(asked: KnownPayment, after: KnownPayment): boolean {
	if (asked.cancellation === null || after.status !== "APPROVED") return false;
	return after.cancelledAmount < asked.cancelledAmount + asked.cancellation.amount;
}
