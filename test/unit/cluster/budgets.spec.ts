import type { RedisLink } from "../../../mixins/cluster/redis.ts";
import { BudgetsAway, each, rested, tenths, type Budgets, type Wish } from "../../../services/api/access/budgets.ts";
import { createRedisBudgets } from "../../../services/api/access/redis-budgets.ts";
import { createSharedLimiter } from "../../../services/api/access/shared-limiter.ts";

const WINDOW_MS = 10_000;
const WISH: Wish = { id: "w", count: 10, unaccounted: 0, wanted: 1, leftMs: WINDOW_MS };
let now = 0;
let isAway = false;
let wishes: Wish[] = [];
let taken = new Map<string, number>();
const clock = { now: () => now };

beforeEach(() => {
	now = 1_000_000 * WINDOW_MS;
	isAway = false;
	wishes = [];
	taken = new Map();
});

/** Exact budgets in memory that answer a turn later. */
const source: Budgets = {
	sharesOf: each,
	async take(wish) {
		wishes.push(wish);
		await Promise.resolve();
		if (isAway) throw new Error("away");
		const before = (taken.get(wish.id) ?? 0) + wish.unaccounted;
		const given = Math.max(0, Math.min(wish.wanted, wish.count - before));
		taken.set(wish.id, before + given);
		return given;
	},
	release: () => undefined,
};

function limiterOf(count: number, budgets: Budgets = source) {
	const limit = createSharedLimiter({
		name: "api",
		limit: { count, windowMs: WINDOW_MS },
		budgets,
		clock,
		refused: { value: 0 },
	});
	return async (tries: number): Promise<number> => {
		const answers = await Promise.allSettled(Array.from({ length: tries }, () => Promise.resolve(limit("USR_1"))));
		const refusals = answers.filter((answer) => answer.status === "rejected");
		for (const { reason } of refusals) expect(reason).toMatchObject({ code: "RATE_LIMITED" });
		return tries - refusals.length;
	};
}

describe("a limit whose every request is asked for", () => {
	it("is exact over all gateways", async () => {
		const [one, two] = [limiterOf(100), limiterOf(100)];
		expect((await Promise.all([one(60), two(60)])).reduce((sum, passed) => sum + passed)).toBe(100);
		expect((await one(10)) + (await two(10))).toBe(0);
	});

	it("leaves to one gateway what the other does not use", async () => {
		const [one, two] = [limiterOf(100), limiterOf(100)];
		expect(await two(1)).toBe(1);
		expect(await one(200)).toBe(99);
	});

	it("asks once for requests that wait together, and no more once the budget is used up", async () => {
		const one = limiterOf(100);
		expect(await one(50)).toBe(50);
		expect(wishes.map(({ wanted }) => wanted)).toEqual([1, 49]);
		expect(await one(60)).toBe(50);
		const asked = wishes.length;
		expect(await one(1_000)).toBe(0);
		expect(wishes).toHaveLength(asked);
	});

	it("is counted alone while the budgets are away, up to the whole budget, and told afterwards", async () => {
		const [one, two] = [limiterOf(10), limiterOf(10)];
		isAway = true;
		expect(await one(6)).toBe(6);
		isAway = false;
		expect(await one(1)).toBe(1);
		expect(wishes.at(-1)).toMatchObject({ unaccounted: 6, wanted: 1 });
		expect(await two(10)).toBe(3);
		isAway = true;
		expect(await limiterOf(10)(30)).toBe(10);
	});

	it("lets no gateway pass more than the budget by itself when the count was lost", async () => {
		const one = limiterOf(10);
		expect(await one(8)).toBe(8);
		taken.clear();
		expect(await one(20)).toBe(2);
	});

	it("gives up a window's budget with the window", async () => {
		const one = limiterOf(3);
		expect(await one(5)).toBe(3);
		now += WINDOW_MS;
		expect(await one(5)).toBe(3);
		expect(new Set(wishes.map(({ id }) => id)).size).toBe(2);
	});
});

describe("budgets that failed", () => {
	const told: boolean[] = [];
	const resting = () => rested(source, clock, (away) => told.push(away));
	beforeEach(() => (told.length = 0));

	it("are left alone for a second, then asked once, and asked by all when they answer", async () => {
		const budgets = resting();
		isAway = true;
		await expect(budgets.take(WISH)).rejects.toThrow("away");
		for (let tries = 0; tries < 3; tries++) await expect(budgets.take(WISH)).rejects.toThrow(BudgetsAway);
		expect(wishes).toHaveLength(1);
		now += 1_000;
		isAway = false;
		const [probe, other] = await Promise.allSettled([budgets.take(WISH), budgets.take(WISH)]);
		expect([probe.status, other.status]).toEqual(["fulfilled", "rejected"]);
		expect(await budgets.take(WISH)).toBe(1);
		expect(told).toEqual([true, false]);
	});

	it("stay left alone when they fail again, which is told once", async () => {
		const budgets = resting();
		isAway = true;
		for (let tries = 0; tries < 4; tries++) {
			await expect(budgets.take(WISH)).rejects.toThrow("away");
			now += 1_000;
		}
		expect(told).toEqual([true]);
	});

	it("pass on what they are made of", () => {
		const released: string[] = [];
		const budgets = rested(
			{ ...source, sharesOf: tenths, release: (ids) => released.push(...ids) },
			clock,
			() => undefined,
		);
		budgets.release(["w"]);
		expect([budgets.sharesOf(100), budgets.sharesOf(5), released]).toEqual([
			{ free: 10, share: 10 },
			{ free: 0, share: 1 },
			["w"],
		]);
	});
});

describe("budgets in Redis", () => {
	const runs: unknown[] = [];
	const answering = (answer: unknown): RedisLink => ({
		run: (_script, key, args) => {
			runs.push([key, args]);
			return Promise.resolve(answer);
		},
		close: () => Promise.resolve(),
	});
	beforeEach(() => (runs.length = 0));

	it("are one key for a window, which outlives it a little", async () => {
		const budgets = createRedisBudgets(answering(3));
		expect(await budgets.take({ id: "w", count: 10, unaccounted: 2, wanted: 4, leftMs: 1_500.5 })).toBe(3);
		budgets.release(["w"]);
		expect(runs).toEqual([["payflow:rate:w", [2, 4, 10, 6_501]]]);
	});

	it("do not believe an answer of another kind", async () => {
		await expect(createRedisBudgets(answering("OK")).take(WISH)).rejects.toThrow(/number/);
	});
});
