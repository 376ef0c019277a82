import type { PaymentHistoryEntry, PaymentStateView } from "../payment/contract.ts";
import type { SagaMetrics } from "../saga/contract.ts";
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

/** What a list of newest rows shows of an event. */
export type RecentEvent = Pick<
	EventRow,
	"eventId" | "eventType" | "serviceName" | "status" | "timestamp" | "correlationId"
>;

/** An event of the live stream; `position` is its place in the log and the stream's event id. */
export interface LiveEvent extends RecentEvent {
	position: number;
	kind: string;
	aggregateId: string;
	sequence: number;
	processingTimeMs: number | null;
}

/**
 * Figures of the last hours. Rates in percent and times in ms, both with one decimal; null, or left out of a list, where there is
 * nothing to divide by. The 95th percentile is exact up to 128 ms and within 1 % above.
 */
export interface LogMetrics {
	/** "24 hours". */
	timeRange: string;
	hours: number;
	/** The instant from which on everything is counted. */
	windowStart: string;
	totalEvents: number;
	failedEvents: number;
	/** SUCCESS ÷ (SUCCESS + FAILED). */
	overallSuccessRate: number | null;
	/** Mean over all events that have a time. */
	avgProcessingTimeMs: number | null;
	p95ProcessingTimeMs: number | null;
	/** Newest first; `timestamp` is the hour in Seoul, `2025-11-10 10:00:00`. With `fill` also the hours without events. */
	hourlyEventCounts: readonly { timestamp: string; count: number }[];
	/** Most frequent first, equal ones by name. */
	eventTypeCounts: readonly { eventType: string; count: number }[];
	/** By name; services of which nothing has succeeded or failed are left out. */
	serviceSuccessRates: readonly { serviceName: string; successRate: number }[];
	/** By name; services without times are left out. */
	serviceProcessingTimes: readonly {
		serviceName: string;
		avgProcessingTimeMs: number;
		p95ProcessingTimeMs: number;
	}[];
	/** Null while the saga service does not answer. */
	saga: SagaMetrics | null;
	/** With Seoul's offset. */
	generatedAt: string;
}

/** One event of an aggregate's own history. */
export interface StreamEvent {
	eventId: string;
	sequence: number;
	eventType: string;
	occurredAt: string;
	actor: string;
	status: Outcome;
	correlationId: string;
	causationId: string;
	data: Readonly<Record<string, unknown>>;
}

/** An aggregate's state right after one of its events. */
export interface StreamState {
	kind: string;
	id: string;
	requestedSequence: number | null;
	sequence: number;
	lastSequence: number;
	eventType: string;
	occurredAt: string;
	state: Readonly<Record<string, unknown>>;
}

/** What an id names: a trace of a correlation id, or the history of an aggregate with the trace it began in. */
export type SearchMatch =
	| { type: "TRACE"; correlationId: string; firstAt: string }
	| { type: "STREAM"; kind: string; id: string; correlationId: string; firstAt: string };

/** Actions of the log collector. In public mode everyone but administrators sees masked payloads. */
export interface LoggingActions {
	/** The rows of a correlation id, oldest first, a cause before its effects; at most 1,000. Empty for an unknown id. */
	"logging.trace": { params: { correlationId: string }; result: readonly EventRow[] };
	/** The newest rows: at most `limit` (1–500, default 50) of the last `minutes` (1–1,440, default 60). */
	"logging.recent": {
		params: { limit?: number; minutes?: number };
		result: readonly RecentEvent[];
	};
	/** Figures of the last `hours` (1–720, default 24). */
	"logging.metrics": { params: { hours?: number; fill?: "true" | "false" }; result: LogMetrics };
	/** A user's rows, newest first (`limit` 1–100, default 100), for administrators and the user; `me` is whoever asks. */
	"logging.userEvents": {
		params: { userId: string; limit?: number; cursor?: string };
		result: { items: readonly EventRow[]; nextCursor: string | null };
	};
	/** What an id names; empty when nothing does. */
	"logging.search": { params: { id: string }; result: { id: string; matches: readonly SearchMatch[] } };
	/**
	 * Internal, for the live stream: events after the position `after` (none given: only where the log ends), at most `limit`
	 * looked at; without a position also from `back` events before the end (1–2,000). `last` is the position to go on from.
	 */
	"logging.tail": {
		params: { after?: number; back?: number; limit?: number; service?: string; type?: string; status?: Outcome };
		result: { items: readonly LiveEvent[]; last: number; isAtEnd: boolean };
	};
	/** An aggregate's events in order (`limit` 1–100, default 100, after the sequence `after`); administrators and owners. */
	"logging.streamEvents": {
		params: { kind: string; id: string; after?: number; limit?: number };
		result: { items: readonly StreamEvent[]; nextAfter: number | null };
	};
	/** An aggregate's state after event `sequence` (default the last), or at the instant `at`; administrators and owners. */
	"logging.streamState": {
		params: { kind: string; id: string; sequence?: number; at?: string };
		result: StreamState;
	};
	/** By payment id or order id; also for the payment's owner. */
	"logging.paymentHistory": { params: { paymentId: string }; result: readonly PaymentHistoryEntry[] };
	/** After event `sequence` (default the last one), or at the instant `at` (ISO 8601); also for the payment's owner. */
	"logging.paymentState": {
		params: { paymentId: string; sequence?: number; at?: string };
		result: PaymentStateView;
	};
}

/** Name of the signal that rows have been written; sent in a cluster only, a few times a second at most. */
export const LOG_GROWN = "log-grown";

/** Every way the log collector refuses. */
export const loggingErrors = {
	UNAUTHENTICATED: 401,
	FORBIDDEN: 403,
	PAYMENT_NOT_FOUND: 404,
	STREAM_NOT_FOUND: 404,
	VALIDATION_ERROR: 400,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `loggingErrors`. */
export type LoggingErrorCode = keyof typeof loggingErrors;
