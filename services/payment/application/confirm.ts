import { requestApproval } from "../domain/approval.ts";
import { PaymentRejected, type KnownPayment } from "../domain/model.ts";
import type { Flights } from "./flights.ts";
import type { Gate } from "./gate.ts";
import type { Counter } from "./ports.ts";
import { carryApproval, current, type Learned } from "./provider-calls.ts";

/** What the buyer brings back from the payment window. */
export interface Confirmation {
	readonly paymentKey: string;
	readonly amount: number;
}

/** Keeps this process from asking the provider twice at once, or too often. */
export interface Traffic {
	readonly gate: Gate;
	readonly flights: Flights<Learned>;
	/** Payments that are waiting at the gate or have passed it. */
	readonly entering: Set<string>;
}

/** Asks the provider to charge, once: the intent is recorded first, and only the request that recorded it asks. */
export async function confirm(
	counter: Counter,
	traffic: Traffic,
	payment: KnownPayment,
	wish: Confirmation,
): Promise<KnownPayment> {
	const { paymentId, status } = payment;
	if (status !== "PENDING") return charge(counter, traffic, payment, wish);
	requestApproval(payment, { type: "request-approval", ...wish, now: counter.desk.now() });
	if (traffic.entering.has(paymentId)) throw new PaymentRejected("PAYMENT_IN_PROGRESS");
	traffic.entering.add(paymentId);
	try {
		return await traffic.gate.pass(() => {
			if (!counter.provider.isReachable()) throw new PaymentRejected("GATEWAY_UNAVAILABLE");
			return charge(counter, traffic, payment, wish);
		});
	} finally {
		traffic.entering.delete(paymentId);
	}
}

async function charge(
	counter: Counter,
	{ flights }: Traffic,
	{ paymentId }: KnownPayment,
	{ paymentKey, amount }: Confirmation,
): Promise<KnownPayment> {
	await counter.desk.tell(paymentId, ":approval", {
		type: "request-approval",
		paymentKey,
		amount,
		now: counter.desk.now(),
	});
	const requested = await current(counter, paymentId);
	if (requested.status !== "APPROVING") return outcomeOf(requested);
	const learned = await flights.board(paymentId, () => carryApproval(counter, requested));
	if (learned.isMisconfigured) throw new PaymentRejected("GATEWAY_ERROR");
	return outcomeOf(learned.payment);
}

function outcomeOf(payment: KnownPayment): KnownPayment {
	const { status, failureCode, failureMessage } = payment;
	if (status === "FAILED") throw new PaymentRejected("PAYMENT_DECLINED", { failureCode, failureMessage });
	return payment;
}
