import type { SagaFacts } from "../contract.ts";
import type { CheckoutLine } from "./checkout.ts";

/** What a refund is about; amounts in won. */
export interface Refund {
	readonly sagaId: string;
	readonly orderId: string;
	readonly userId: string;
	readonly paymentKey: string;
	/** Null: all that is left of the charge. */
	readonly cancelAmount: number | null;
	readonly cancelReason: string;
	/** What the order took from the stock. */
	readonly items: readonly CheckoutLine[];
	/** Id of the `payment.cancelled` that it follows; null where it asks for the money itself. */
	readonly cancelledBy: string | null;
}

/** Whether goods come back: only when nothing of the charge is left, and only what a confirmed order has taken. */
export function hasGoodsToReturn({ items }: Refund, { isFull, wasConfirmed }: SagaFacts): boolean {
	return items.length > 0 && isFull === true && wasConfirmed === true;
}

/** How much of the charge has gone back by now, this refund included; won. */
export function shareOf({ cancelledAmount, amount }: SagaFacts): { cancelledAmount: number; amount: number } {
	return { cancelledAmount: wonIn(cancelledAmount), amount: wonIn(amount) };
}

function wonIn(fact: SagaFacts[string] | undefined): number {
	if (typeof fact !== "number") throw new Error("the refund has no amounts yet");
	return fact;
}
