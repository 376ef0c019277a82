import { PaymentRejected, type KnownPayment } from "../domain/model.ts";
import type { Counter, ProviderReply } from "./ports.ts";

/** The provider says it was done before: what it did is looked up. */
const DONE_BEFORE: readonly string[] = [
	"ALREADY_PROCESSED_PAYMENT",
	"ALREADY_CANCELED_PAYMENT",
	"ALREADY_REFUND_PAYMENT",
	"NOT_CANCELABLE_AMOUNT",
];
const SENDS_MAX = 4;
const RESEND_AFTER_MS = 500;

/** What a request came to: the payment now, and whether our own settings kept the provider from answering. */
export interface Learned {
	readonly payment: KnownPayment;
	readonly isMisconfigured: boolean;
	/** The provider did answer, but with nothing that says what became of it: its own code. Null for any other answer, and for none. */
	readonly unclearCode: string | null;
}

const NOTHING_SENT = { isMisconfigured: false, unclearCode: null } as const;
/** Codes of ours for an answer that did not come, or that the provider may not have made. */
const NO_WORD: readonly string[] = [
	"NO_ANSWER",
	"TIMEOUT",
	"CONNECTION_LOST",
	"CONNECTION_REFUSED",
	"ANSWER_TOO_LARGE",
	"ANSWER_UNREADABLE",
];
const BARE_STATUS = /^HTTP_/;

/** Sends the recorded approval to the provider and records the answer, with all that follows from it. */
export async function carryApproval(counter: Counter, payment: KnownPayment): Promise<Learned> {
	const { paymentKey, orderId, amount, approvalKey } = payment;
	if (paymentKey === null || approvalKey === null) return { payment, ...NOTHING_SENT };
	const reply = await insist(counter, () =>
		counter.provider.confirm({ paymentKey, orderId, amount, idempotencyKey: approvalKey }),
	);
	const learned = await learn(counter, payment, approvalKey, reply);
	return { ...learned, payment: await followUp(counter, learned.payment) };
}

/** Sends the recorded refund to the provider and records the answer. */
export async function carryCancellation(counter: Counter, payment: KnownPayment): Promise<Learned> {
	const { paymentKey, cancellation } = payment;
	if (paymentKey === null || cancellation === null) return { payment, ...NOTHING_SENT };
	const { amount, reason: cancelReason, providerIdempotencyKey: idempotencyKey } = cancellation;
	const isRest = amount === payment.amount - payment.cancelledAmount;
	const refund = { paymentKey, cancelReason, idempotencyKey, ...(isRest ? {} : { cancelAmount: amount }) };
	const reply = await insist(counter, () => counter.provider.cancel(refund));
	return learn(counter, payment, idempotencyKey, reply);
}

/** Sends money back that the provider holds for a payment that is not approved. */
export async function carryReversal(counter: Counter, payment: KnownPayment): Promise<Learned> {
	if (payment.reversal === null || payment.reversal.isDone) return { payment, ...NOTHING_SENT };
	const { paymentKey, reason: cancelReason, providerIdempotencyKey: idempotencyKey } = payment.reversal;
	const reply = await insist(counter, () => counter.provider.cancel({ paymentKey, cancelReason, idempotencyKey }));
	return learn(counter, payment, idempotencyKey, reply);
}

/** A refund or reversal that an answer has brought about is carried out at once. */
export async function followUp(counter: Counter, payment: KnownPayment): Promise<KnownPayment> {
	if (payment.reversal !== null && !payment.reversal.isDone) return (await carryReversal(counter, payment)).payment;
	if (payment.status === "CANCELLING") return (await carryCancellation(counter, payment)).payment;
	return payment;
}

/** The payment as it is now. */
export async function current({ desk }: Counter, paymentId: string): Promise<KnownPayment> {
	const state = await desk.read(paymentId);
	if (state.status === "none") throw new PaymentRejected("PAYMENT_NOT_FOUND");
	return state;
}

/** What certainly was not sent may be sent again without harm. */
async function insist({ desk }: Counter, send: () => Promise<ProviderReply>): Promise<ProviderReply> {
	let reply = await send();
	for (let sends = 1; reply.outcome === "not-sent" && sends < SENDS_MAX; sends++) {
		await desk.sleep(RESEND_AFTER_MS);
		reply = await send();
	}
	return reply;
}

async function learn(
	counter: Counter,
	payment: KnownPayment,
	providerIdempotencyKey: string,
	reply: ProviderReply,
): Promise<Learned> {
	const { desk } = counter;
	const { paymentId } = payment;
	const now = desk.now();
	const step = `:${providerIdempotencyKey}`;
	let isMisconfigured = false;
	if (reply.outcome === "approved")
		await desk.tell(paymentId, step, { type: "observe", payment: reply.payment, isAnswer: true, now });
	else if (reply.outcome === "declined") {
		const { code, message } = reply;
		await desk.tell(paymentId, step, { type: "refuse", providerIdempotencyKey, code, message, now });
	} else if (reply.outcome === "unknown") {
		isMisconfigured = reply.isConfiguration;
		if (DONE_BEFORE.includes(reply.code)) await adopt(counter, payment, providerIdempotencyKey, reply);
	}
	return { payment: await current(counter, paymentId), isMisconfigured, unclearCode: unclearCodeOf(reply) };
}

function unclearCodeOf(reply: ProviderReply): string | null {
	if (reply.outcome !== "unknown" || reply.isConfiguration) return null;
	return NO_WORD.includes(reply.code) || BARE_STATUS.test(reply.code) ? null : reply.code;
}

/** Takes over what the provider has. A refund that it says cannot be, and that is not in its list, is refused. */
async function adopt(
	counter: Counter,
	{ paymentId, paymentKey, reversal }: KnownPayment,
	providerIdempotencyKey: string,
	{ code, message }: { readonly code: string; readonly message: string },
): Promise<void> {
	const { desk, provider } = counter;
	const key = paymentKey ?? reversal?.paymentKey;
	const { found } = await provider.lookup(key === undefined ? {} : { paymentKey: key });
	if (found === null) return;
	const now = desk.now();
	const step = `:${providerIdempotencyKey}`;
	await desk.tell(paymentId, `${step}:found`, { type: "observe", payment: found, isAnswer: false, now });
	const after = await current(counter, paymentId);
	if (after.cancellation?.providerIdempotencyKey === providerIdempotencyKey)
		await desk.tell(paymentId, `${step}:none`, { type: "refuse", providerIdempotencyKey, code, message, now });
}
