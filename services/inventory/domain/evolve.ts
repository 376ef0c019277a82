import { unreachable } from "../../shared/errors.ts";
import type { Stock, StockedProduct, StockEvent } from "./model.ts";

/** The stock after an event. */
export function evolve(state: Stock, event: StockEvent): Stock {
	if (event.type === "inventory.created") {
		const { productId, productName, quantity } = event.data;
		return { status: "STOCKED", productId, productName, quantity, reservedQuantity: 0, last: event };
	}
	return state.status === "none" ? { status: "none", last: event } : changed(state, event);
}

function changed(state: StockedProduct, event: Exclude<StockEvent, { type: "inventory.created" }>): StockedProduct {
	switch (event.type) {
		case "inventory.adjusted":
			return moved(state, event, event.data.delta, 0);
		case "inventory.reserved":
			return moved(state, event, 0, event.data.quantity);
		case "inventory.confirmed":
			return moved(state, event, -event.data.quantity, -event.data.quantity);
		case "inventory.released":
			return moved(state, event, 0, -event.data.quantity);
		case "inventory.restocked":
			return moved(state, event, event.data.quantity, 0);
		case "inventory.reservation-failed":
		case "inventory.reservation-cancelled":
			return { ...state, last: event };
		default:
			return unreachable(event);
	}
}

function moved(state: StockedProduct, last: StockEvent, pieces: number, reserved: number): StockedProduct {
	const quantity = state.quantity + pieces;
	return { ...state, quantity, reservedQuantity: state.reservedQuantity + reserved, last };
}
