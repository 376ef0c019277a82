import type { Decider } from "../../shared/decider.ts";
import { unreachable } from "../../shared/errors.ts";
import { evolve } from "./evolve.ts";
import {
	InventoryRejected,
	type HeldPieces,
	type Of,
	type Stock,
	type StockCommand,
	type StockedProduct,
	type StockEvent,
} from "./model.ts";
import { reservationIdOf } from "./reservation.ts";

/** Pieces a product may have. */
export const QUANTITY_MAX = 1_000_000_000;

/**
 * Rules of a product's stock: nothing is reserved that is not there, nothing leaves that was not reserved. That each
 * reservation is opened and closed once is the work of the slots its commands take (`reservation.ts`).
 */
export const stock: Decider<Stock, StockCommand, StockEvent> = {
	initial: { status: "none", last: null },
	decide(state, command) {
		switch (command.type) {
			case "create":
				return create(state, command);
			case "report-failure":
				return reportFailure(command);
			case "cancel-unmade":
				return cancelUnmade(command);
			case "adjust":
			case "reserve":
			case "confirm":
			case "release":
			case "restock":
				if (state.status === "none") throw new InventoryRejected("PRODUCT_NOT_FOUND");
				return change(state, command);
			default:
				return unreachable(command);
		}
	},
	evolve,
};

function change(
	state: StockedProduct,
	command: Of<"adjust" | "reserve" | "confirm" | "release" | "restock">,
): readonly StockEvent[] {
	switch (command.type) {
		case "adjust":
			return adjust(state, command);
		case "reserve":
			return reserve(state, command);
		case "confirm":
			return confirm(state, command);
		case "release":
			return release(state, command);
		case "restock":
			return restock(state, command);
		default:
			return unreachable(command);
	}
}

function create(state: Stock, { productId, productName, quantity, now: createdAt }: Of<"create">): StockEvent[] {
	if (state.status !== "none") throw new InventoryRejected("PRODUCT_EXISTS", { productId });
	return [{ type: "inventory.created", data: { productId, productName, quantity, createdAt } }];
}

function adjust({ productId, ...state }: StockedProduct, { delta, now: adjustedAt }: Of<"adjust">): StockEvent[] {
	const quantity = state.quantity + delta;
	if (delta === 0) throw invalid("delta", "numberNotEqual");
	if (quantity > QUANTITY_MAX) throw invalid("delta", "numberMax");
	if (quantity < state.reservedQuantity)
		throw new InventoryRejected("STOCK_BELOW_RESERVED", { quantity, reservedQuantity: state.reservedQuantity });
	return [
		{
			type: "inventory.adjusted",
			data: { productId, delta, ...figures(quantity, state.reservedQuantity), adjustedAt },
		},
	];
}

function reserve(
	{ productId, ...state }: StockedProduct,
	{ orderId, quantity, sagaId, now: reservedAt, expiresAt }: Of<"reserve">,
): StockEvent[] {
	const available = state.quantity - state.reservedQuantity;
	if (quantity > available) throw new InventoryRejected("INSUFFICIENT_STOCK", { productId, quantity, available });
	const after = figures(state.quantity, state.reservedQuantity + quantity);
	const ids = { reservationId: reservationIdOf({ orderId, productId }), orderId, productId };
	return [{ type: "inventory.reserved", data: { ...ids, quantity, sagaId, ...after, reservedAt, expiresAt } }];
}

function reportFailure({ orderId, productId, quantity, reason, now: failedAt }: Of<"report-failure">): StockEvent[] {
	return [{ type: "inventory.reservation-failed", data: { orderId, productId, quantity, reason, failedAt } }];
}

function cancelUnmade({ orderId, productId, cause, now: cancelledAt }: Of<"cancel-unmade">): StockEvent[] {
	const reservationId = reservationIdOf({ orderId, productId });
	return [{ type: "inventory.reservation-cancelled", data: { reservationId, orderId, productId, cause, cancelledAt } }];
}

function confirm(state: StockedProduct, { held, now: confirmedAt }: Of<"confirm">): StockEvent[] {
	const after = figures(state.quantity - held.quantity, reservedWithout(state, held));
	return [{ type: "inventory.confirmed", data: { ...piecesOf(state, held), ...after, confirmedAt } }];
}

function release(state: StockedProduct, { held, cause, now: releasedAt }: Of<"release">): StockEvent[] {
	const after = figures(state.quantity, reservedWithout(state, held));
	return [{ type: "inventory.released", data: { ...piecesOf(state, held), cause, ...after, releasedAt } }];
}

function restock(state: StockedProduct, { held, now: restockedAt }: Of<"restock">): StockEvent[] {
	const after = figures(state.quantity + held.quantity, state.reservedQuantity);
	return [{ type: "inventory.restocked", data: { ...piecesOf(state, held), ...after, restockedAt } }];
}

function piecesOf({ productId }: StockedProduct, { orderId, quantity }: HeldPieces) {
	return { reservationId: reservationIdOf({ orderId, productId }), orderId, productId, quantity };
}

/** More than is reserved cannot have been reserved: nothing is written on such a claim. */
function reservedWithout({ productId, reservedQuantity }: StockedProduct, { orderId, quantity }: HeldPieces): number {
	if (quantity > reservedQuantity)
		throw new Error(`${orderId} holds ${quantity} of ${productId}, but only ${reservedQuantity} are reserved`);
	return reservedQuantity - quantity;
}

function figures(stockQuantity: number, reservedQuantity: number) {
	return { stockQuantity, reservedQuantity, available: stockQuantity - reservedQuantity };
}

function invalid(field: string, code: string): InventoryRejected {
	return new InventoryRejected("VALIDATION_ERROR", { errors: [{ field, code }] });
}
