import * as rules from "../../mixins/rules.ts";

const PRODUCT_ID_MAX = 50;
const NAME_MAX = 100;
const QUANTITY_MAX = 99;
const AMOUNT_MAX = 100_000_000;
const EMAIL_MAX = 254;
const HOURS_MAX = 720;
const PAYMENT_MAX = 10_000_000_000;
const PAYMENT_KEY_MAX = 200;
const COMMAND_ID_MAX = 400;

const definition = { type: "enum", values: ["checkout", "refund"], optional: true } as const;
const name = { type: "string", min: 1, max: NAME_MAX, trim: true, optional: true } as const;

/** A purchase as a scenario makes it. */
export const scenario = {
	$$strict: "remove",
	productId: { type: "string", min: 1, max: PRODUCT_ID_MAX, pattern: /^[A-Za-z0-9_-]+$/ },
	productName: name,
	amount: { ...rules.wonBetween(1, AMOUNT_MAX), optional: true },
	quantity: { ...rules.wonBetween(1, QUANTITY_MAX), optional: true },
	customerEmail: { type: "email", mode: "precise", max: EMAIL_MAX, normalize: true, optional: true },
	customerName: name,
} as const;

/** One saga. */
export const bySaga = { $$strict: "remove", sagaId: rules.id } as const;

/** The saga of an order. */
export const byOrder = { $$strict: "remove", orderId: rules.id } as const;

/** A page of sagas. */
export const list = {
	$$strict: "remove",
	name: definition,
	status: {
		type: "enum",
		values: ["STARTED", "COMPENSATING", "COMPENSATED", "COMPLETED", "NEEDS_ATTENTION"],
		optional: true,
	},
	limit: rules.limit,
	cursor: rules.cursor,
} as const;

/** How far back figures go, at most a month. */
export const metrics = {
	$$strict: "remove",
	name: definition,
	hours: { type: "number", integer: true, min: 1, max: HOURS_MAX, optional: true },
} as const;

/** Somebody's wish for their money. */
export const refund = {
	$$strict: "remove",
	orderId: rules.id,
	requestId: { type: "string", min: 1, max: COMMAND_ID_MAX },
	paymentKey: { type: "string", max: PAYMENT_KEY_MAX },
	cancelReason: rules.reason,
	cancelAmount: { ...rules.wonBetween(1, PAYMENT_MAX), optional: true },
	left: rules.wonBetween(0, PAYMENT_MAX),
} as const;
