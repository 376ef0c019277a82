import type { ProviderPayment } from "../../toss/contract.ts";
import type { KnownPayment } from "../domain/model.ts";
import { OPEN_AT_PROVIDER } from "../domain/observation.ts";
import type { Counter } from "./ports.ts";
import { carryApproval, carryCancellation, carryReversal, current, followUp, type Learned } from "./provider-calls.ts";

/** A session at the provider ends after this time. */
const SESSION_MS = 10 * 60_000;
/** After this time no charge can come any more. */
export const CHARGE_POSSIBLE_MS = 15 * 60_000;
/** A refund that the provider does not show after this time, and answers with a code nobody knows, will not come about. */
export const REFUND_POSSIBLE_MS = 15 * 60_000;

const UNCLEAR_TEXT = "환불이 처리되지 않았습니다.";

/** Asks the provider about a payment whose outcome is missing and applies its word. True when nothing is open any more. */
export async function reconcile(counter: Counter, payment: KnownPayment): Promise<boolean> {
	const { desk, provider } = counter;
	const { paymentId } = payment;
	const paymentKey = payment.reversal?.paymentKey ?? payment.paymentKey;
	const { found, isCertain } = await provider.lookup(
		paymentKey === null ? { orderId: payment.orderId } : { paymentKey },
	);
	if (found !== null)
		await desk.tell(paymentId, ":found", { type: "observe", payment: found, isAnswer: false, now: desk.now() });
	const seen = await current(counter, paymentId);
	if (!isCertain || seen.unsettledSince === null) return seen.unsettledSince === null;
	await takeFurther(counter, seen, found);
	return (await current(counter, paymentId)).unsettledSince === null;
}

/** Applies what a notice says, but only as the provider itself confirms it. */
export async function heedNotice(
	counter: Counter,
	payment: KnownPayment,
	noticed: { readonly paymentKey?: string },
): Promise<void> {
	const { desk, provider } = counter;
	const { paymentId, orderId } = payment;
	const paymentKey = payment.paymentKey ?? noticed.paymentKey;
	const { found } = await provider.lookup(typeof paymentKey === "string" ? { paymentKey } : { orderId });
	if (found === null) return;
	await desk.tell(paymentId, ":noticed", { type: "observe", payment: found, isAnswer: false, now: desk.now() });
	await followUp(counter, await current(counter, paymentId));
}

/** A notice that came while we were asking ourselves: the provider is asked again only if our own request told us nothing. */
export async function heedLateNotice(counter: Counter, paymentId: string, noticed: { readonly paymentKey?: string }) {
	const payment = await current(counter, paymentId);
	if (payment.unsettledSince !== null) await heedNotice(counter, payment, noticed);
}

async function takeFurther(counter: Counter, payment: KnownPayment, found: ProviderPayment | null): Promise<void> {
	if (payment.reversal !== null) await cure(counter, payment, await carryReversal(counter, payment));
	else if (payment.status === "CANCELLING") await cure(counter, payment, await carryCancellation(counter, payment));
	else if (mayAskAgain(counter, payment, found)) await carryApproval(counter, payment);
	else await giveUpInTime(counter, payment, found);
}

/** The buyer agreed and the request never arrived: it is sent again under its key, unless the buyer has changed their mind. */
function mayAskAgain(
	{ desk }: Counter,
	{ status, unsettledSince, deferredCancel }: KnownPayment,
	found: ProviderPayment | null,
): boolean {
	if (status !== "APPROVING" || deferredCancel !== null || found?.status !== "IN_PROGRESS") return false;
	const now = desk.now();
	return Date.parse(now) - Date.parse(unsettledSince ?? now) < SESSION_MS;
}

/**
 * The provider repeats its first answer to a key, so one that nobody understands would be the last word. Long after the
 * request, and when its books still show no refund, it counts as refused: whoever wants the money asks with a new key.
 */
async function cure(counter: Counter, asked: KnownPayment, { payment, unclearCode: code }: Learned): Promise<void> {
	const { desk, provider } = counter;
	const { paymentId } = payment;
	const providerIdempotencyKey = openKeyOf(payment);
	const now = desk.now();
	const isSame = providerIdempotencyKey === openKeyOf(asked);
	if (code === null || providerIdempotencyKey === null || !isSame || !isLongOpen(payment, now)) return;
	const { found } = await provider.lookup({ paymentKey: keyAtProvider(payment) });
	if (found === null) return;
	const step = `:${providerIdempotencyKey}:cure`;
	await desk.tell(paymentId, step, { type: "observe", payment: found, isAnswer: false, now });
	// Only if the books did not settle it just now: a refusal counts for the request that is open, and for no other.
	const refusal = { type: "refuse", providerIdempotencyKey, code, message: UNCLEAR_TEXT, now } as const;
	await desk.tell(paymentId, `${step}:none`, refusal);
}

function keyAtProvider({ reversal, paymentKey }: KnownPayment): string {
	return reversal?.paymentKey ?? paymentKey ?? "";
}

function isLongOpen({ unsettledSince }: KnownPayment, now: string): boolean {
	return unsettledSince !== null && Date.parse(now) - Date.parse(unsettledSince) >= REFUND_POSSIBLE_MS;
}

/** The key of the request that waits for its answer. */
function openKeyOf({ reversal, cancellation }: KnownPayment): string | null {
	if (reversal !== null) return reversal.isDone ? null : reversal.providerIdempotencyKey;
	return cancellation?.providerIdempotencyKey ?? null;
}

/** Only a provider that certainly has not charged, for as long as it could have, ends an approval. */
async function giveUpInTime(
	{ desk }: Counter,
	{ paymentId, unsettledSince }: KnownPayment,
	found: ProviderPayment | null,
): Promise<void> {
	const now = desk.now();
	const isOpen = found === null || OPEN_AT_PROVIDER.includes(found.status);
	if (!isOpen || Date.parse(now) - Date.parse(unsettledSince ?? now) < CHARGE_POSSIBLE_MS) return;
	await desk.tell(paymentId, ":give-up", { type: "give-up", now });
}
