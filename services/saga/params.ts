import * as rules from "../../mixins/rules.ts";

const PRODUCT_ID_MAX = 50;
const NAME_MAX = 100;
const QUANTITY_MAX = 99;
const AMOUNT_MAX = 100_000_000;
const EMAIL_MAX = 254;
const HOURS_MAX = 720;

const name = { type: "string", min: 1, max: NAME_MAX, trim: true, optional: true } as const;

/** A purchase as a scenario makes it. */
export const scenario = {
	$$strict: "remove",
	productId: { type: "string", min: 1, max: PRODUCT_ID_MAX, pattern: /^[A-Za-z0-9_-]+$/ },
	productName: name,
	amount: { ...rules.wonBetween(1, AMOUNT_MAX), optional: true },
	quantity: { ...rules.wonBetween(1, QUANTITY_MAX), optional: true },
	customerEmail: { type: "email", max: EMAIL_MAX, normalize: true, optional: true },
	customerName: name,
} as const;

/** One saga. */
export const bySaga = { $$strict: "remove", sagaId: rules.id } as const;

/** The saga of an order. */
export const byOrder = { $$strict: "remove", orderId: rules.id } as const;

/** A page of sagas. */
export const list = {
	$$strict: "remove",
	status: { type: "enum", values: ["STARTED", "COMPENSATING", "COMPENSATED", "COMPLETED"], optional: true },
	limit: rules.limit,
	cursor: rules.cursor,
} as const;

/** How far back figures go, at most a month. */
export const metrics = {
	$$strict: "remove",
	hours: { type: "number", integer: true, min: 1, max: HOURS_MAX, optional: true },
} as const;
