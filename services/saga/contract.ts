import type { AuditPage, AuditRequest } from "../shared/audit.ts";
import type { HttpStatus } from "../shared/errors.ts";

/** STARTED → COMPLETED, or → COMPENSATING → COMPENSATED. One that cannot be undone now stays COMPENSATING and needs attention. */
export type SagaStatus = "STARTED" | "COMPENSATING" | "COMPENSATED" | "COMPLETED";

/** How far a checkout has come: the last step that was done. */
export type CheckoutStep =
	| "ORDER_CREATED"
	| "PAYMENT_PROCESSED"
	| "INVENTORY_RESERVED"
	| "POINTS_AWARDED"
	| "ORDER_CONFIRMED"
	| "INVENTORY_CONFIRMED"
	| "COMPLETED";

/** How far a refund has come: the last step that was done; what is not needed is left out. */
export type RefundStep =
	"REFUND_REQUESTED" | "PAYMENT_REFUNDED" | "ORDER_SETTLED" | "POINTS_REVOKED" | "INVENTORY_RESTOCKED" | "COMPLETED";

/** A step of any definition that the saga service runs. */
export type SagaStepName = CheckoutStep | RefundStep;

/** The definitions that the saga service runs. */
export type SagaName = "checkout" | "refund";

/** One attempt at a step; instants ISO 8601, `endedAt` null while it is under way. */
export interface StepLogEntry {
	step: SagaStepName;
	direction: "FORWARD" | "COMPENSATE";
	attempt: number;
	status: "STARTED" | "SUCCEEDED" | "REFUSED" | "UNANSWERED";
	startedAt: string;
	endedAt: string | null;
	error: string | null;
}

/** A saga as it is shown; instants ISO 8601. */
export interface SagaView {
	sagaId: string;
	name: SagaName;
	orderId: string;
	/** Won it is about: what was charged, or what a refund has given back or wants to; null is all that is left. */
	amount: number | null;
	status: SagaStatus;
	currentStep: SagaStepName;
	completedSteps: readonly SagaStepName[];
	failedStep: SagaStepName | null;
	paymentKey: string;
	/** Null before the reservation, after its release, and for an order without goods. */
	inventoryReservationId: string | null;
	errorCode: string | null;
	/** In the caller's language. */
	errorMessage: string | null;
	needsAttention: boolean;
	createdAt: string;
	updatedAt: string;
	deadlineAt: string;
	/** Null until it has ended. */
	durationMs: number | null;
}

/** What a scenario came to; `success` says whether it ended as it should. */
export interface ScenarioResult {
	success: boolean;
	sagaId: string;
	orderId: string;
	sagaStatus: SagaStatus;
	currentStep: SagaStepName;
	message: string;
	errorMessage?: string;
}

/** A purchase that a scenario makes; `amount` in won must be the catalogue's price. */
export interface ScenarioRequest {
	productId: string;
	productName?: string;
	amount?: number;
	quantity?: number;
	customerEmail?: string;
	customerName?: string;
}

/** Figures of the sagas of one definition in the last hours; rates in percent, null while nothing has ended. */
export interface SagaMetrics {
	name: SagaName;
	hours: number;
	total: number;
	completed: number;
	compensated: number;
	/** Those that need attention now, whenever they began. */
	failed: number;
	/** Checkouts that ended without a saga: refused by the provider, or never paid. None are refunds. */
	declined: number;
	expired: number;
	inProgress: number;
	successRate: number | null;
	compensationRate: number | null;
	avgDurationMs: number | null;
	failuresByStep: readonly { step: SagaStepName; count: number }[];
}

/** A saga of any definition as an audit finds it; instants ISO 8601. `facts` is null where the document is not what was written. */
export interface SagaAudit {
	sagaId: string;
	facts: {
		/** Name of the definition. */
		saga: string;
		orderId: string;
		status: SagaStatus;
		needsAttention: boolean;
		/** Code of the newest trouble. */
		trouble: string | null;
		/** When anybody may go on with it; null once it has ended. */
		dueAt: string | null;
		deadlineAt: string;
		/** Points that it was told it has earned; null where it has not come so far. */
		points: number | null;
	} | null;
	/** One sentence for each thing that does not fit between the document and its events. */
	broken: readonly string[];
}

