import * as rules from "../../mixins/rules.ts";
import type { RulesFor } from "../../mixins/rules.ts";
import type { OrderActions, OrderWish } from "./contract.ts";

const LINES_MAX = 50;
const QUANTITY_MAX = 99;
const NAME_MAX = 100;
const CUSTOMER_NAME_MAX = 50;
const EMAIL_MAX = 254;
/** The limits of the settings are checked later; this only keeps numbers safe. */
const AMOUNT_MAX = 10_000_000_000;

const NO_CONTROL = /^[^\u0000-\u001f\u007f]*$/;

const name = { type: "string", min: 1, max: NAME_MAX, trim: true, pattern: NO_CONTROL, optional: true } as const;
const quantity = { type: "number", integer: true, min: 1, max: QUANTITY_MAX } as const;

/** What an order may be made from. */
export const create: { $$strict: "remove" } & RulesFor<OrderWish> = {
	$$strict: "remove",
	items: {
		type: "array",
		min: 1,
		max: LINES_MAX,
		items: {
			type: "object",
			strict: "remove",
			props: { productId: rules.id, quantity, option: { ...rules.id, optional: true } },
		},
		optional: true,
	},
	productName: name,
	orderName: name,
	amount: { ...rules.wonBetween(1, AMOUNT_MAX), optional: true },
	productId: { ...rules.id, optional: true },
	quantity: { ...quantity, optional: true },
	customerEmail: { type: "email", mode: "precise", max: EMAIL_MAX, normalize: true, optional: true },
	customerName: { type: "string", min: 1, max: CUSTOMER_NAME_MAX, trim: true, pattern: NO_CONTROL, optional: true },
};

/** What confirms an order. */
export const confirm: { $$strict: "remove" } & RulesFor<OrderActions["order.confirm"]["params"]> = {
	$$strict: "remove",
	orderId: rules.id,
	payment: {
		type: "object",
		strict: "remove",
		props: { paymentId: rules.id, amount: rules.wonBetween(1, AMOUNT_MAX) },
		optional: true,
	},
};

/** Which orders a list shows. */
export const list: { $$strict: "remove" } & RulesFor<OrderActions["order.list"]["params"]> = {
	$$strict: "remove",
	limit: rules.limit,
	cursor: rules.cursor,
	status: {
		type: "enum",
		values: ["CREATED", "PENDING", "PAID", "CONFIRMED", "COMPLETED", "FAILED", "CANCELLED"],
		optional: true,
	},
	userId: { ...rules.id, optional: true },
};
