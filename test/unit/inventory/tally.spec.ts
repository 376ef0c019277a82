import type { Stock, StockEvent } from "../../../services/inventory/domain/model.ts";
import { stock } from "../../../services/inventory/domain/stock.ts";
import { Tally } from "../../../services/inventory/domain/tally.ts";

const now = "2030-01-07T00:00:00.000Z";
const productId = "P-1";
const events: StockEvent[] = [];
let state: Stock = stock.initial;
const after: Stock[] = [state];
function tell(command: Parameters<typeof stock.decide>[1]): void {
	for (const event of stock.decide(state, command)) {
		events.push(event);
		state = stock.evolve(state, event);
		after.push(state);
	}
}
const order = (orderId: string, quantity: number) => ({ held: { orderId, quantity }, now });
tell({ type: "create", productId, productName: "x", quantity: 10, now });
tell({ type: "reserve", orderId: "ORD_1", quantity: 2, sagaId: null, now, expiresAt: now });
tell({ type: "reserve", orderId: "ORD_2", quantity: 3, sagaId: null, now, expiresAt: now });
tell({ type: "adjust", delta: 5, now });
tell({ type: "confirm", ...order("ORD_1", 2) });
tell({ type: "report-failure", productId, orderId: "ORD_4", quantity: 50, reason: "INSUFFICIENT_STOCK", now });
tell({ type: "cancel-unmade", productId, orderId: "ORD_5", cause: "COMPENSATION", now });
tell({ type: "restock", ...order("ORD_1", 2) });
tell({ type: "release", ...order("ORD_2", 3), cause: "EXPIRED" });

function audit(told: readonly StockEvent[], document: Stock = state) {
	const tally = new Tally();
	for (const [index, event] of told.entries()) tally.count(event, index + 1);
	return tally.audit(productId, document);
}
/** The events with one of them changed. */
function changed(index: number, data: object): StockEvent[] {
	return events.map((event, at) =>
		at === index ? ({ ...event, data: { ...event.data, ...data } } as StockEvent) : event,
	);
}

describe("a count of a product's events", () => {
	it("agrees with the product after every single one", () => {
		for (let length = 0; length <= events.length; length++)
			expect(audit(events.slice(0, length), after[length])).toMatchObject({ isHolding: true, events: length });
		expect(audit(events)).toEqual({
			productId,
			isHolding: true,
			broken: [],
			quantity: 15,
			reservedQuantity: 0,
			openReservations: 0,
			events: 9,
		});
	});

	it.each([
		["more was there at first", changed(0, { quantity: 11 })],
		["a reservation was smaller", changed(1, { quantity: 1 })],
		["another reservation was confirmed", changed(4, { reservationId: "RSV_9.P-1" })],
		["a confirmation was larger", changed(4, { quantity: 3 })],
		["an adjustment was larger", changed(3, { delta: 6 })],
		["more came back", changed(7, { quantity: 3 })],
		["figures were stated wrong", changed(8, { available: 14 })],
		["a reservation was opened twice", events.flatMap((event, at) => (at === 1 ? [event, event] : [event]))],
		["the product was created twice", [events[0], ...events].flatMap((event) => event ?? [])],
		["the last event is missing", events.slice(0, -1)],
	])("finds that %s", (_what, told) => {
		expect(audit(told)).toMatchObject({ isHolding: false });
	});

	it("finds every event that is left out", () => {
		for (const left of events.keys()) {
			const tally = new Tally();
			for (const [index, event] of events.entries()) if (index !== left) tally.count(event, index + 1);
			expect(tally.audit(productId, state).isHolding || left === events.length - 1).toBe(left === events.length - 1);
		}
	});

	it("finds a document that is not the sum of its events, and says so in words", () => {
		const other = { ...state, quantity: 16, reservedQuantity: 1 } as Stock;
		expect(audit(events, other).broken).toEqual([
			"the stock says 16, its events say 15",
			"the stock says 1 are reserved, its events say 0",
		]);
		expect(audit(events.slice(0, 3), { ...after[3], reservedQuantity: 99 } as Stock).isHolding).toBe(false);
	});

	it("names a few findings only", () => {
		const told = Array.from({ length: 50 }, () => events[1]).flatMap((event) => event ?? []);
		expect(audit(told).broken.length).toBeLessThanOrEqual(12);
	});
});
