import { DomainError } from "../../shared/errors.ts";
import type { EventsFrom } from "../../shared/events.ts";
import type { ProviderPayment } from "../../toss/contract.ts";
import type { PaymentErrorCode, PaymentEvents, PaymentStatus } from "../contract.ts";

/** Every fact of a payment. */
export type PaymentEvent = EventsFrom<PaymentEvents>;

/** A request to the provider whose result is not known yet; amounts in won. */
export interface Cancellation {
	readonly amount: number;
	readonly reason: string;
	readonly providerIdempotencyKey: string;
	/** The saga that asked; requests older than sagas have none. */
	readonly refundId?: string | null;
}

/** Money the provider holds for a payment that is not approved. */
export interface Reversal {
	readonly paymentKey: string;
	readonly reason: string;
	readonly providerIdempotencyKey: string;
	/** Requests so far: a refused one is followed by one with a new key. */
	readonly attempts: number;
	readonly isDone: boolean;
}

/** A payment that exists; amounts in won, instants ISO 8601. */
export interface KnownPayment {
	readonly status: PaymentStatus;
	readonly paymentId: string;
	readonly orderId: string;
	readonly userId: string;
	readonly orderName: string;
	readonly amount: number;
	readonly currency: "KRW";
	readonly createdAt: string;
	readonly expiresAt: string;
	readonly paymentKey: string | null;
	readonly method: string | null;
	readonly approvedAt: string | null;
	readonly approvalKey: string | null;
	readonly cancelledAmount: number;
	/** Cancellations of the provider's list that are taken over already. */
	readonly cancelCount: number;
	/** Cancellations asked for so far; numbers the provider's idempotency keys. */
	readonly cancelAttempts: number;
	/** Since when the provider's word is missing; null when nothing is open. */
	readonly unsettledSince: string | null;
	/** The refund under way. */
	readonly cancellation: Cancellation | null;
	/** A refund asked for before the approval was known. */
	readonly deferredCancel: { readonly reason: string; readonly amount: number | null } | null;
	readonly reversal: Reversal | null;
	readonly failureCode?: string;
	readonly failureMessage?: string;
	readonly cancelReason?: string;
	readonly cancelledAt?: string;
}

/** A payment, or the place where one may come to be. */
export type Payment = { readonly status: "none" } | KnownPayment;

/** What can be asked of a payment; `now` is ISO 8601. */
export type PaymentCommand =
	| {
			readonly type: "create";
			readonly paymentId: string;
			readonly orderId: string;
			readonly userId: string;
			readonly orderName: string;
			readonly amount: number;
			readonly expiresAt: string;
			readonly now: string;
	  }
	| { readonly type: "request-approval"; readonly paymentKey: string; readonly amount: number; readonly now: string }
	/** The provider's payment as it is now: an answer to our confirmation, or looked up. */
	| {
			readonly type: "observe";
			readonly payment: ProviderPayment;
			readonly isAnswer: boolean;
			readonly now: string;
	  }
	/** The provider refused the request with this key for good. */
	| {
			readonly type: "refuse";
			readonly providerIdempotencyKey: string;
			readonly code: string;
			readonly message: string;
			readonly now: string;
	  }
	/** The provider knows of no charge, and too much time has passed for one to come. */
	| { readonly type: "give-up"; readonly now: string }
	| { readonly type: "cancel"; readonly reason: string; readonly amount: number | null; readonly now: string }
	/** A saga's refund: decided once, for ever. */
	| {
			readonly type: "refund";
			readonly refundId: string;
			readonly reason: string;
			readonly amount: number | null;
			readonly now: string;
	  }
	| { readonly type: "void"; readonly reason: string; readonly now: string }
	| { readonly type: "expire"; readonly now: string };

/** One command of a kind. */
export type Of<Type extends PaymentCommand["type"]> = Extract<PaymentCommand, { type: Type }>;

/** A rule of the payment said no. */
export class PaymentRejected extends DomainError<PaymentErrorCode> {}

/** The refusal for a move the state does not allow. */
export function wrongState({ status }: KnownPayment): PaymentRejected {
	return new PaymentRejected(status === "APPROVING" ? "PAYMENT_IN_PROGRESS" : "INVALID_PAYMENT_STATE", { status });
}
