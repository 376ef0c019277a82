import type { ProviderOutcome, ProviderPayment } from "../../toss/contract.ts";
import type { KnownPayment, Payment, PaymentCommand, PaymentEvent } from "../domain/model.ts";

/** The provider's answer, or the certainty that it was never asked. */
export type ProviderReply = ProviderOutcome | { readonly outcome: "not-sent" };

/** The provider as payments see it; nothing here throws. */
export interface Provider {
	/** Whether a request would be sent at all: false while the circuit is open or nobody serves it. */
	isReachable(): boolean;
	confirm(charge: {
		paymentKey: string;
		orderId: string;
		amount: number;
		idempotencyKey: string;
	}): Promise<ProviderReply>;
	/** Without `cancelAmount` everything that is left. */
	cancel(refund: {
		paymentKey: string;
		cancelReason: string;
		cancelAmount?: number;
		idempotencyKey: string;
	}): Promise<ProviderReply>;
	/** `found: null` with `isCertain` means the provider knows of no such payment. */
	lookup(by: { paymentKey?: string; orderId?: string }): Promise<{ found: ProviderPayment | null; isCertain: boolean }>;
}

/** A fact of a payment and the id of its event. */
export interface Told {
	readonly id: string;
	readonly event: PaymentEvent;
}

/** Reads and changes payments on behalf of one request; `step` names a command within it. */
export interface Desk {
	read(paymentId: string): Promise<Payment>;
	/** Every fact of the payment with its event id, oldest first. */
	history(paymentId: string): Promise<readonly Told[]>;
	tell(paymentId: string, step: string, command: PaymentCommand): Promise<KnownPayment>;
	/** ISO 8601. */
	now(): string;
	sleep(ms: number): Promise<void>;
}

/** Everything a use case needs. */
export interface Counter {
	readonly desk: Desk;
	readonly provider: Provider;
}
