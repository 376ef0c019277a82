const BPS = 10_000;

/** Points of a purchase: the share of the amount (won) in basis points, rounded down. 10,000 won at 100 → 100; 1,999 → 19; 99 → 0. */
export function pointsFor(amount: number, rateBps: number): number {
	return Number((BigInt(amount) * BigInt(rateBps)) / BigInt(BPS));
}

/**
 * What can happen to a purchase's points, each at most once: command ids of the account, unique for ever. Earned and
 * cancelled before it was earned are the two ways to take `earn`.
 */
export type Slot = "earn" | "revoke";

/** The command id that stands for a slot within an account. */
export function slotId(orderId: string, slot: Slot): string {
	return `${orderId}:${slot}`;
}
