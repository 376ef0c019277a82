import { anything, count, flag, instant, listOf, nullable, object, oneOf, ref, text, won } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";
import { doctorSchemas } from "./doctor-schemas.ts";
import { goodsSchemas } from "./goods-schemas.ts";
import { logSchemas, PAYMENT_STATUSES } from "./log-schemas.ts";
import { opsSchemas } from "./ops-schemas.ts";
import { sagaSchemas } from "./saga-schemas.ts";
import { storySchemas } from "./story-schemas.ts";

const orderStatus = oneOf("CREATED", "PENDING", "PAID", "CONFIRMED", "COMPLETED", "FAILED", "CANCELLED");
const paymentStatus = oneOf(...PAYMENT_STATUSES);
const localised = object({ ko: text, en: text });
const krw = oneOf("KRW");

const account = {
	Account: object({ id: text, userId: text, username: text, email: text, roles: listOf(text), createdAt: instant }),
	Tokens: object({
		accessToken: text,
		refreshToken: text,
		tokenType: oneOf("Bearer"),
		expiresIn: count,
		refreshExpiresIn: count,
		userId: text,
		username: text,
		roles: listOf(text),
	}),
	Session: object({
		sessionId: text,
		createdAt: instant,
		lastUsedAt: instant,
		userAgent: nullable(text),
		isCurrent: flag,
	}),
	SessionList: object({ items: listOf(ref("Session")) }),
	KeySet: object({ keys: listOf(anything) }),
	Profile: object({
		userId: text,
		username: text,
		email: nullable(text),
		name: nullable(text),
		phoneNumber: nullable(text),
		roles: listOf(text),
		authorities: listOf(object({ authority: text })),
		createdAt: instant,
	}),
	UserRoles: object({ userId: text, roles: listOf(text) }),
} satisfies Record<string, JsonSchema>;

const shop = {
	Product: object(
		{
			productId: text,
			name: localised,
			description: localised,
			emoji: text,
			category: oneOf("service", "device", "test"),
			price: won,
			currency: krw,
			options: listOf(object({ code: text, label: localised })),
			quantityMax: count,
		},
		["options"],
	),
	ProductList: object({ items: listOf(ref("Product")), nextCursor: nullable(text) }),
	OrderItem: object(
		{ productId: nullable(text), name: text, option: text, unitPrice: won, quantity: count, subtotal: won },
		["option"],
	),
	Order: object(
		{
			orderId: text,
			orderName: text,
			amount: won,
			currency: krw,
			status: orderStatus,
			items: listOf(ref("OrderItem")),
			userId: text,
			customerEmail: nullable(text),
			customerName: nullable(text),
			createdAt: instant,
			updatedAt: instant,
			expiresAt: instant,
			failureReason: text,
			confirmedAt: instant,
			cancelledAt: instant,
			isCancelRequested: flag,
		},
		["failureReason", "confirmedAt", "cancelledAt", "isCancelRequested"],
	),
	OrderList: object({ items: listOf(ref("Order")), nextCursor: nullable(text) }),
	OrderHistory: object({
		items: listOf(
			object({
				sequence: count,
				eventType: text,
				fromStatus: nullable(orderStatus),
				toStatus: orderStatus,
				reason: nullable(text),
				actor: text,
				at: instant,
			}),
		),
	}),
	PaymentConfig: object({ clientKey: text, mode: oneOf("test", "live", "mock"), sdkUrl: text }),
	Payment: object(
		{
			paymentId: text,
			orderId: text,
			orderName: text,
			amount: won,
			currency: krw,
			status: paymentStatus,
			paymentKey: nullable(text),
			method: nullable(text),
			approvedAt: nullable(instant),
			cancelledAmount: won,
			createdAt: instant,
			failureCode: text,
			failureMessage: text,
			cancelReason: text,
			cancelledAt: instant,
		},
		["failureCode", "failureMessage", "cancelReason", "cancelledAt"],
	),
	WebhookReceipt: object({ received: { const: true } }),
} satisfies Record<string, JsonSchema>;

const signedWon = { type: "integer", description: "Won; negative when it stands on the other side." } as const;
const side = oneOf("debit", "credit");
const ledgerAccount = {
	account: text,
	name: text,
	type: oneOf("asset", "expense", "liability", "income"),
	normalSide: side,
	hasOwners: flag,
	debits: won,
	credits: won,
	balance: signedWon,
	currency: krw,
};

const ledger = {
	LedgerAccountList: object({ items: listOf(object(ledgerAccount)), nextCursor: nullable(text) }),
	LedgerBalance: object({ ...ledgerAccount, at: instant, sequence: count }),
	LedgerEntryList: object({
		items: listOf(
			object({
				entryId: text,
				cause: text,
				kind: text,
				occurredAt: instant,
				orderId: nullable(text),
				paymentId: nullable(text),
				legs: listOf(object({ account: text, side, amount: won })),
				sequence: count,
				postedAt: instant,
				currency: krw,
			}),
		),
		nextCursor: nullable(text),
	}),
	LedgerVerification: object({
		book: text,
		isIntact: flag,
		batches: count,
		entries: count,
		head: nullable(object({ sequence: count, hash: text })),
		trialBalance: object({ debits: won, credits: won, difference: signedWon }),
		firstBreak: nullable(object({ sequence: count, reason: text, detail: text })),
		verifiedAt: instant,
		durationMs: count,
	}),
} satisfies Record<string, JsonSchema>;

const operations = {
	Dashboard: object({
		message: text,
		access: oneOf("ADMIN_ONLY"),
		users: nullable(count),
		orders: nullable({ type: "object", additionalProperties: count }),
		payments: nullable(object({ approvedCount: count, approvedAmount: won, cancelledAmount: won })),
		generatedAt: instant,
	}),
	GroupList: object({
		items: listOf(object({ group: text, position: count, lag: count, parked: count, dead: count })),
	}),
	ParkedList: object({
		items: listOf(
			object({
				id: text,
				group: text,
				subject: text,
				eventId: text,
				eventType: text,
				time: instant,
				position: count,
				attempts: count,
				error: nullable(text),
				nextAttemptAt: nullable(instant),
				isDead: flag,
			}),
		),
	}),
	Replayed: object({ replayed: { const: true } }),
	Skipped: object({ skipped: { const: true } }),
	ClockTime: object({ now: instant }),
	Problem: {
		...object({
			type: text,
			title: text,
			status: { type: "integer", minimum: 400, maximum: 599 },
			detail: text,
			instance: text,
			code: text,
			message: text,
			correlationId: text,
			timestamp: instant,
			errors: listOf(object({ field: text, code: text, message: text })),
		}),
		description: "RFC 9457 problem details.",
	},
} satisfies Record<string, JsonSchema>;

/** Every answer of the API by name. */
export const schemas = {
	...account,
	...shop,
	...logSchemas,
	...goodsSchemas,
	...ledger,
	...sagaSchemas,
	...storySchemas,
	...doctorSchemas,
	...opsSchemas,
	...operations,
} as const satisfies Record<string, JsonSchema>;

/** Names of `schemas`. */
export type SchemaName = keyof typeof schemas;
