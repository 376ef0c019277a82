import { count, flag, instant, listOf, nullable, object, oneOf, ref, text } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

const status = oneOf("STARTED", "COMPENSATING", "COMPENSATED", "COMPLETED");
const step = oneOf(
	"ORDER_CREATED",
	"PAYMENT_PROCESSED",
	"INVENTORY_RESERVED",
	"POINTS_AWARDED",
	"ORDER_CONFIRMED",
	"INVENTORY_CONFIRMED",
	"REFUND_REQUESTED",
	"PAYMENT_REFUNDED",
	"ORDER_SETTLED",
	"POINTS_REVOKED",
	"INVENTORY_RESTOCKED",
	"COMPLETED",
);
const name = oneOf("checkout", "refund");
const percent: JsonSchema = { type: "number", minimum: 0, maximum: 100 };
const head = {
	sagaId: text,
	name,
	orderId: text,
	amount: nullable(count),
	status,
	currentStep: step,
	completedSteps: listOf(step),
	failedStep: nullable(step),
	paymentKey: text,
	inventoryReservationId: nullable(text),
	errorCode: nullable(text),
	errorMessage: nullable(text),
	needsAttention: flag,
	createdAt: instant,
	updatedAt: instant,
	deadlineAt: instant,
	durationMs: nullable(count),
};

/** Answers of the saga doors. */
export const sagaSchemas = {
	Saga: object(head),
	SagaDetail: object({
		...head,
		steps: listOf(
			object({
				step,
				direction: oneOf("FORWARD", "COMPENSATE"),
				attempt: count,
				status: oneOf("STARTED", "SUCCEEDED", "REFUSED", "UNANSWERED"),
				startedAt: instant,
				endedAt: nullable(instant),
				error: nullable(text),
			}),
		),
	}),
	SagaList: object({ items: listOf(ref("Saga")), nextCursor: nullable(text) }),
	SagaScenario: object(
		{
			success: flag,
			sagaId: text,
			orderId: text,
			sagaStatus: status,
			currentStep: step,
			message: text,
			errorMessage: text,
		},
		["errorMessage"],
	),
	SagaMetrics: object({
		name,
		hours: count,
		total: count,
		completed: count,
		compensated: count,
		failed: count,
		declined: count,
		expired: count,
		inProgress: count,
		successRate: nullable(percent),
		compensationRate: nullable(percent),
		avgDurationMs: nullable(count),
		failuresByStep: listOf(object({ step, count })),
	}),
} satisfies Record<string, JsonSchema>;
