import { count, instant, listOf, nullable, object, oneOf, ref, text } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

const points: JsonSchema = { type: "integer" };

/** Answers about stock and points. */
export const goodsSchemas = {
	Stock: object({ productId: text, productName: text, quantity: count, reservedQuantity: count, available: count }),
	StockList: object({ items: listOf(ref("Stock")), nextCursor: nullable(text) }),
	MyPoints: object({
		userId: text,
		username: nullable(text),
		balance: points,
		history: listOf(
			object({
				orderId: text,
				type: oneOf("EARN", "REVOKE"),
				points: count,
				balanceAfter: points,
				createdAt: instant,
			}),
		),
	}),
} satisfies Record<string, JsonSchema>;
