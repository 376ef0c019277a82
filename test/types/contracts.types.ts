// Nothing here runs: it has to compile, and each expected error has to be one.
import { ServiceBroker } from "moleculer";
import * as rules from "../../mixins/rules.ts";
import type { RulesFor } from "../../mixins/rules.ts";
import type { Broker, Ctx, TypedService } from "../../mixins/typed.ts";
import type { ActionName, Call, EventMessage } from "../../services/contracts.ts";
import logging from "../../services/logging/logging.service.ts";
import type { PaymentEvents, PaymentStatus } from "../../services/payment/contract.ts";
import type { EventsFrom } from "../../services/shared/events.ts";
import { won, type Money } from "../../services/shared/money.ts";

declare function use(...values: unknown[]): void;
declare const ctx: Ctx<{ orderId: string }>;

/** Calls know every action, its params and its result. */
export async function calls(): Promise<void> {
	const real = new ServiceBroker();
	real.createService(logging);
	const broker: Broker = real;

	const payment = await ctx.call("payment.get", { orderId: ctx.params.orderId });
	const status: PaymentStatus = payment.status;
	await ctx.call("payment.reconcile");
	await broker.call("order.get", { orderId: status }, { timeout: 100 });

	// @ts-expect-error unknown action
	await ctx.call("payment.confrim", { paymentKey: "k", orderId: "o", amount: 1 });
	// @ts-expect-error missing param
	await ctx.call("payment.confirm", { paymentKey: "k", orderId: "o" });
	// @ts-expect-error params are required
	await ctx.call("payment.confirm");
	// @ts-expect-error extra param
	await ctx.call("payment.get", { orderId: "o", extra: 1 });
	// @ts-expect-error an amount is a number
	await ctx.call("payment.confirm", { paymentKey: "k", orderId: "o", amount: "1000" });
	// @ts-expect-error wrong result
	const wrong: number = payment.orderId;
	// @ts-expect-error no params here
	await ctx.call("payment.reconcile", { all: true });
	// @ts-expect-error not a param of this call
	const nothing: unknown = ctx.params.nothing;
	// @ts-expect-error facts are committed, not emitted
	use(ctx.emit);
	// @ts-expect-error nor by the broker
	use(broker.broadcast);
	use(wrong, nothing);
}

/** Money is made, never written down. */
export const price: Money = won(1_000);
// @ts-expect-error a bare number is not money
export const bare: Money = { amount: 1_000, currency: "KRW" };
// @ts-expect-error PayFlow takes won only
export const dollars: Money = { ...won(1), currency: "USD" };

/** Events carry the payload of their own name. */
export const expired: EventsFrom<PaymentEvents> = {
	type: "payment.expired",
	data: { paymentId: "p", orderId: "o", userId: "u" },
};
export const confused: EventsFrom<PaymentEvents> = {
	type: "payment.expired",
	// @ts-expect-error payload of another event
	data: { paymentId: "p", orderId: "o", paymentKey: "k" },
};

/** `type` narrows `data`. */
export function narrowed(event: EventMessage<"order.created" | "order.failed">): string {
	if (event.type === "order.failed") return event.data.reason;
	// @ts-expect-error belongs to the other event
	const reason: unknown = event.data.reason;
	return event.data.orderName + String(reason);
}

const list = { params: { $$strict: "remove" }, handler: async () => ({ items: [] }) } as const;

// @ts-expect-error every action of the contract must be there
export const incomplete: TypedService<"catalog"> = { name: "catalog", actions: {} };

export const careless: TypedService<"logging"> = {
	name: "logging",
	actions: {
		...logging.actions,
		trace: {
			// @ts-expect-error a param without a validator
			params: { $$strict: "remove" },
			async handler(c) {
				// @ts-expect-error not a param of this action
				use(c.params.nothing);
				return [];
			},
		},
		paymentState: {
			params: {
				$$strict: "remove",
				paymentId: rules.id,
				// @ts-expect-error an optional param whose rule is not optional
				sequence: { type: "number", integer: true, min: 1, max: 9 },
				at: { type: "string", optional: true },
			},
			// @ts-expect-error wrong result type
			async handler() {
				return { paymentId: 1 };
			},
		},
	},
	events: {
		"payment.approved": {
			group: "logging",
			from: "beginning",
			async handler(c) {
				const at: string = c.params.data.approvedAt;
				// @ts-expect-error belongs to another event
				use(c.params.data.requestedAt, at);
			},
		},
	},
};

export const generous: TypedService<"logging"> = {
	...logging,
	actions: {
		...logging.actions,
		// @ts-expect-error not in the contract
		extra: list,
	},
};

export const misheard: TypedService<"logging"> = {
	...logging,
	events: {
		// @ts-expect-error unknown event
		"payment.confrimed": { group: "logging", from: "now", async handler() {} },
	},
};

export const placeless: TypedService<"logging"> = {
	...logging,
	events: {
		// @ts-expect-error a group says where it starts
		"payment.failed": { group: "logging", async handler() {} },
	},
};

/** A table of doors names actions that exist. */
export const doors = { "GET /orders/:orderId": "order.get" } as const satisfies Record<string, ActionName>;
// @ts-expect-error no such action behind this door
export const wall = { "POST /x": "payment.nope" } as const satisfies Record<string, ActionName>;

/** A call written down as data. */
export const call: Call = { action: "payment.get", params: { orderId: "o" } };
// @ts-expect-error params of another action
export const mixedUp: Call = { action: "payment.get", params: { paymentId: "p" } };

interface Params {
	text: string;
	count: number;
	size: "S" | "L";
	isGift: boolean;
	lines: { quantity: number }[];
	note?: string;
}
/** A validator cannot drift from its type. */
export const validator: RulesFor<Params> = {
	text: { type: "string", min: 1 },
	count: { type: "number", integer: true, max: 9 },
	size: { type: "enum", values: ["S", "L"] },
	isGift: { type: "boolean" },
	lines: {
		type: "array",
		max: 10,
		items: { type: "object", strict: "remove", props: { quantity: rules.wonBetween(1, 9) } },
	},
	note: { type: "string", optional: true },
};
// @ts-expect-error a number rule for a text
export const wrongType: RulesFor<Pick<Params, "text">> = { text: { type: "number", max: 1 } };
// @ts-expect-error a number without an upper bound
export const unbounded: RulesFor<Pick<Params, "count">> = { count: { type: "number", integer: true } };
// @ts-expect-error a list without an upper bound
export const endless: RulesFor<Pick<Params, "lines">> = { lines: { ...validator.lines, max: undefined } };
// @ts-expect-error an optional param whose rule is not optional
export const notOptional: RulesFor<Pick<Params, "note">> = { note: { type: "string" } };
// @ts-expect-error a value outside the union
export const otherSize: RulesFor<Pick<Params, "size">> = { size: { type: "enum", values: ["S", "M"] } };
