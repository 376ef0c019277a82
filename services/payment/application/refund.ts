import type { PaymentErrorCode, RefundView } from "../contract.ts";
import { PaymentRejected, type KnownPayment, type PaymentEvent } from "../domain/model.ts";
import type { Traffic } from "./confirm.ts";
import type { Counter, Told } from "./ports.ts";
import { carryCancellation, current } from "./provider-calls.ts";

/** What a saga wants back; `amount` null is all that is left. */
export interface RefundWish {
	readonly refundId: string;
	readonly reason: string;
	readonly amount: number | null;
	/** The fact it follows; null where it is to come about. */
	readonly cancelledBy: string | null;
}

/** How a refund stands by the payment's own history, which is never misled by another refund. */
type Standing =
	| { readonly type: "done"; readonly cancelledAmount: number }
	| { readonly type: "refused"; readonly errorCode: string }
	| { readonly type: "open" };

/** Gives a saga's money back, once: the intent is recorded, the provider asked, and its word looked up where it stands. */
export async function refund(
	counter: Counter,
	{ flights }: Traffic,
	paymentId: string,
	wish: RefundWish,
): Promise<RefundView> {
	const { desk } = counter;
	const { refundId, reason, amount, cancelledBy } = wish;
	if (cancelledBy === null) {
		await desk.tell(paymentId, ":refund", { type: "refund", refundId, reason, amount, now: desk.now() });
		const open = await current(counter, paymentId);
		if (open.status === "CANCELLING") await flights.board(paymentId, () => carryCancellation(counter, open));
	}
	// In this order: what the state says has its event in the history that is read after it.
	const after = await current(counter, paymentId);
	return viewOf(after, standingOf(await desk.history(paymentId), wish, after));
}

function viewOf({ paymentId, amount, cancelledAmount }: KnownPayment, standing: Standing): RefundView {
	switch (standing.type) {
		case "refused":
			throw new PaymentRejected(standing.errorCode as PaymentErrorCode);
		case "open":
			return { paymentId, outcome: "OPEN", amount, cancelledAmount, isFull: false };
		case "done": {
			const given = standing.cancelledAmount;
			return { paymentId, outcome: "DONE", amount, cancelledAmount: given, isFull: given === amount };
		}
	}
}

function standingOf(history: readonly Told[], wish: RefundWish, now: KnownPayment): Standing {
	const { refundId, cancelledBy } = wish;
	if (cancelledBy !== null) return byFact(history.find(({ id }) => id === cancelledBy)?.event);
	const events = history.map(({ event }) => event);
	const asked = events.findLastIndex((event) => isAskedBy(event, refundId));
	const own = asked < 0 ? null : answerTo(events, asked);
	if (now.status === "CANCELLED" && own?.type !== "done") return whenNothingIsLeft(wish, now, own);
	return own ?? { type: "open" };
}

/** Whoever wants all that is left has it, whoever asked and whatever was refused before; a part will not come any more. */
function whenNothingIsLeft({ amount }: RefundWish, { cancelledAmount }: KnownPayment, own: Standing | null): Standing {
	if (amount === null) return { type: "done", cancelledAmount };
	return own?.type === "open" ? { type: "refused", errorCode: "CANCEL_REFUSED" } : (own ?? { type: "open" });
}

/** The newest thing that was decided about a refund: its request, or its refusal. */
function isAskedBy({ type, data }: PaymentEvent, refundId: string): boolean {
	return (type === "payment.cancel-requested" || type === "payment.refund-refused") && data.refundId === refundId;
}

/** One refund is open at a time, so the first word after a request that can be its answer is. */
function answerTo(events: readonly PaymentEvent[], asked: number): Standing {
	const request = events[asked];
	if (request?.type === "payment.refund-refused") return { type: "refused", errorCode: request.data.errorCode };
	if (request?.type !== "payment.cancel-requested") return { type: "open" };
	const { providerIdempotencyKey } = request.data;
	for (const event of events.slice(asked + 1)) {
		const answer = answerIn(event, providerIdempotencyKey);
		if (answer !== null) return answer;
	}
	return { type: "open" };
}

function answerIn({ type, data }: PaymentEvent, providerIdempotencyKey: string): Standing | null {
	if (type === "payment.cancel-failed") return { type: "refused", errorCode: "CANCEL_REFUSED" };
	if (type !== "payment.cancelled" || data.providerIdempotencyKey !== providerIdempotencyKey) return null;
	return { type: "done", cancelledAmount: data.cancelledAmount };
}

function byFact(event: PaymentEvent | undefined): Standing {
	if (event?.type !== "payment.cancelled") throw new PaymentRejected("PAYMENT_NOT_FOUND");
	return { type: "done", cancelledAmount: event.data.cancelledAmount };
}
