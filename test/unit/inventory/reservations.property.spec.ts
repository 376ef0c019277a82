import fc from "fast-check";
import { readSettings } from "../../../mixins/config/settings.ts";
import { createRuntime } from "../../../mixins/platform.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import type { Desk } from "../../../services/inventory/application/ports.ts";
import {
	confirm,
	findReservation,
	release,
	reserve,
	restock,
} from "../../../services/inventory/application/reservations.ts";
import type { ReservationView } from "../../../services/inventory/contract.ts";
import type { StockEvent } from "../../../services/inventory/domain/model.ts";
import { Tally } from "../../../services/inventory/domain/tally.ts";
import { createIntents, type IntentRecords } from "../../../services/inventory/infrastructure/intents.ts";
import { createShelf } from "../../../services/inventory/infrastructure/shelf.ts";
import { stockAggregate } from "../../../services/inventory/infrastructure/stock.aggregate.ts";
import { isDomainError } from "../../../services/shared/errors.ts";

type Operation = "reserve" | "confirm" | "release" | "restock";
interface Asked {
	readonly operation: Operation;
	readonly order: number;
	readonly quantity: number;
}
interface Held {
	status: "RESERVED" | "CONFIRMED" | "RELEASED" | "RESTOCKED" | "UNMADE";
	readonly quantity: number;
}

const STOCK = 6;
let runtime: Runtime;
let intents: IntentRecords;
let products = 0;

beforeAll(async () => {
	runtime = await createRuntime(readSettings({ NODE_ENV: "test", DATA_DIR: ":memory:" }));
	runtime.store.define(stockAggregate);
	intents = createIntents(runtime.store);
});
afterAll(() => runtime.store.close());

const asked = fc.record<Asked>({
	operation: fc.constantFrom("reserve", "confirm", "release", "restock"),
	order: fc.integer({ min: 1, max: 4 }),
	quantity: fc.integer({ min: 1, max: 3 }),
});

function deskOf(commandId: string): Desk {
	const context = { commandId, correlationId: commandId, causationId: commandId, actor: "SYSTEM" };
	const now = () => runtime.clock.now();
	return { shelf: createShelf(runtime, context), intents, commandId, now };
}

async function newProduct(): Promise<string> {
	const productId = `P-${++products}`;
	const command = { type: "create", productId, productName: "x", quantity: STOCK, now: runtime.clock.iso() } as const;
	await deskOf("c").shelf.tell(productId, "create", command);
	return productId;
}

function perform(productId: string, { operation, order, quantity }: Asked): Promise<ReservationView> {
	const desk = deskOf(runtime.ids.next("CMD"));
	const key = { orderId: `ORD_${order}`, productId };
	if (operation === "reserve") return reserve(desk, { ...key, quantity, sagaId: null });
	if (operation === "release") return release(desk, key, "COMPENSATION");
	return operation === "confirm" ? confirm(desk, key) : restock(desk, key);
}

async function outcomeOf(answer: Promise<ReservationView>): Promise<string> {
	try {
		return (await answer).status;
	} catch (error) {
		if (isDomainError(error)) return error.code;
		throw error;
	}
}

/** Every event counted on its own: the invariants hold after each. */
async function assertHolds(productId: string): Promise<void> {
	const tally = new Tally();
	for (const event of await runtime.store.events("stock", productId))
		tally.count(event as unknown as StockEvent, event.sequence);
	const { state } = await runtime.actors.read(stockAggregate, productId);
	expect(tally.audit(productId, state).broken).toEqual([]);
}

/** What the table of the reservation says, as simply as it can be said. */
class Model {
	readonly held = new Map<number, Held>();
	quantity = STOCK;
	reserved = 0;

	expect({ operation, order, quantity }: Asked): string {
		const held = this.held.get(order);
		switch (operation) {
			case "reserve":
				return held === undefined ? this.#reserve(order, quantity) : this.#again(held, quantity);
			case "confirm":
				return this.#confirm(held);
			case "release":
				return this.#release(order, held);
			case "restock":
				return this.#restock(held);
		}
	}

