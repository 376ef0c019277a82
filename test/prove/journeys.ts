import { seededRandom, type SeededRandom } from "../support/hostile/random.ts";
import type { Journey, Purchase } from "./purchase.ts";
import type { Shopper } from "./shopper.ts";

type Run = (shopper: Shopper, purchase: Purchase, random: SeededRandom) => Promise<void>;

const STORM = 50;
const REPEATS = 4;
const SMALL = 100;

/**
 * What buyers do. A journey that got no answer is run again from its start, with the same keys: what was answered is
 * not asked again.
 */
export const journeys = {
	/** Buys and keeps it. */
	pay: async (shopper, purchase) => {
		await paid(shopper, purchase);
	},
	/** The card is refused in the window; the order is given up. */
	declined: async (shopper, purchase) => {
		if ((await shopper.order(purchase)) === null) return;
		await shopper.decline(purchase);
		await shopper.cancel(purchase);
	},
	/** The card is refused when the money is asked for. */
	refused: async (shopper, purchase) => {
		const orderId = await shopper.order(purchase);
		if (orderId === null) return;
		await shopper.approve(purchase);
		await shopper.fault({ match: { operation: "confirm", orderId }, fault: "decline", times: 1 });
		await shopper.confirm(purchase);
	},
	/** Cancels before paying. */
	cancelled: async (shopper, purchase) => {
		if ((await shopper.order(purchase)) !== null) await shopper.cancel(purchase);
	},
	/** Pays and cancels in the same moment. */
	torn: async (shopper, purchase) => {
		if ((await shopper.order(purchase)) === null) return;
		await shopper.approve(purchase);
		await all([shopper.confirm(purchase), shopper.cancel(purchase)]);
	},
	/** Pays, and wants everything back. */
	returned: async (shopper, purchase, random) => {
		if (!(await paid(shopper, purchase))) return;
		await (random.chance(0.5) ? shopper.cancel(purchase) : shopper.refund(purchase));
	},
	/** Pays, and wants everything back twice at once, by two doors. */
	returnedTwice: async (shopper, purchase) => {
		if (!(await paid(shopper, purchase))) return;
		await all([shopper.cancel(purchase), shopper.refund(purchase)]);
	},
	/** Pays, and wants a part back, and then a part that is too much. */
	partly: async (shopper, purchase, random) => {
		if (!(await paid(shopper, purchase))) return;
		const part = SMALL * (1 + random.below(Math.max(1, Math.floor(purchase.amount / SMALL) - 1)));
		await shopper.refund(purchase, "refund-part", part);
		if (random.chance(0.5)) await shopper.refund(purchase, "refund-more", purchase.amount);
	},
	/** Sends everything several times with the same keys, at once and later. */
	repeated: async (shopper, purchase) => {
		if (!(await paid(shopper, purchase))) return;
		await all(Array.from({ length: REPEATS }, () => shopper.repeat(purchase, "order")));
		await all(Array.from({ length: REPEATS }, () => shopper.repeat(purchase, "confirm")));
	},
	/** Fifty confirms at once, each under a key of its own. */
	stormed: async (shopper, purchase) => {
		if ((await shopper.order(purchase)) === null) return;
		await shopper.approve(purchase);
		await all(Array.from({ length: STORM }, (_, index) => shopper.confirm(purchase, `confirm-${index}`)));
	},
	/** Pays another amount first, and then the right one. */
	tampered: async (shopper, purchase) => {
		if ((await shopper.order(purchase)) === null) return;
		await shopper.approve(purchase);
		await shopper.confirm(purchase, "confirm-less", purchase.amount - 1);
		await shopper.confirm(purchase);
	},
	/** Pays nothing and sends forged notices that say otherwise. */
	forged: async (shopper, purchase) => {
		if ((await shopper.order(purchase)) === null) return;
		await all(
			["DONE", "CANCELED", "DONE"].map((status, index) => shopper.forgeNotice(purchase, `notice-${index}`, status)),
		);
		await shopper.cancel(purchase);
	},
	/** Opens the window and never comes back. */
	left: async (shopper, purchase) => {
		if ((await shopper.order(purchase)) !== null) await shopper.approve(purchase);
	},
} as const satisfies Readonly<Record<Journey, Run>>;

/** How often each comes, in a thousand; the rest pays and keeps it. */
export const SHARES: readonly (readonly [Journey, number])[] = [
	["declined", 30],
	["refused", 40],
	["cancelled", 40],
	["torn", 50],
	["returned", 80],
	["returnedTwice", 30],
	["partly", 50],
	["repeated", 50],
	["stormed", 8],
	["tampered", 20],
	["forged", 20],
	["left", 20],
];

/** Runs the purchase's journey, or what is left of it. */
export function travel(shopper: Shopper, purchase: Purchase): Promise<void> {
	const run: Run = journeys[purchase.journey];
	return run(shopper, purchase, seededRandom(purchase.seed));
}

async function paid(shopper: Shopper, purchase: Purchase): Promise<boolean> {
	if ((await shopper.order(purchase)) === null) return false;
	await shopper.approve(purchase);
	const answer = await shopper.confirm(purchase);
	return answer !== null && answer.status < 300;
}

/** Waits for all of them, also when one has failed. */
async function all(work: readonly Promise<unknown>[]): Promise<void> {
	const ends = await Promise.allSettled(work);
	for (const end of ends) if (end.status === "rejected") throw end.reason;
}
