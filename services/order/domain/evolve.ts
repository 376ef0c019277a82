import { unreachable } from "../../shared/errors.ts";
import type { Order, OrderEvent, PlacedOrder } from "./model.ts";

/** A cancellation whose outcome is missing is taken up again after this time. */
export const CANCEL_RESUME_MS = 30_000;

type After<Type extends OrderEvent["type"]> = Extract<OrderEvent, { type: Type }>["data"];

/** The order after an event. */
export function evolve(state: Order, event: OrderEvent): Order {
	if (event.type === "order.created") return placed(event.data);
	if (state.status === "none") return state;
	const next = changed(state, event);
	return next.status === "PENDING" ? next : { ...next, settledStatus: next.status };
}

function placed(data: After<"order.created">): PlacedOrder {
	return {
		status: "CREATED",
		...data,
		updatedAt: data.createdAt,
		dueAt: data.expiresAt,
		cancelRequest: null,
		settledStatus: null,
	};
}

function changed(state: PlacedOrder, event: Exclude<OrderEvent, { type: "order.created" }>): PlacedOrder {
	switch (event.type) {
		case "order.pending":
			return { ...state, status: "PENDING" };
		case "order.paid": {
			const { paymentId, paidAt } = event.data;
			return { ...state, status: "PAID", paymentId, updatedAt: paidAt, dueAt: null };
		}
		case "order.confirmed":
			return confirmed(state, event.data);
		case "order.failed": {
			const { reason, failedAt } = event.data;
			return {
				...state,
				cancelRequest: null,
				status: "FAILED",
				failureReason: reason,
				updatedAt: failedAt,
				dueAt: null,
			};
		}
		case "order.cancel-requested": {
			const { reason, cause, requestedAt } = event.data;
			const dueAt = later(requestedAt, CANCEL_RESUME_MS);
			return { ...state, cancelRequest: { reason, cause }, updatedAt: requestedAt, dueAt };
		}
		case "order.cancel-refused":
			return { ...state, cancelRequest: null, updatedAt: event.data.refusedAt, dueAt: null };
		case "order.cancelled": {
			const { cancelledAt } = event.data;
			return { ...state, cancelRequest: null, status: "CANCELLED", cancelledAt, updatedAt: cancelledAt, dueAt: null };
		}
		case "order.late-refund-requested":
			return { ...state, paymentId: event.data.paymentId };
		default:
			return unreachable(event);
	}
}

/** A request made while the payment was deciding has lost: the payment won, and may be cancelled anew. */
function confirmed(state: PlacedOrder, { confirmedAt }: After<"order.confirmed">): PlacedOrder {
	return { ...state, cancelRequest: null, status: "CONFIRMED", confirmedAt, updatedAt: confirmedAt, dueAt: null };
}

function later(instant: string, ms: number): string {
	return new Date(Date.parse(instant) + ms).toISOString();
}
