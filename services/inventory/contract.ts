import type { AuditPage, AuditRequest } from "../shared/audit.ts";
import type { HttpStatus } from "../shared/errors.ts";

/** RESERVED → CONFIRMED or CANCELLED; CONFIRMED → CANCELLED when a refund puts the goods back. */
export type ReservationStatus = "RESERVED" | "CONFIRMED" | "CANCELLED";

/** What asked for the end of a reservation. */
export type ReleaseCause = "COMPENSATION" | "EXPIRED";

/** Why nothing was reserved. */
export type ReservationFailure = "INSUFFICIENT_STOCK" | "PRODUCT_NOT_FOUND";

/** A product's stock in pieces; `available = quantity − reservedQuantity`. */
export interface StockView {
	productId: string;
	productName: string;
	quantity: number;
	reservedQuantity: number;
	available: number;
}

/** What an order holds of a product; instants ISO 8601. `quantity` 0: it was cancelled before it was ever made. */
export interface ReservationView {
	/** `RSV_<order>.<product>`: an order has at most one reservation of a product. */
	reservationId: string;
	orderId: string;
	productId: string;
	quantity: number;
	status: ReservationStatus;
	sagaId: string | null;
	createdAt: string;
	updatedAt: string;
	/** From then on an open reservation is released, unless its saga is running. */
	expiresAt: string | null;
}

/** Pieces of a product. */
export interface StockLine {
	productId: string;
	quantity: number;
}

/** What is not there. */
export interface Shortage extends StockLine {
	/** 0 for a product without stock. */
	available: number;
}

/** One product's figures, counted again from its stored events. */
export interface StockAudit {
	productId: string;
	isHolding: boolean;
	/** One sentence for each thing that is wrong, at most a few. */
	broken: readonly string[];
	quantity: number;
	reservedQuantity: number;
	openReservations: number;
	events: number;
}

/** What one event did to a reservation. */
export interface ReservationMovement {
	orderId: string;
	productId: string;
	/** `UNMADE`: cancelled before it was made. */
	kind: "RESERVED" | "CONFIRMED" | "RELEASED" | "RESTOCKED" | "UNMADE";
	/** Pieces; 0 for `UNMADE`. */
	quantity: number;
	sagaId: string | null;
	/** Of an open reservation, ISO 8601. */
	expiresAt: string | null;
	/** Whether the order can find it: the record of the reservation is there. */
	hasRecord: boolean;
}

