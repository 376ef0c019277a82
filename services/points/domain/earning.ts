const BPS = 10_000;

/** Points of a purchase: the share of the amount (won) in basis points, rounded down. 10,000 won at 100 → 100; 1,999 → 19; 99 → 0. */
export function pointsFor(amount: number, rateBps: number): number {
	return Number((BigInt(amount) * BigInt(rateBps)) / BigInt(BPS));
}

/** How much of a purchase's money has gone back by all its refunds; won. */
export interface Share {
	readonly cancelledAmount: number;
	readonly amount: number;
}

/** What a purchase has to have lost of its points by then: that share, rounded down; null is all of them. 50 of 100 won, 99 points → 49. */
export function lostOf(points: number, share: Share | null): number {
	if (share === null || share.cancelledAmount >= share.amount) return points;
	return Number((BigInt(points) * BigInt(share.cancelledAmount)) / BigInt(share.amount));
}

/**
 * What can happen to a purchase's points, each at most once: command ids of the account, unique for ever. Earned and
 * cancelled before it was earned are the two ways to take `earn`; after the first taking back there may be more, by number.
 */
export type Slot = "earn" | "revoke" | `revoke:${number}`;

/** The slot of the n-th taking back, from 1. */
export function revokeSlot(number: number): Slot {
	return number === 1 ? "revoke" : `revoke:${number}`;
}

/** The command id that stands for a slot within an account. */
export function slotId(orderId: string, slot: Slot): string {
	return `${orderId}:${slot}`;
}
