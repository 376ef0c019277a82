import { seededRandom, type SeededRandom } from "../support/hostile/random.ts";
import { SHARES } from "./journeys.ts";
import type { Buyer, Journey, Line, Purchase } from "./purchase.ts";

const ORDERS_PER_BUYER = 60;
const BUYERS_MIN = 4;
const BUYERS_MAX = 60;
const SEED_SPREAD = 2_654_435_761;
const FORGETFUL = 0.2;
const AMOUNT_STEP = 100;
const AMOUNTS = 400;
const QUANTITY_MAX = 3;
/** Products whose stock no run can buy up. */
const PLENTY = ["premium-dev-tools", "code-review", "cloud-hosting", "api-monitoring", "database-tuning"];
/** What is bought, in a thousand; the rest is something outside the catalogue. */
const SHELF = { plenty: 500, scarce: 60, soldOut: 20, failing: 20 } as const;
/** Fifty of it are there: whoever comes too late gets the money back. */
const SCARCE = "PROD-TEST-002";
const SOLD_OUT = "PROD-TEST-003";
/** Its points fail in this run: every purchase of it is undone. */
const FAILING = "xiaomi-pro";

/** The people of a run and what each of them wants, from the seed alone. */
export function marketOf(orders: number, seed: number): { buyers: Buyer[]; purchases: Purchase[] } {
	const random = seededRandom(seed);
	const count = Math.min(BUYERS_MAX, Math.max(BUYERS_MIN, Math.ceil(orders / ORDERS_PER_BUYER)));
	const buyers = Array.from({ length: count }, (_, number) => ({
		number,
		username: `buyer-${seed}-${number}`,
		password: `correct horse ${seed} ${number}`,
		userId: null,
		token: null,
	}));
	const purchases = Array.from({ length: orders }, (_, number) => purchaseOf(number, buyers, random, seed));
	return { buyers, purchases };
}

function purchaseOf(number: number, buyers: readonly Buyer[], random: SeededRandom, seed: number): Purchase {
	const buyer = buyers[random.below(buyers.length)];
	if (buyer === undefined) throw new Error("nobody buys");
	const journey = journeyOf(random.below(1_000));
	const line = lineOf(random);
	const amount = AMOUNT_STEP * (2 + random.below(AMOUNTS));
	return {
		number,
		buyer,
		journey,
		lines: line === null ? [] : [line],
		wish: line === null ? { productName: `proof ${seed} ${number}`, amount } : { items: [line] },
		seed: (seed + number * SEED_SPREAD) % 2 ** 32,
		isForgetful: random.chance(FORGETFUL),
		orderId: null,
		amount: 0,
		paymentKey: null,
	};
}

function journeyOf(dice: number): Journey {
	let sum = 0;
	for (const [journey, share] of SHARES) {
		sum += share;
		if (dice < sum) return journey;
	}
	return "pay";
}

function lineOf(random: SeededRandom): Line | null {
	const dice = random.below(1_000);
	const quantity = 1 + random.below(QUANTITY_MAX);
	const { plenty, scarce, soldOut, failing } = SHELF;
	if (dice < plenty) return { productId: PLENTY[random.below(PLENTY.length)] ?? SCARCE, quantity };
	if (dice < plenty + scarce) return { productId: SCARCE, quantity };
	if (dice < plenty + scarce + soldOut) return { productId: SOLD_OUT, quantity };
	return dice < plenty + scarce + soldOut + failing ? { productId: FAILING, quantity: 1 } : null;
}
