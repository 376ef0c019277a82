import { anything, count, instant, listOf, nullable, object, oneOf, ref, text } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Every state a payment can be in. */
export const PAYMENT_STATUSES = [
	"PENDING",
	"APPROVING",
	"APPROVED",
	"FAILED",
	"CANCELLING",
	"CANCELLED",
	"EXPIRED",
] as const;
const paymentStatus = oneOf(...PAYMENT_STATUSES);
const decimal = { type: "number", minimum: 0 } as const;
const outcome = oneOf("SUCCESS", "FAILED", "PROCESSING", "COMPENSATED");
const eventHead = {
	eventId: text,
	eventType: text,
	serviceName: text,
	status: outcome,
	timestamp: instant,
	correlationId: text,
};

/** Answers of the event log and of the histories of single things. */
export const logSchemas = {
	EventRow: object({
		id: text,
		...eventHead,
		causationId: text,
		aggregateId: text,
		sequence: count,
		payload: anything,
		userId: nullable(text),
		actor: text,
		errorMessage: nullable(text),
		processingTimeMs: nullable({ type: "number" }),
	}),
	EventRows: listOf(ref("EventRow")),
	EventRowList: object({ items: listOf(ref("EventRow")), nextCursor: nullable(text) }),
	LiveEvent: object({
		...eventHead,
		position: count,
		kind: text,
		aggregateId: text,
		sequence: count,
		processingTimeMs: nullable({ type: "number" }),
	}),
	SearchResult: object({
		id: text,
		matches: listOf(
			object({ type: oneOf("TRACE", "STREAM"), kind: text, id: text, correlationId: text, firstAt: instant }, [
				"kind",
				"id",
			]),
		),
	}),
	LogMetrics: object({
		timeRange: text,
		hours: count,
		windowStart: instant,
		totalEvents: count,
		failedEvents: count,
		overallSuccessRate: nullable(decimal),
		avgProcessingTimeMs: nullable(decimal),
		p95ProcessingTimeMs: nullable(decimal),
		hourlyEventCounts: listOf(object({ timestamp: text, count })),
		eventTypeCounts: listOf(object({ eventType: text, count })),
		serviceSuccessRates: listOf(object({ serviceName: text, successRate: decimal })),
		serviceProcessingTimes: listOf(
			object({ serviceName: text, avgProcessingTimeMs: decimal, p95ProcessingTimeMs: decimal }),
		),
		saga: nullable(ref("SagaMetrics")),
		generatedAt: instant,
	}),
	StreamEventList: object({
		items: listOf(
			object({
				eventId: text,
				sequence: count,
				eventType: text,
				occurredAt: instant,
				actor: text,
				status: outcome,
				correlationId: text,
				causationId: text,
				data: anything,
			}),
		),
		nextAfter: nullable(count),
	}),
	StreamState: object({
		kind: text,
		id: text,
		requestedSequence: nullable(count),
		sequence: count,
		lastSequence: count,
		eventType: text,
		occurredAt: instant,
		state: anything,
	}),
	RecentEvents: listOf(object(eventHead)),
	PaymentHistory: listOf(
		object({
			id: text,
			paymentId: text,
			sequence: count,
			eventType: text,
			previousState: nullable(paymentStatus),
			newState: paymentStatus,
			eventData: anything,
			occurredAt: instant,
			actor: text,
			metadata: object({ correlationId: text, schemaVersion: count }),
		}),
	),
	PaymentState: object({
		paymentId: text,
		requestedSequence: nullable(count),
		sequence: count,
		state: paymentStatus,
		eventType: text,
		occurredAt: instant,
		snapshot: anything,
	}),
} satisfies Record<string, JsonSchema>;
