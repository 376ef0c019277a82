import type { ReservationView } from "../contract.ts";
import type { StockEvent } from "./model.ts";

/**
 * The three things that can happen to a reservation, each at most once. Every one is a command id of the product's
 * stock, unique for ever: whichever command takes it first is what happened, and whoever comes later is told so.
 */
export type Slot = "open" | "close" | "restock";

/** Names a reservation. */
export interface ReservationKey {
	readonly orderId: string;
	readonly productId: string;
}

/** The one reservation of an order and a product: `ORD_x` and `P-1` → `RSV_x.P-1`. */
export function reservationIdOf({ orderId, productId }: ReservationKey): string {
	return `RSV_${orderId.replace(/^ORD_/, "")}.${productId}`;
}

/** The command id that stands for a slot within a product's stock. */
export function slotId(orderId: string, slot: Slot): string {
	return `${orderId}:${slot}`;
}

/** The reservation right after it was opened, or cancelled before it was made. */
export function openedBy(event: StockEvent): ReservationView {
	if (event.type === "inventory.reserved") {
		const { reservationId, orderId, productId, quantity, sagaId, reservedAt: createdAt, expiresAt } = event.data;
		const status = "RESERVED";
		return { reservationId, orderId, productId, quantity, status, sagaId, createdAt, updatedAt: createdAt, expiresAt };
	}
	if (event.type !== "inventory.reservation-cancelled") throw new Error(`${event.type} opens no reservation`);
	const { reservationId, orderId, productId, cancelledAt: createdAt } = event.data;
	const rest = { quantity: 0, status: "CANCELLED", sagaId: null, expiresAt: null } as const;
	return { reservationId, orderId, productId, ...rest, createdAt, updatedAt: createdAt };
}

/** The reservation after a later event of it; null changes nothing. */
export function changedBy(reservation: ReservationView, event: StockEvent | null): ReservationView {
	if (event === null) return reservation;
	if (event.type === "inventory.confirmed") {
		return { ...reservation, status: "CONFIRMED", updatedAt: event.data.confirmedAt, expiresAt: null };
	}
	return { ...reservation, status: "CANCELLED", updatedAt: endOf(event), expiresAt: null };
}

function endOf(event: StockEvent): string {
	if (event.type === "inventory.released") return event.data.releasedAt;
	if (event.type === "inventory.restocked") return event.data.restockedAt;
	throw new Error(`${event.type} ends no reservation`);
}
