import type { AuditPage, AuditRequest } from "../shared/audit.ts";
import type { HttpStatus } from "../shared/errors.ts";

/** PENDING → APPROVING → APPROVED or FAILED; APPROVED → CANCELLING → CANCELLED (or back); PENDING → EXPIRED or CANCELLED. */
export type PaymentStatus = "PENDING" | "APPROVING" | "APPROVED" | "FAILED" | "CANCELLING" | "CANCELLED" | "EXPIRED";

/** A payment as its owner sees it; amounts in won, instants ISO 8601. */
export interface PaymentView {
	paymentId: string;
	orderId: string;
	orderName: string;
	amount: number;
	currency: "KRW";
	status: PaymentStatus;
	paymentKey: string | null;
	method: string | null;
	approvedAt: string | null;
	/** Won given back so far; a partial refund keeps APPROVED. */
	cancelledAmount: number;
	failureCode?: string;
	failureMessage?: string;
	cancelReason?: string;
	cancelledAt?: string;
	createdAt: string;
}

/** What became of one refund; amounts in won. */
export interface RefundView {
	paymentId: string;
	outcome: "DONE" | "OPEN";
	/** Charged for the payment. */
	amount: number;
	/** Given back by all refunds, up to and with this one. */
	cancelledAmount: number;
	/** Nothing of the charge is left. */
	isFull: boolean;
}

/** One row of a payment's history. */
export interface PaymentHistoryEntry {
	id: string;
	paymentId: string;
	sequence: number;
	eventType: string;
	previousState: PaymentStatus | null;
	newState: PaymentStatus;
	eventData: Readonly<Record<string, unknown>>;
	occurredAt: string;
	actor: string;
	metadata: { correlationId: string; schemaVersion: number };
}

/** A payment's state after one of its events. */
export interface PaymentStateView {
	paymentId: string;
	requestedSequence: number | null;
	sequence: number;
	state: PaymentStatus;
	eventType: string;
	occurredAt: string;
	snapshot: Readonly<Record<string, unknown>>;
}

/** A payment as an audit finds it. `facts` is null where the document is not what was written; amounts in won. */
export interface PaymentAudit {
	paymentId: string;
	facts: {
		orderId: string;
		userId: string;
		amount: number;
		status: PaymentStatus;
		paymentKey: string | null;
		/** It was charged, whatever became of it later. */
		isApproved: boolean;
		cancelledAmount: number;
		/** Since when the provider's word is missing, ISO 8601. */
		unsettledSince: string | null;
	} | null;
	/** One sentence for each thing that does not fit between the document, its events and its payment key. */
	broken: readonly string[];
}

/** Actions of the payment service; see the folder's README for who may call what. */
export interface PaymentActions {
	/** Internal: the payment of an order; a repeat answers the one that exists. */
	"payment.create": {
		params: { orderId: string; userId: string; orderName: string; amount: number; expiresAt: string };
		result: PaymentView;
	};
	/** Answers APPROVED, or APPROVING while the provider's outcome is unknown; refuses otherwise. */
	"payment.confirm": { params: { paymentKey: string; orderId: string; amount: number }; result: PaymentView };
	"payment.get": { params: { orderId: string }; result: PaymentView };
	/**
	 * Gives money back by a refund saga: all that is left without `cancelAmount` (won). Answers CANCELLED (or APPROVED after
	 * a part), CANCELLING while the outcome is unknown, APPROVING when it waits for the approval's outcome.
	 */
	"payment.cancel": {
		params: { orderId: string; cancelReason: string; cancelAmount?: number };
		result: PaymentView;
	};
	/**
	 * Internal: a saga's refund, `cancelAmount` in won, without it all that is left. What is answered stands for ever: DONE,
	 * or a refusal; OPEN is asked again under the same command id. `refundId` is the saga's. With `cancelledBy`, the id of
	 * a `payment.cancelled`, nothing is asked for: it answers what that fact says.
	 */
	"payment.refund": {
		params: { orderId: string; refundId: string; cancelReason: string; cancelAmount?: number; cancelledBy?: string };
		result: RefundView;
	};
	/** Ends a payment nobody paid: the order was cancelled (`void`) or ran out of time (`expire`). Refuses once approving. */
	"payment.void": { params: { orderId: string; reason: string }; result: PaymentView };
	"payment.expire": { params: { orderId: string }; result: PaymentView };
	/** The provider's notice; only a hint to look the payment up. */
	"payment.webhook": {
		params: {
			eventType?: string;
			createdAt?: string;
			data?: { paymentKey?: string; orderId?: string; status?: string };
		};
		result: { received: true };
	};
	"payment.config": { params: null; result: { clientKey: string; mode: "test" | "live" | "mock"; sdkUrl: string } };
	/** Internal: by payment id or order id, for whoever the caller lets see it. */
	"payment.history": { params: { paymentId: string }; result: readonly PaymentHistoryEntry[] };
	"payment.stateAt": { params: { paymentId: string; sequence?: number }; result: PaymentStateView };
	/** Looks up every payment whose outcome is unknown for too long; answers how many it settled. */
	"payment.reconcile": { params: null; result: { examined: number; settled: number } };
	/** Internal: payments in the order of their ids, each held against its own events. */
	"payment.audit": { params: AuditRequest; result: AuditPage<PaymentAudit> };
	/** How many payments were ever approved, and won charged and given back, for the dashboard. */
	"payment.figures": {
		params: null;
		result: { approvedCount: number; approvedAmount: number; cancelledAmount: number };
	};
}

