import { OrderRejected } from "../domain/model.ts";

const CURSOR = /^ORD_[A-Za-z0-9_-]{10,58}$/;

/** The place after an order in a list; opaque to clients. */
export function cursorAfter(orderId: string): string {
	return Buffer.from(orderId).toString("base64url");
}

/** The order a cursor stands for; refuses what no list has handed out. */
export function orderIdOf(cursor: string): string {
	const orderId = Buffer.from(cursor, "base64url").toString();
	if (!CURSOR.test(orderId))
		throw new OrderRejected("VALIDATION_ERROR", { errors: [{ field: "cursor", code: "cursor" }] });
	return orderId;
}
