import type { ResultOf } from "../../../services/contracts.ts";

const AT = "2030-01-07T00:00:00.000Z";
const saga = (sagaId: string, orderId = "ORD_1"): ResultOf<"saga.retry"> => ({
	sagaId,
	name: "checkout",
	amount: 10_000,
	orderId,
	status: "COMPLETED",
	currentStep: "COMPLETED",
	completedSteps: ["ORDER_CREATED", "PAYMENT_PROCESSED", "POINTS_AWARDED", "ORDER_CONFIRMED"],
	failedStep: null,
	paymentKey: "tgen_1",
	inventoryReservationId: null,
	errorCode: null,
	errorMessage: null,
	needsAttention: false,
	createdAt: AT,
	updatedAt: AT,
	deadlineAt: AT,
	durationMs: 120,
});
const scenario = (): ResultOf<"saga.testSuccess"> => ({
	success: true,
	sagaId: "SAG_1",
	orderId: "ORD_1",
	sagaStatus: "COMPLETED",
	currentStep: "COMPLETED",
	message: "Saga 정상 완료",
});

/** Example answers of the saga service. */
export const SAGA_EXAMPLES = {
	"saga.testSuccess": scenario,
	"saga.testFailure": scenario,
	"saga.get": ({ sagaId }: { sagaId: string }) => ({ ...saga(sagaId), steps: [] }),
	"saga.getByOrder": ({ orderId }: { orderId: string }) => ({ ...saga("SAG_1", orderId), steps: [] }),
	"saga.list": () => ({ items: [saga("SAG_1")], nextCursor: null }),
	"saga.retry": ({ sagaId }: { sagaId: string }) => saga(sagaId),
	"saga.metrics": (): ResultOf<"saga.metrics"> => ({
		name: "checkout",
		hours: 24,
		total: 200,
		completed: 197,
		compensated: 3,
		failed: 0,
		declined: 1,
		expired: 0,
		inProgress: 0,
		successRate: 98.5,
		compensationRate: 1.5,
		avgDurationMs: 120,
		failuresByStep: [],
	}),
};
