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

/** Actions of the payment service; see the folder's README for who may call what. */
export interface PaymentActions {
	"payment.create": {
		params: { orderId: string; userId: string; orderName: string; amount: number; expiresAt: string };
		result: PaymentView;
	};
	"payment.confirm": { params: { paymentKey: string; orderId: string; amount: number }; result: PaymentView };
	"payment.get": { params: { orderId: string }; result: PaymentView };
	/** Gives money back: all that is left without `cancelAmount` (won). */
	"payment.cancel": {
		params: { orderId: string; cancelReason: string; cancelAmount?: number };
		result: PaymentView;
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
	/** By payment id or order id. */
	"payment.history": { params: { paymentId: string }; result: readonly PaymentHistoryEntry[] };
	"payment.stateAt": { params: { paymentId: string; sequence?: number }; result: PaymentStateView };
	/** Looks up every payment whose outcome is unknown for too long; answers how many it settled. */
	"payment.reconcile": { params: null; result: { examined: number; settled: number } };
	"payment.figures": { params: null; result: { approvedCount: number; approvedAmount: number } };
}

/** Facts of a payment. No personal data: they carry `userId`. */
export interface PaymentEvents {
	"payment.created": {
		paymentId: string;
		orderId: string;
		userId: string;
		orderName: string;
		amount: number;
		currency: "KRW";
		expiresAt: string;
	};
	"payment.approval-requested": {
		paymentId: string;
		orderId: string;
		paymentKey: string;
		amount: number;
		/** Stored before the provider is called; every retry uses it. */
		providerIdempotencyKey: string;
	};
	"payment.approved": {
		paymentId: string;
		orderId: string;
		userId: string;
		paymentKey: string;
		amount: number;
		method: string | null;
		approvedAt: string;
	};
	"payment.failed": { paymentId: string; orderId: string; userId: string; errorCode: string; errorMessage: string };
	"payment.cancel-requested": {
		paymentId: string;
		orderId: string;
		cancelReason: string;
		amount: number;
		providerIdempotencyKey: string;
	};
	"payment.cancelled": {
		paymentId: string;
		orderId: string;
		userId: string;
		paymentKey: string | null;
		amount: number;
		cancelledAmount: number;
		cancelReason: string;
		transactionKey: string | null;
		isPartial: boolean;
	};
	"payment.cancel-failed": { paymentId: string; orderId: string; errorCode: string; errorMessage: string };
	"payment.expired": { paymentId: string; orderId: string; userId: string };
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
	GATEWAY_ERROR: 502,
	GATEWAY_UNAVAILABLE: 503,
	GATEWAY_TIMEOUT: 504,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `paymentErrors`. */
export type PaymentErrorCode = keyof typeof paymentErrors;
