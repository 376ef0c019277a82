import fc from "fast-check";
import type { Order, OrderCommand, OrderEvent } from "../../../services/order/domain/model.ts";
import { order } from "../../../services/order/domain/order.ts";
import { isDomainError } from "../../../services/shared/errors.ts";

const now = "2030-01-07T00:00:00.000Z";
const late = "2030-01-07T01:00:00.000Z";
const items = [{ productId: null, name: "x", unitPrice: 1_000, quantity: 1, subtotal: 1_000 }];
const create: OrderCommand = {
	type: "create",
	orderId: "ORD_1",
	userId: "USR_1",
	orderName: "x",
	items,
	hasContact: false,
	now,
	expiresAt: "2030-01-07T00:30:00.000Z",
};
const command = fc.constantFrom<OrderCommand>(
	create,
	{ type: "request-cancel", reason: "r", cause: "CUSTOMER", now },
	{ type: "request-cancel", reason: "r", cause: "EXPIRY", now: late },
	{ type: "refuse-cancel", reason: "r", now },
	{ type: "record-payment", paymentId: "PAY_1", amount: 1_000, now },
	{ type: "confirm", payment: null, now },
	{ type: "confirm", payment: { paymentId: "PAY_1", amount: 1_000 }, now },
	{ type: "fail", reason: "r", now },
	{ type: "end", reason: "r", now },
);

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
	none: ["CREATED"],
	CREATED: ["PENDING"],
	PENDING: ["PAID", "FAILED", "CANCELLED"],
	PAID: ["CONFIRMED", "CANCELLED"],
	CONFIRMED: ["CANCELLED"],
	FAILED: [],
	CANCELLED: [],
};

function decide(state: Order, given: OrderCommand): readonly OrderEvent[] {
	try {
		return order.decide(state, given);
	} catch (error) {
		if (isDomainError(error)) return [];
		throw error;
	}
}

describe("any sequence of commands", () => {
	it("moves an order along its table only, and the same command again changes nothing", () => {
		fc.assert(
			fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
				let state: Order = order.initial;
				for (const given of commands) {
					for (const event of decide(state, given)) {
						const next = order.evolve(state, event);
						if (next.status !== state.status) expect(ALLOWED[state.status]).toContain(next.status);
						state = next;
					}
					expect(decide(state, given)).toEqual([]);
				}
			}),
			{ numRuns: 2_000 },
		);
	});
});
