import type { StockView } from "../contract.ts";
import { InventoryRejected, type Stock, type StockedProduct } from "../domain/model.ts";

/** The product, or the refusal for one without stock. */
export function stocked(state: Stock, productId: string): StockedProduct {
	if (state.status === "none") throw new InventoryRejected("PRODUCT_NOT_FOUND", { productId });
	return state;
}

/** Stock as it is shown. */
export function viewOf({ productId, productName, quantity, reservedQuantity }: StockedProduct): StockView {
	return { productId, productName, quantity, reservedQuantity, available: quantity - reservedQuantity };
}

/** The place after a product in a list; opaque to clients. */
export function cursorAfter(productId: string): string {
	return Buffer.from(productId).toString("base64url");
}

/** The product a cursor stands for; refuses what no list has handed out. */
export function productIdOf(cursor: string): string {
	const productId = Buffer.from(cursor, "base64url").toString();
	if (!/^[A-Za-z0-9_-]{1,50}$/.test(productId))
		throw new InventoryRejected("VALIDATION_ERROR", { errors: [{ field: "cursor", code: "cursor" }] });
	return productId;
}