/** Actions of the inventory service; see the folder's README for who may call what. */
export interface InventoryActions {
	"inventory.create": {
		params: { productId: string; productName: string; quantity: number };
		result: StockView;
	};
	/** `delta` in pieces, not 0; the rest must cover what is reserved. */
	"inventory.adjust": { params: { productId: string; delta: number }; result: StockView };
	/** Internal. The reservation of this order and product, made now or before; a shortage is a refusal and a fact. */
	"inventory.reserve": {
		params: { orderId: string; productId: string; quantity: number; sagaId?: string };
		result: ReservationView;
	};
	/** Internal: the goods leave. A repeat answers the same. */
	"inventory.confirm": { params: { orderId: string; productId: string }; result: ReservationView };
	/** Internal: the goods are free again. Without a reservation it is remembered, and a late `reserve` gets COMMAND_CANCELLED. */
	"inventory.release": { params: { orderId: string; productId: string }; result: ReservationView };
	/** Internal: after a refund the goods of a confirmed reservation come back. */
	"inventory.restock": { params: { orderId: string; productId: string }; result: ReservationView };
	/**
	 * Internal: the same four for a whole order, as steps of a saga, in the order of the lines. Each line is a commit of
	 * its own: after a refusal the caller releases the order, whatever became of the single lines. `restockOrder` passes over
	 * lines that were never reserved.
	 */
	"inventory.reserveOrder": {
		params: { orderId: string; items: StockLine[]; sagaId?: string };
		result: { reservations: readonly ReservationView[] };
	};
	"inventory.confirmOrder": {
		params: { orderId: string; productIds: string[] };
		result: { reservations: readonly ReservationView[] };
	};
	"inventory.releaseOrder": {
		params: { orderId: string; productIds: string[] };
		result: { reservations: readonly ReservationView[] };
	};
	"inventory.restockOrder": {
		params: { orderId: string; productIds: string[] };
		result: { reservations: readonly ReservationView[] };
	};
	/** Internal: whether all of it is there now. Binds nothing; equal products are added up. */
	"inventory.check": {
		params: { items: StockLine[] };
		result: { isAvailable: boolean; shortages: readonly Shortage[] };
	};
	"inventory.get": { params: { productId: string }; result: StockView };
	/** Products in the order of their ids. */
	"inventory.list": {
		params: { limit?: number; cursor?: string };
		result: { items: readonly StockView[]; nextCursor: string | null };
	};
	/** Internal: every reservation an order ever had. */
	"inventory.reservations": { params: { orderId: string }; result: { items: readonly ReservationView[] } };
	/** Internal: releases reservations nobody stands behind; answers how many it looked at and let go. */
	"inventory.expire": { params: null; result: { examined: number; released: number } };
	/** Internal: everything that ever happened to reservations, product by product. `total` counts products. */
	"inventory.movements": { params: AuditRequest; result: AuditPage<ReservationMovement> };
	/** Internal: counts products again from their events, a page of products at a time. */
	"inventory.invariants": {
		params: { limit?: number; cursor?: string };
		result: { items: readonly StockAudit[]; nextCursor: string | null };
	};
}

/** Facts of a product's stock, in pieces; the figures of the stock are those after the event. */
export interface InventoryEvents {
	"inventory.created": { productId: string; productName: string; quantity: number; createdAt: string };
	"inventory.adjusted": {
		productId: string;
		delta: number;
		stockQuantity: number;
		reservedQuantity: number;
		available: number;
		adjustedAt: string;
	};
	"inventory.reserved": {
		reservationId: string;
		orderId: string;
		productId: string;
		quantity: number;
		sagaId: string | null;
		stockQuantity: number;
		reservedQuantity: number;
		available: number;
		reservedAt: string;
		expiresAt: string;
	};
	"inventory.reservation-failed": {
		orderId: string;
		productId: string;
		quantity: number;
		reason: ReservationFailure;
		failedAt: string;
	};
	/** Released before it was made: it never will be. */
	"inventory.reservation-cancelled": {
		reservationId: string;
		orderId: string;
		productId: string;
		cause: ReleaseCause;
		cancelledAt: string;
	};
	"inventory.confirmed": {
		reservationId: string;
		orderId: string;
		productId: string;
		quantity: number;
		stockQuantity: number;
		reservedQuantity: number;
		available: number;
		confirmedAt: string;
	};
	"inventory.released": {
		reservationId: string;
		orderId: string;
		productId: string;
		quantity: number;
		cause: ReleaseCause;
		stockQuantity: number;
		reservedQuantity: number;
		available: number;
		releasedAt: string;
	};
	"inventory.restocked": {
		reservationId: string;
		orderId: string;
		productId: string;
		quantity: number;
		stockQuantity: number;
		reservedQuantity: number;
		available: number;
		restockedAt: string;
	};
}

/** Every way the inventory service refuses. */
export const inventoryErrors = {
	VALIDATION_ERROR: 400,
	PRODUCT_NOT_FOUND: 404,
	RESERVATION_NOT_FOUND: 404,
	PRODUCT_EXISTS: 409,
	INSUFFICIENT_STOCK: 409,
	STOCK_BELOW_RESERVED: 409,
	RESERVATION_CONFLICT: 409,
	RESERVATION_CANCELLED: 409,
	RESERVATION_CONFIRMED: 409,
	RESERVATION_NOT_CONFIRMED: 409,
	COMMAND_CANCELLED: 409,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `inventoryErrors`. */
export type InventoryErrorCode = keyof typeof inventoryErrors;
