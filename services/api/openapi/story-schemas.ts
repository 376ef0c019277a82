import { anything, count, flag, instant, listOf, nullable, object, oneOf, text, won } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

const points: JsonSchema = { type: "integer" };
const event = object({
	eventId: text,
	type: text,
	at: instant,
	correlationId: text,
	causationId: text,
	actor: text,
	data: anything,
});
const leg = object({ account: text, side: oneOf("debit", "credit"), amount: won });

/** Answers about an order's story. */
export const storySchemas = {
	Story: object({
		orderId: text,
		orderName: text,
		amount: won,
		currency: oneOf("KRW"),
		view: oneOf("plain", "full"),
		hasEnded: flag,
		isComplete: flag,
		milestones: listOf(
			object({
				name: oneOf("RECEIVED", "PAID", "STOCK", "POINTS", "CONFIRMED", "REFUNDED", "CANCELLED", "FAILED"),
				state: oneOf("done", "running", "waiting", "failed", "undone", "skipped"),
				at: nullable(instant),
				undoneAt: nullable(instant),
				amount: nullable(won),
				points: nullable(points),
				reason: nullable(text),
			}),
		),
		entries: listOf(
			object({
				at: instant,
				lane: oneOf("order", "payment", "provider", "webhook", "stock", "points", "ledger", "saga", "other"),
				what: text,
				tone: oneOf("good", "bad", "wait", "undone", "plain"),
				amount: nullable(won),
				flow: nullable(oneOf("in", "out")),
				points: nullable(points),
				durationMs: nullable(count),
				internals: nullable(object({ events: listOf(event), facts: anything, legs: nullable(listOf(leg)) })),
			}),
		),
		totals: object({ charged: won, refunded: won, pointsEarned: count, pointsTaken: count }),
		sagaIds: listOf(text),
	}),
} satisfies Record<string, JsonSchema>;
