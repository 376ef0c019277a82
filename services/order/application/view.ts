import { fold } from "../../shared/decider.ts";
import type { Envelope } from "../../shared/events.ts";
import type { OrderHistoryEntry, OrderStatus, OrderView } from "../contract.ts";
import { OrderRejected, type Order, type OrderEvent, type PlacedOrder } from "../domain/model.ts";
import { order } from "../domain/order.ts";

/** Contact data of an order, or nulls where it is not shown. */
export interface ShownContact {
	readonly customerEmail: string | null;
	readonly customerName: string | null;
}

/** Lists show no contact data. */
export const HIDDEN_CONTACT: ShownContact = { customerEmail: null, customerName: null };

/** An order as its owner sees it. */
export function viewOf(state: PlacedOrder, { customerEmail, customerName }: ShownContact): OrderView {
	const { failureReason, confirmedAt, cancelledAt, cancelRequest } = state;
	return {
		orderId: state.orderId,
		orderName: state.orderName,
		amount: state.amount,
		currency: state.currency,
		status: state.status,
		items: state.items,
		userId: state.userId,
		customerEmail,
		customerName,
		...(failureReason === undefined ? {} : { failureReason }),
		createdAt: state.createdAt,
		updatedAt: state.updatedAt,
		...(confirmedAt === undefined ? {} : { confirmedAt }),
		...(cancelledAt === undefined ? {} : { cancelledAt }),
		expiresAt: state.expiresAt,
		...(cancelRequest === null ? {} : { isCancelRequested: true }),
	};
}

/** Every event of an order with the states before and after it, oldest first. */
export function historyView(envelopes: readonly Envelope[]): OrderHistoryEntry[] {
	let state: Order = order.initial;
	return envelopes.map((envelope) => {
		const fromStatus = statusOf(state);
		state = fold(order, [{ type: envelope.type, data: envelope.data } as OrderEvent], state);
		const toStatus = statusOf(state);
		if (toStatus === null) throw new Error(`${envelope.id} has no order before it`);
		const { sequence, type: eventType, actor, time: at } = envelope;
		return { sequence, eventType, fromStatus, toStatus, reason: reasonOf(envelope.data), actor, at };
	});
}

/** The order, or the refusal for one that does not exist. */
export function placed(state: Order): PlacedOrder {
	if (state.status === "none") throw new OrderRejected("ORDER_NOT_FOUND");
	return state;
}

function statusOf(state: Order): OrderStatus | null {
	return state.status === "none" ? null : state.status;
}

function reasonOf(data: object): string | null {
	return "reason" in data && typeof data.reason === "string" ? data.reason : null;
}
