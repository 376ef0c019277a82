import * as rules from "../../mixins/rules.ts";

const PAYMENT_KEY_MAX = 200;
const ORDER_NAME_MAX = 100;
const AMOUNT_MAX = 10_000_000_000;
const EVENT_ID_MAX = 200;
const TEXT_MAX = 40;
const EVENT_TYPE_MAX = 100;

const orderId = rules.id;
const paymentKey = { type: "string", min: 1, max: PAYMENT_KEY_MAX, pattern: /^[\x21-\x7e]+$/ } as const;
const won = rules.wonBetween(1, AMOUNT_MAX);
const part = { ...won, optional: true } as const;

/** The payment of an order. */
export const create = {
	$$strict: "remove",
	orderId,
	userId: rules.id,
	orderName: { type: "string", min: 1, max: ORDER_NAME_MAX },
	amount: won,
	expiresAt: { type: "string", max: TEXT_MAX },
} as const;

/** What the buyer brings back from the payment window. */
export const confirm = { $$strict: "remove", paymentKey, orderId, amount: won } as const;

/** Money back, all or a part. */
export const cancel = { $$strict: "remove", orderId, cancelReason: rules.reason, cancelAmount: part } as const;

/** The same in a saga's name. */
export const refund = {
	...cancel,
	refundId: rules.id,
	cancelledBy: { type: "string", min: 1, max: EVENT_ID_MAX, optional: true },
} as const;

/** A notice of the provider; anything may stand in it. */
export const webhook = {
	$$strict: "remove",
	eventType: { type: "string", max: EVENT_TYPE_MAX, optional: true },
	createdAt: { type: "string", max: TEXT_MAX, optional: true },
	data: {
		type: "object",
		strict: "remove",
		optional: true,
		props: {
			paymentKey: { ...paymentKey, optional: true },
			orderId: { ...orderId, optional: true },
			status: { type: "string", max: TEXT_MAX, optional: true },
		},
	},
} as const;

/** A payment as it was. */
export const stateAt = {
	$$strict: "remove",
	paymentId: rules.id,
	sequence: { type: "number", integer: true, min: 1, max: Number.MAX_SAFE_INTEGER, optional: true },
} as const;
