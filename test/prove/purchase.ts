import type { Facts } from "./wire.ts";

/** Ways a purchase may go. */
export type Journey =
	| "pay"
	| "declined"
	| "refused"
	| "cancelled"
	| "torn"
	| "returned"
	| "returnedTwice"
	| "partly"
	| "repeated"
	| "stormed"
	| "tampered"
	| "forged"
	| "left";

/** Somebody with an account. */
export interface Buyer {
	readonly number: number;
	readonly username: string;
	readonly password: string;
	userId: string | null;
	token: string | null;
}

/** A line of an order, priced by the buyer's own reckoning. */
export interface Line {
	readonly productId: string;
	readonly quantity: number;
}

/** One thing somebody wants to buy, and how it is to go. */
export interface Purchase {
	readonly number: number;
	readonly buyer: Buyer;
	readonly journey: Journey;
	/** What the order is made from. */
	readonly wish: Facts;
	readonly lines: readonly Line[];
	/** A seed of its own, so that a journey's choices never depend on how it went for others. */
	readonly seed: number;
	/** Never asks again for what got no answer. */
	readonly isForgetful: boolean;
	orderId: string | null;
	amount: number;
	paymentKey: string | null;
}

/** Name of the journey's operations under idempotency keys. */
export function keyOf({ number }: Purchase, step: string): string {
	return `prove-${number}-${step}`;
}
