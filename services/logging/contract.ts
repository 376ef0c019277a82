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

/** Actions of the log collector. */
export interface LoggingActions {
	/** All rows of a correlation id, oldest first. */
	"logging.trace": { params: { correlationId: string }; result: readonly EventRow[] };
	/** The newest rows. */
	"logging.recent": {
		params: { limit?: number; minutes?: number };
		result: readonly Pick<
			EventRow,
			"eventId" | "eventType" | "serviceName" | "status" | "timestamp" | "correlationId"
		>[];
	};
	"logging.paymentHistory": { params: { paymentId: string }; result: readonly PaymentHistoryEntry[] };
	"logging.paymentState": { params: { paymentId: string; sequence?: number }; result: PaymentStateView };
}

/** Every way the log collector refuses. */
export const loggingErrors = {
	PAYMENT_NOT_FOUND: 404,
} as const satisfies Record<string, HttpStatus>;
