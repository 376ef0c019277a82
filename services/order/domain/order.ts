import type { Decider } from "../../shared/decider.ts";
import { unreachable } from "../../shared/errors.ts";
import type { OrderStatus } from "../contract.ts";
import { evolve } from "./evolve.ts";
import { OrderRejected, type Of, type Order, type OrderCommand, type OrderEvent, type PlacedOrder } from "./model.ts";
import { totalOf } from "./pricing.ts";

/** Rules of an order; until it is paid, the payment alone decides how it ends. */
export const order: Decider<Order, OrderCommand, OrderEvent> = {
	initial: { status: "none" },
	decide(state, command) {
		if (command.type === "create") return create(state, command);
		if (state.status === "none") throw new OrderRejected("ORDER_NOT_FOUND");
		return change(state, command);
	},
	evolve,
};

function change(state: PlacedOrder, command: Exclude<OrderCommand, { type: "create" }>): OrderEvent[] {
	switch (command.type) {
		case "request-cancel":
			return requestCancel(state, command);
		case "refuse-cancel":
			return refuseCancel(state, command);
		case "record-payment":
			return recordPayment(state, command);
		case "confirm":
			return confirm(state, command);
		case "fail":
			return fail(state, command);
		case "end":
			return end(state, command);
		default:
			return unreachable(command);
	}
}

function create(state: Order, command: Of<"create">): OrderEvent[] {
	if (state.status !== "none") return [];
	const { orderId, userId, orderName, items, hasContact, now: createdAt, expiresAt } = command;
	const amount = totalOf(items);
	return [
		{
			type: "order.created",
			data: { orderId, userId, orderName, amount, currency: "KRW", items, createdAt, expiresAt, hasContact },
		},
		{ type: "order.pending", data: { orderId, userId, amount } },
	];
}

function requestCancel(state: PlacedOrder, { reason, cause, now }: Of<"request-cancel">): OrderEvent[] {
	const { orderId, userId, status } = state;
	if (cause === "EXPIRY" && !isDue(state, now)) return [];
	if (status !== "PENDING" && status !== "CONFIRMED") throw wrongState(state);
	if (state.cancelRequest !== null) return [];
	return [{ type: "order.cancel-requested", data: { orderId, userId, reason, cause, requestedAt: now } }];
}

/** Only a pending order runs out of time; a request that is under way is resumed, not repeated. */
function isDue({ status, expiresAt, dueAt }: PlacedOrder, now: string): boolean {
	return status === "PENDING" && dueAt !== null && expiresAt <= now;
}

function refuseCancel(state: PlacedOrder, { reason, now }: Of<"refuse-cancel">): OrderEvent[] {
	if (state.cancelRequest === null) return [];
	const { orderId, userId } = state;
	return [{ type: "order.cancel-refused", data: { orderId, userId, reason, refusedAt: now } }];
}

function recordPayment(state: PlacedOrder, { paymentId, amount, now }: Of<"record-payment">): OrderEvent[] {
	const { orderId, userId } = state;
	if (state.paymentId === paymentId) return [];
	if (state.status === "CANCELLED" || state.status === "FAILED")
		return [{ type: "order.late-refund-requested", data: { orderId, userId, paymentId, amount } }];
	if (state.status !== "PENDING") throw wrongState(state);
	if (amount !== state.amount) throw new OrderRejected("AMOUNT_MISMATCH", { expected: state.amount, amount });
	return [{ type: "order.paid", data: { orderId, userId, amount, paymentId, paidAt: now } }];
}

function confirm(state: PlacedOrder, { payment, now }: Of<"confirm">): OrderEvent[] {
	if (state.status === "CONFIRMED" || state.status === "COMPLETED") return [];
	const { orderId, userId, amount, status } = state;
	const confirmed: OrderEvent = { type: "order.confirmed", data: { orderId, userId, amount, confirmedAt: now } };
	if (status === "PAID") return [confirmed];
	if (status !== "PENDING" || payment === null) throw wrongState(state);
	return [...recordPayment(state, { type: "record-payment", ...payment, now }), confirmed];
}

function fail(state: PlacedOrder, { reason, now }: Of<"fail">): OrderEvent[] {
	if (state.status !== "PENDING") return [];
	const { orderId, userId } = state;
	return [{ type: "order.failed", data: { orderId, userId, reason, failedAt: now } }];
}

const ENDED: readonly OrderStatus[] = ["FAILED", "CANCELLED", "COMPLETED"];

function end(state: PlacedOrder, { reason, now }: Of<"end">): OrderEvent[] {
	if (ENDED.includes(state.status)) return [];
	const { orderId, userId } = state;
	return [
		{
			type: "order.cancelled",
			data: { orderId, userId, reason: state.cancelRequest?.reason ?? reason, cancelledAt: now },
		},
	];
}

function wrongState({ status }: PlacedOrder): OrderRejected {
	return new OrderRejected("INVALID_ORDER_STATE", { status });
}
