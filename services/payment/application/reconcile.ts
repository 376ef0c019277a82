import type { ProviderPayment } from "../../toss/contract.ts";
import type { KnownPayment } from "../domain/model.ts";
import { OPEN_AT_PROVIDER } from "../domain/observation.ts";
import type { Counter } from "./ports.ts";
import { carryApproval, carryCancellation, carryReversal, current, followUp } from "./provider-calls.ts";

/** A session at the provider ends after this time. */
const SESSION_MS = 10 * 60_000;
/** After this time no charge can come any more. */
export const CHARGE_POSSIBLE_MS = 15 * 60_000;

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
	if (payment.reversal !== null) await carryReversal(counter, payment);
	else if (payment.status === "CANCELLING") await carryCancellation(counter, payment);
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
