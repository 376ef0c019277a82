import { systemClock } from "../../../mixins/clock/system.ts";
import { openSqliteStore } from "../../../mixins/store/sqlite/index.ts";
import type { Store } from "../../../mixins/store/port.ts";
import { createSharedLimiter } from "../../../services/api/access/shared-limiter.ts";
import { createStoreBudgets, RATE_KIND } from "../../../services/api/access/store-budgets.ts";

const WINDOW_MS = 10_000;
let store: Store;
let commits = 0;
let isAway = false;
let now = 1_000_000 * WINDOW_MS;

beforeEach(async () => {
	const real = await openSqliteStore({ file: ":memory:", clock: systemClock() });
	commits = 0;
	isAway = false;
	store = Object.assign(Object.create(real) as Store, {
		define: real.define.bind(real),
		load: (kind: string, id: string) => (isAway ? Promise.reject(new Error("away")) : real.load(kind, id)),
		commit: (items: Parameters<Store["commit"]>[0]) => {
			commits += 1;
			return real.commit(items);
		},
		remove: real.remove.bind(real),
		count: real.count.bind(real),
		close: real.close.bind(real),
	});
});
afterEach(() => store.close());

const gateway = (count: number, name = "api") =>
	createSharedLimiter({
		name,
		limit: { count, windowMs: WINDOW_MS },
		budgets: createStoreBudgets(store),
		clock: { now: () => now },
		refused: { value: 0 },
	});
const passes = async (limiter: ReturnType<typeof gateway>, key = "USR_1") => {
	try {
		await limiter(key);
		return true;
	} catch (error) {
		expect(error).toMatchObject({ code: "RATE_LIMITED" });
		return false;
	}
};
const countOf = async (limiters: ReturnType<typeof gateway>[], tries: number) => {
	let passed = 0;
	for (let index = 0; index < tries; index++) {
		const limiter = limiters[index % limiters.length];
		if (limiter !== undefined && (await passes(limiter))) passed += 1;
	}
	return passed;
};

describe("a limit that gateways share", () => {
	it("is one budget for all of them, with few writes", async () => {
		const passed = await countOf([gateway(100), gateway(100)], 400);
		expect(passed).toBe(100);
		expect(commits).toBeLessThanOrEqual(10);
	});

	it("costs no write for a key that asks little", async () => {
		expect(await countOf([gateway(100), gateway(100)], 20)).toBe(20);
		expect(commits).toBe(0);
	});

	it("holds for small budgets as well, as for logins", async () => {
		expect(await countOf([gateway(10, "login"), gateway(10, "login"), gateway(10, "login")], 60)).toBe(10);
		expect(await countOf([gateway(3, "tiny"), gateway(3, "tiny")], 20)).toBe(3);
	});

	it("holds under requests that come at once", async () => {
		const [one, two] = [gateway(50), gateway(50)];
		const all = Array.from({ length: 200 }, (_, index) => passes(index % 2 === 0 ? one : two));
		expect((await Promise.all(all)).filter(Boolean)).toHaveLength(50);
	});

	it("begins anew with the next window, names its end, and leaves no records behind", async () => {
		const one = gateway(10);
		expect(await countOf([one], 12)).toBe(10);
		await expect(Promise.resolve(one("USR_1"))).rejects.toMatchObject({ details: { retryAfterSeconds: 10 } });
		now += WINDOW_MS;
		expect(await countOf([one], 1)).toBe(1);
		for (let turns = 0; turns < 1_000 && (await store.count(RATE_KIND)) > 0; turns++) await systemClock().turn();
		expect(await store.count(RATE_KIND)).toBe(0);
	});

	it("counts the free shares of gateways that come too late to get more", async () => {
		const [one, two, three] = [gateway(100), gateway(100), gateway(100)];
		expect(await countOf([one], 95)).toBe(95);
		expect(await countOf([two], 20)).toBe(10);
		expect(await countOf([one], 20)).toBe(5);
		expect(await countOf([three], 20)).toBe(10);
		expect(await countOf([one, two, three], 30)).toBe(0);
	});

	it("keeps keys and limits apart", async () => {
		const one = gateway(1);
		expect([await passes(one, "a"), await passes(one, "b"), await passes(one, "a")]).toEqual([true, true, false]);
		expect(await passes(gateway(1, "login"), "a")).toBe(true);
	});

	it("is counted by each gateway alone while the store is away", async () => {
		isAway = true;
		expect(await countOf([gateway(10), gateway(10)], 60)).toBe(20);
	});

	it("can be switched off", async () => {
		const off = createSharedLimiter({
			name: "api",
			limit: null,
			budgets: createStoreBudgets(store),
			clock: { now: () => now },
			refused: { value: 0 },
		});
		expect(off("USR_1")).toBeUndefined();
	});
});
