import type { OrderItem, OrderStatus } from "../../order/contract.ts";

/** A product and how many pieces of it. */
export interface CheckoutLine {
	readonly productId: string;
	readonly quantity: number;
}

/** What a checkout is about; amount in won. Items outside the catalogue have no stock and are left out. */
export interface Checkout {
	readonly sagaId: string;
	readonly orderId: string;
	readonly userId: string;
	readonly paymentId: string;
	readonly paymentKey: string;
	readonly amount: number;
	readonly items: readonly CheckoutLine[];
	/** The order had ended before the money came: nothing is taken for it, everything goes back. */
	readonly isLate?: boolean;
}

/** Whether there is anything to take from the stock. */
export function hasGoods({ items, isLate = false }: Checkout): boolean {
	return items.length > 0 && !isLate;
}

/** Whether an order in this state can no longer become a purchase. */
export function hasEnded(status: OrderStatus): boolean {
	return status === "CANCELLED" || status === "FAILED";
}

const NO_GOODS: readonly string[] = ["INSUFFICIENT_STOCK", "PRODUCT_NOT_FOUND"];

/** What the customer and the provider are told as the reason of the refund. */
export function reasonOf(errorCode: string): "OUT_OF_STOCK" | "SAGA_COMPENSATION" {
	return NO_GOODS.includes(errorCode) ? "OUT_OF_STOCK" : "SAGA_COMPENSATION";
}

/** What an order takes from the stock. */
export function takenFrom(items: readonly OrderItem[]): readonly CheckoutLine[] {
	return items.flatMap(({ productId, quantity }) => (productId === null ? [] : [{ productId, quantity }]));
}

/** One line per product: an order has at most one reservation of each. */
export function linesOf(items: readonly CheckoutLine[]): CheckoutLine[] {
	const pieces = new Map<string, number>();
	for (const { productId, quantity } of items) pieces.set(productId, quantity + (pieces.get(productId) ?? 0));
	return [...pieces].map(([productId, quantity]) => ({ productId, quantity }));
}

/** Each product once. */
export function productsOf(items: readonly CheckoutLine[]): string[] {
	return linesOf(items).map(({ productId }) => productId);
}
