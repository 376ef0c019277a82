import { unreachable } from "../../shared/errors.ts";
import type { ProviderPayment } from "../../toss/contract.ts";
import { approvalRequested, approved, failed, GATEWAY_MISMATCH } from "./approval.ts";
import { evolve } from "./evolve.ts";
import type { KnownPayment, Of, Payment, PaymentEvent } from "./model.ts";
import { reversalRequested } from "./reversal.ts";

/** The provider has charged, at least for a while. */
const CHARGED: readonly string[] = ["DONE", "PARTIAL_CANCELED"];
/** The provider has ended it without a charge that stays. */
const ENDED: readonly string[] = ["CANCELED", "ABORTED", "EXPIRED"];
/** Nothing is decided at the provider: the buyer has not finished, or the charge was never asked for. */
export const OPEN_AT_PROVIDER: readonly string[] = ["READY", "IN_PROGRESS"];
/** An account number was handed out instead of a charge: nothing PayFlow's checkout waits for. */
const WAITING_FOR_DEPOSIT = "WAITING_FOR_DEPOSIT";

/** The reason money goes back that was charged for a payment that had ended. */
const LATE_CHARGE = "LATE_CHARGE";

/** What the provider's own view of the payment changes; the same view again changes nothing. */
export function observe(state: KnownPayment, command: Of<"observe">): PaymentEvent[] {
	switch (state.status) {
		case "PENDING":
			return chargedUnasked(state, command);
		case "APPROVING":
			return decideApproval(state, command);
		case "APPROVED":
		case "CANCELLING":
			return takeOverCancellations(state, command);
		case "FAILED":
		case "CANCELLED":
		case "EXPIRED":
			return sendBack(state, command);
		default:
			return unreachable(state.status);
	}
}

/** Whether the charge is the one this payment asked for. */
function isOurs(state: KnownPayment, { orderId, paymentKey }: ProviderPayment): boolean {
	return orderId === state.orderId && (state.paymentKey === null || state.paymentKey === paymentKey);
}

/** A charge whose intent is missing here (data restored from a backup): intent and result are recorded together. */
function chargedUnasked(state: KnownPayment, command: Of<"observe">): PaymentEvent[] {
	const { payment, now } = command;
	if (!isOurs(state, payment) || !CHARGED.includes(payment.status)) return [];
	const requested = approvalRequested(state, payment.paymentKey, now);
	return [requested, ...decideApproval(after(state, [requested]), command)];
}

function decideApproval(state: KnownPayment, command: Of<"observe">): PaymentEvent[] {
	const { payment, isAnswer, now } = command;
	if (!isOurs(state, payment)) return isAnswer ? mismatch(state, now) : [];
	if (ENDED.includes(payment.status)) return [failed(state, payment.status)];
	if (payment.status === WAITING_FOR_DEPOSIT) return mismatch(state, now);
	if (!CHARGED.includes(payment.status)) return [];
	if (payment.totalAmount !== state.amount || payment.currency !== state.currency) return mismatch(state, now);
	const events = approved(state, payment, now);
	return [...events, ...takeOverCancellations(after(state, events), command)];
}

/** The provider did something else than was asked for: the money goes back and the payment is over. */
function mismatch(state: KnownPayment, now: string): PaymentEvent[] {
	return [failed(state, GATEWAY_MISMATCH), reversalRequested(state, state.paymentKey ?? "", GATEWAY_MISMATCH, now)];
}

/** Every cancellation in the provider's list that is not here yet, ours or made at its console. */
function takeOverCancellations(state: KnownPayment, { payment, now }: Of<"observe">): PaymentEvent[] {
	if (!isOurs(state, payment) || payment.totalAmount !== state.amount) return [];
	const events: PaymentEvent[] = [];
	let current = state;
	for (const cancel of payment.cancels.slice(state.cancelCount)) {
		const event = cancelled(current, payment.paymentKey, cancel);
		if (event === null) break;
		events.push(event);
		current = after(current, [event]);
	}
	return current.status === "CANCELLED" || payment.balanceAmount > 0
		? events
		: [...events, ...rest(current, payment, now)];
}

type ProviderCancel = ProviderPayment["cancels"][number];

function cancelled(state: KnownPayment, paymentKey: string, cancel: ProviderCancel): PaymentEvent | null {
	const cancelledAmount = state.cancelledAmount + cancel.cancelAmount;
	if (state.status === "CANCELLED" || cancelledAmount > state.amount) return null;
	const { paymentId, orderId, userId, cancellation } = state;
	const isAsked = cancellation?.amount === cancel.cancelAmount;
	return {
		type: "payment.cancelled",
		data: {
			paymentId,
			orderId,
			userId,
			paymentKey,
			amount: cancel.cancelAmount,
			cancelledAmount,
			cancelReason: cancel.cancelReason,
			cancelledAt: cancel.canceledAt,
			transactionKey: cancel.transactionKey,
			isPartial: cancelledAmount < state.amount,
			providerIdempotencyKey: isAsked ? cancellation.providerIdempotencyKey : null,
			refundId: isAsked ? (cancellation.refundId ?? null) : null,
		},
	};
}

/** The provider's balance is zero though its list does not say why: the balance decides. */
function rest(state: KnownPayment, { paymentKey, balanceAmount }: ProviderPayment, now: string): PaymentEvent[] {
	const left = state.amount - state.cancelledAmount - balanceAmount;
	const cancel = {
		cancelAmount: left,
		cancelReason: state.cancellation?.reason ?? "PROVIDER",
		canceledAt: now,
		transactionKey: `balance-${state.cancelCount}`,
	};
	const event = cancelled(state, paymentKey, cancel);
	return event === null ? [] : [event];
}

/** A payment that is not approved keeps no money. One that was approved and given back is settled. */
function sendBack(state: KnownPayment, { payment, now }: Of<"observe">): PaymentEvent[] {
	if (state.approvedAt !== null) return [];
	if (state.reversal !== null) return isReversed(state, payment) ? [reversed(state)] : [];
	const holdsMoney = CHARGED.includes(payment.status) && payment.balanceAmount > 0;
	if (!isOurs(state, payment) || !holdsMoney) return [];
	return [reversalRequested(state, payment.paymentKey, LATE_CHARGE, now)];
}

function isReversed({ reversal }: KnownPayment, payment: ProviderPayment): boolean {
	if (reversal === null || reversal.isDone || payment.paymentKey !== reversal.paymentKey) return false;
	return payment.balanceAmount === 0 || ENDED.includes(payment.status);
}

function reversed(state: KnownPayment): PaymentEvent {
	const { paymentId, orderId, reversal } = state;
	return { type: "payment.reversed", data: { paymentId, orderId, paymentKey: reversal?.paymentKey ?? "" } };
}

function after(state: KnownPayment, events: readonly PaymentEvent[]): KnownPayment {
	const next: Payment = events.reduce<Payment>(evolve, state);
	return next.status === "none" ? state : next;
}
