import type { Aggregate } from "../../../mixins/actor/port.ts";
import type { Order, OrderCommand, OrderEvent } from "../domain/model.ts";
import { order } from "../domain/order.ts";

/** Orders as they are stored: own orders newest first, with and without a status, and what is due. */
export const orderAggregate: Aggregate<Order, OrderCommand, OrderEvent> = {
	kind: "order",
	decider: order,
	schemaVersion: 1,
	indexes: [
		{ fields: ["userId"] },
		{ fields: ["userId", "status"] },
		{ fields: ["settledStatus"], sparse: true },
		{ fields: ["dueAt"], sparse: true },
	],
};