/** Facts of a payment. No personal data: they carry `userId`. Amounts in won. */
export interface PaymentEvents {
	"payment.created": {
		paymentId: string;
		orderId: string;
		userId: string;
		orderName: string;
		amount: number;
		currency: "KRW";
		createdAt: string;
		expiresAt: string;
	};
	"payment.approval-requested": {
		paymentId: string;
		orderId: string;
		paymentKey: string;
		amount: number;
		/** Stored before the provider is called; every retry uses it. */
		providerIdempotencyKey: string;
		requestedAt: string;
	};
	"payment.approved": {
		paymentId: string;
		orderId: string;
		userId: string;
		paymentKey: string;
		amount: number;
		method: string | null;
		/** The provider's time. */
		approvedAt: string;
	};
	"payment.failed": { paymentId: string; orderId: string; userId: string; errorCode: string; errorMessage: string };
	/** Asked for while the approval was under way: it is carried out once that is resolved. */
	"payment.cancel-deferred": {
		paymentId: string;
		orderId: string;
		cancelReason: string;
		/** Null: everything. */
		cancelAmount: number | null;
	};
	"payment.cancel-requested": {
		paymentId: string;
		orderId: string;
		cancelReason: string;
		amount: number;
		providerIdempotencyKey: string;
		requestedAt: string;
		/** The saga that asks; null without one. */
		refundId: string | null;
	};
	/** A saga's refund that will never be: the reason stands for ever. */
	"payment.refund-refused": { paymentId: string; orderId: string; refundId: string; errorCode: string };
	/** Money went back, or a payment that never was charged ended (`amount` 0). */
	"payment.cancelled": {
		paymentId: string;
		orderId: string;
		userId: string;
		paymentKey: string | null;
		/** Given back by this cancellation; 0 when nothing had been charged. */
		amount: number;
		/** Given back so far. */
		cancelledAmount: number;
		cancelReason: string;
		cancelledAt: string;
		transactionKey: string | null;
		/** A part is left: the payment stays approved. */
		isPartial: boolean;
		/** The request it answers; null for one made at the provider's own console, or without the provider. */
		providerIdempotencyKey: string | null;
		/** The saga that asked for it and sees to the rest; null without one. */
		refundId: string | null;
	};
	"payment.cancel-failed": { paymentId: string; orderId: string; errorCode: string; errorMessage: string };
	"payment.expired": { paymentId: string; orderId: string; userId: string };
	/** The provider holds money for a payment that is not approved: it is sent back until the provider says so. */
	"payment.reversal-requested": {
		paymentId: string;
		orderId: string;
		paymentKey: string;
		reason: string;
		providerIdempotencyKey: string;
		requestedAt: string;
	};
	"payment.reversed": { paymentId: string; orderId: string; paymentKey: string };
}

/** Every way the payment service refuses. */
export const paymentErrors = {
	PAYMENT_NOT_FOUND: 404,
	AMOUNT_MISMATCH: 400,
	PAYMENT_DECLINED: 402,
	PAYMENT_IN_PROGRESS: 409,
	INVALID_PAYMENT_STATE: 409,
	PAYMENT_KEY_CONFLICT: 409,
	CANCEL_AMOUNT_EXCEEDED: 400,
	CANCEL_REFUSED: 409,
	GATEWAY_ERROR: 502,
	GATEWAY_UNAVAILABLE: 503,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `paymentErrors`. */
export type PaymentErrorCode = keyof typeof paymentErrors;