/** Actions of the saga service; see the folder's README for who may call what. */
export interface SagaActions {
	/** Buys something that is in stock, at the Toss Twin, and waits for the end. */
	"saga.testSuccess": { params: ScenarioRequest; result: ScenarioResult };
	/** Buys something that is not in stock and waits until it is undone. */
	"saga.testFailure": { params: ScenarioRequest; result: ScenarioResult };
	/** Public outside production, else for its owner and administrators. */
	"saga.get": { params: { sagaId: string }; result: SagaView & { steps: readonly StepLogEntry[] } };
	"saga.getByOrder": { params: { orderId: string }; result: SagaView & { steps: readonly StepLogEntry[] } };
	/** Newest first, of every definition unless one is named. */
	"saga.list": {
		params: { name?: SagaName; status?: SagaStatus | "NEEDS_ATTENTION"; limit?: number; cursor?: string };
		result: { items: readonly SagaView[]; nextCursor: string | null };
	};
	/** Of checkouts, unless another definition is named. */
	"saga.metrics": { params: { name?: SagaName; hours?: number }; result: SagaMetrics };
	/**
	 * Internal: the refund saga of a request, begun now or before. `left` is what can be given back now and `cancelAmount`
	 * what is wanted, in won; without it all that is left. REFUSED is final, OPEN goes on by itself.
	 */
	"saga.refund": {
		params: {
			orderId: string;
			requestId: string;
			paymentKey: string;
			cancelReason: string;
			cancelAmount?: number;
			left: number;
		};
		result: { sagaId: string; outcome: "DONE" | "OPEN" | "REFUSED"; errorCode: string | null };
	};
	/** The next attempt at once. */
	"saga.retry": { params: { sagaId: string }; result: SagaView };
	/** Internal: sagas of every definition in the order of their ids, each held against its own events. */
	"saga.audit": { params: AuditRequest; result: AuditPage<SagaAudit> };
	/** Internal: whether a saga is under way; false also for one nobody knows. */
	"saga.isRunning": { params: { sagaId: string }; result: { isRunning: boolean } };
}

/** A step is done (`forward`) or undone (`compensation`). */
export type StepDirection = "forward" | "compensation";

/** What a saga is about, and what its steps have told it; ids and numbers, never personal data. */
export type SagaFacts = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Facts of every saga, whichever service runs it; instants ISO 8601. `saga` is the name of the definition, `reference`
 * the id of what it is about.
 */
export interface SagaEvents {
	"saga.started": {
		sagaId: string;
		saga: string;
		reference: string;
		input: object;
		correlationId: string;
		runner: string;
		leaseUntil: string;
		startedAt: string;
		/** Before the point of no return the saga turns back at this time. */
		deadlineAt: string;
	};
	/** The intent: stored before the call, with the right to make it until `leaseUntil`. */
	"saga.step-started": {
		sagaId: string;
		saga: string;
		reference: string;
		step: string;
		direction: StepDirection;
		/** 1, 2, 3 … since the step was last new. */
		attempt: number;
		/** Grows when a refusal is followed by a new command id. */
		round: number;
		runner: string;
		leaseUntil: string;
		startedAt: string;
	};
	"saga.step-succeeded": {
		sagaId: string;
		saga: string;
		reference: string;
		step: string;
		direction: StepDirection;
		facts: SagaFacts;
		endedAt: string;
	};
	/** The callee refused by its own contract. */
	"saga.step-failed": { sagaId: string; saga: string; reference: string; step: string; errorCode: string };
	/** No answer that counts: the same is asked again at `retryAt`. */
	"saga.step-unanswered": {
		sagaId: string;
		saga: string;
		reference: string;
		step: string;
		direction: StepDirection;
		attempt: number;
		/** The round of the next attempt. */
		round: number;
		errorCode: string;
		retryAt: string;
	};
	/** It turns back: every step that was begun is undone, the newest first. */
	"saga.compensating": {
		sagaId: string;
		saga: string;
		reference: string;
		failedStep: string;
		errorCode: string;
		turnedAt: string;
	};
	"saga.needs-attention": {
		sagaId: string;
		saga: string;
		reference: string;
		step: string;
		direction: StepDirection;
		attempt: number;
		errorCode: string;
	};
	"saga.retry-requested": { sagaId: string; saga: string; reference: string; requestedAt: string };
	"saga.completed": { sagaId: string; saga: string; reference: string; durationMs: number; endedAt: string };
	"saga.compensated": {
		sagaId: string;
		saga: string;
		reference: string;
		failedStep: string;
		errorCode: string;
		durationMs: number;
		endedAt: string;
	};
}

/** Every way the saga service refuses. */
export const sagaErrors = {
	SAGA_NOT_FOUND: 404,
	SAGA_ENDED: 409,
	SAGA_TESTS_OFF: 404,
	SCENARIO_NOT_APPLICABLE: 409,
	VALIDATION_ERROR: 400,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `sagaErrors`. */
export type SagaErrorCode = keyof typeof sagaErrors;
