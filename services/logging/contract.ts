import type { PaymentHistoryEntry, PaymentStateView } from "../payment/contract.ts";
import type { HttpStatus } from "../shared/errors.ts";
import type { Outcome } from "../shared/events.ts";

/** One row of the event log: one per event. */
export interface EventRow {
	id: string;
	eventId: string;
	correlationId: string;
	causationId: string;
	eventType: string;
	serviceName: string;
	aggregateId: string;
	sequence: number;
	payload: Readonly<Record<string, unknown>>;
	timestamp: string;
	userId: string | null;
	actor: string;
	status: Outcome;
	errorMessage: string | null;
	processingTimeMs: number | null;
}

/** Actions of the log collector. In public mode everyone but administrators sees masked payloads. */
export interface LoggingActions {
	/** The rows of a correlation id, oldest first, a cause before its effects; at most 1,000. Empty for an unknown id. */
	"logging.trace": { params: { correlationId: string }; result: readonly EventRow[] };
	/** The newest rows: at most `limit` (1–500, default 50) of the last `minutes` (1–1,440, default 60). */
	"logging.recent": {
		params: { limit?: number; minutes?: number };
		result: readonly Pick<
			EventRow,
			"eventId" | "eventType" | "serviceName" | "status" | "timestamp" | "correlationId"
		>[];
	};
	/** By payment id or order id; also for the payment's owner. */
	"logging.paymentHistory": { params: { paymentId: string }; result: readonly PaymentHistoryEntry[] };
	/** After event `sequence` (default the last one), or at the instant `at` (ISO 8601); also for the payment's owner. */
	"logging.paymentState": {
		params: { paymentId: string; sequence?: number; at?: string };
		result: PaymentStateView;
	};
}

/** Every way the log collector refuses. */
export const loggingErrors = {
	UNAUTHENTICATED: 401,
	FORBIDDEN: 403,
	PAYMENT_NOT_FOUND: 404,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `loggingErrors`. */
export type LoggingErrorCode = keyof typeof loggingErrors;