	#reserve(order: number, quantity: number): string {
		if (quantity > this.quantity - this.reserved) return "INSUFFICIENT_STOCK";
		this.reserved += quantity;
		this.held.set(order, { status: "RESERVED", quantity });
		return "RESERVED";
	}

	#again(held: Held, quantity: number): string {
		if (held.status === "UNMADE") return "COMMAND_CANCELLED";
		return held.quantity === quantity ? shown(held) : "RESERVATION_CONFLICT";
	}

	#confirm(held: Held | undefined): string {
		if (held === undefined) return "RESERVATION_NOT_FOUND";
		if (held.status === "RESERVED") {
			held.status = "CONFIRMED";
			this.quantity -= held.quantity;
			this.reserved -= held.quantity;
		}
		if (held.status === "CONFIRMED") return "CONFIRMED";
		// What has left and come back has left all the same.
		return held.status === "RESTOCKED" ? "CANCELLED" : "RESERVATION_CANCELLED";
	}

	#release(order: number, held: Held | undefined): string {
		if (held === undefined) this.held.set(order, { status: "UNMADE", quantity: 0 });
		else if (held.status === "CONFIRMED") return "RESERVATION_CONFIRMED";
		else if (held.status === "RESERVED") {
			held.status = "RELEASED";
			this.reserved -= held.quantity;
		}
		return "CANCELLED";
	}

	#restock(held: Held | undefined): string {
		if (held === undefined) return "RESERVATION_NOT_FOUND";
		if (held.status === "RESERVED") return "RESERVATION_NOT_CONFIRMED";
		if (held.status === "CONFIRMED") {
			held.status = "RESTOCKED";
			this.quantity += held.quantity;
		}
		return "CANCELLED";
	}
}

function shown({ status }: Held): string {
	return status === "RESERVED" || status === "CONFIRMED" ? status : "CANCELLED";
}

describe("any sequence of operations on a product", () => {
	it("answers as the table says, also after its actor was forgotten", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(asked, fc.boolean()), { maxLength: 25 }), async (sequence) => {
				const productId = await newProduct();
				const model = new Model();
				for (const [operation, isForgotten] of sequence) {
					if (isForgotten) runtime.actors.forgetIdle();
					expect(await outcomeOf(perform(productId, operation))).toBe(model.expect(operation));
					const { state } = await runtime.actors.read(stockAggregate, productId);
					expect(state).toMatchObject({ quantity: model.quantity, reservedQuantity: model.reserved });
				}
				await assertHolds(productId);
			}),
			{ numRuns: 500 },
		);
	});
});

describe("operations that come at once, twice and in any order", () => {
	it("break no invariant, and every reservation ends in one way", async () => {
		const turns = fc.array(fc.array(asked, { minLength: 1, maxLength: 8 }), { maxLength: 6 });
		await fc.assert(
			fc.asyncProperty(turns, async (sequence) => {
				const productId = await newProduct();
				for (const turn of sequence)
					await Promise.all([...turn, ...turn].map((operation) => outcomeOf(perform(productId, operation))));
				await assertHolds(productId);
				const events = await runtime.store.events("stock", productId);
				const count = (order: number, ...types: string[]) =>
					events.filter(
						({ type, data }) => types.includes(type) && "orderId" in data && data.orderId === `ORD_${order}`,
					).length;
				for (const order of [1, 2, 3, 4]) {
					expect(count(order, "inventory.reserved", "inventory.reservation-cancelled")).toBeLessThanOrEqual(1);
					expect(count(order, "inventory.confirmed", "inventory.released")).toBeLessThanOrEqual(1);
					expect(count(order, "inventory.restocked")).toBeLessThanOrEqual(1);
					const reservation = await findReservation(deskOf("f").shelf, { orderId: `ORD_${order}`, productId });
					const wasMade = count(order, "inventory.reserved", "inventory.reservation-cancelled") === 1;
					expect(reservation !== null).toBe(wasMade);
				}
			}),
			{ numRuns: 400 },
		);
	});
});
