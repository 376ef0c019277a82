import type { Clock } from "../../../mixins/clock/port.ts";
import { DEMO_CLIENT_KEY, DEMO_MID } from "../domain/auth.ts";
import type { Fault, Occasion } from "../domain/faults.ts";
import type { Mint, Outcome, PaymentRecord } from "../domain/payment.ts";
import { atTime } from "../domain/session.ts";
import type { PaymentStore, RecordStore } from "./ports.ts";

/** Tells the merchant what happened, as part of the commit that made it happen. */
export interface Announcer {
	paymentChanged(payment: PaymentRecord): void;
	billingDeleted(billingKey: string, mId: string): void;
}

/** The fault list; `pick` spends one use of the first fault that goes off, `peek` looks without spending. */
export interface FaultBox {
	readonly isEmpty: boolean;
	pick(occasion: Occasion): Fault | null;
	peek(occasion: Occasion): Fault | null;
}

/** What every use case works with; all of it is synchronous and runs inside one commit. */
export interface Core {
	readonly clock: Clock;
	readonly payments: PaymentStore;
	readonly records: RecordStore;
	readonly mint: Mint;
	readonly announcer: Announcer;
	readonly faults: FaultBox;
	/** A limit was set that may be the next one to pass. */
	noteDeadline(at: number): void;
	baseUrl(): string;
}

/** Writes what a rule decided: the payment, its movement, the webhook. */
export function record(core: Core, outcome: Outcome): PaymentRecord {
	core.payments.update(outcome.payment);
	if (outcome.movement !== null) core.payments.addMovement(outcome.movement);
	if (outcome.notify) core.announcer.paymentChanged(outcome.payment);
	return outcome.payment;
}

/** Writes a payment that did not exist before, with what a rule decided about it. */
export function recordNew(core: Core, outcome: Outcome): PaymentRecord {
	core.payments.insert(outcome.payment);
	if (outcome.movement !== null) core.payments.addMovement(outcome.movement);
	if (outcome.notify) core.announcer.paymentChanged(outcome.payment);
	return outcome.payment;
}

/** Ties a client key to the first secret key that works with it; false when it belongs to another merchant. */
export function claimClientKey(core: Core, clientKey: string | null, mId: string): boolean {
	if (clientKey === null) return true;
	if (clientKey === DEMO_CLIENT_KEY) return mId === DEMO_MID;
	core.records.pair(clientKey, mId);
	return core.records.pairedMerchant(clientKey) === mId;
}

/** A payment as the merchant may see it now; null when it is unknown or another merchant's. */
export function visiblePayment(core: Core, paymentKey: string, mId: string): PaymentRecord | null {
	const found = core.payments.find(paymentKey);
	if (found === null || (found.mId !== "" && found.mId !== mId)) return null;
	return atTime(found, core.clock.now());
}
