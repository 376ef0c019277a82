import { systemClock } from "../../../mixins/clock/system.ts";
import { readSettings } from "../../../mixins/config/settings.ts";
import { openSqliteStore } from "../../../mixins/store/sqlite/index.ts";
import type { Store } from "../../../mixins/store/port.ts";
import { createLimits, type Limits } from "../../../services/api/access/limits.ts";
import { RATE_KIND } from "../../../services/api/access/store-budgets.ts";
import { createTallies } from "../../../services/api/operations/tallies.ts";

const CLUSTER = {
	NODE_ENV: "test",
	RATE_LIMIT_API: "3/3600",
	MONGODB_URI: "mongodb://127.0.0.1:1/unused",
	EVENTS: "nats://127.0.0.1:1",
	JWT_PRIVATE_KEY: "key",
	MASTER_KEY: Buffer.alloc(32).toString("base64"),
};
const clock = { ...systemClock(), now: () => 1_800_000 };

let store: Store;
let open: Limits[] = [];
let warnings: unknown[][] = [];

beforeEach(async () => {
	store = await openSqliteStore({ file: ":memory:", clock: systemClock() });
	open = [];
	warnings = [];
});
afterEach(async () => {
	for (const limits of open) await limits.close();
	await store.close();
});

function gateway(env: Readonly<Record<string, string>>) {
	const settings = readSettings(env);
	const tallies = createTallies();
	const log = { warn: (...words: unknown[]) => warnings.push(words) };
	const limits = createLimits({ runtime: { settings, store, clock }, tallies, log });
	open.push(limits);
	const passed = async (times: number, name: "api" | "login" = "api"): Promise<number> => {
		let count = 0;
		for (let turn = 0; turn < times; turn++)
			try {
				await limits.of[name]("USR_1");
				count += 1;
			} catch (error) {
				expect(error).toMatchObject({ code: "RATE_LIMITED" });
			}
		return count;
	};
	return { passed, tallies };
}

describe("the limits of a gateway", () => {
	it("are its own where it is the only one", async () => {
		const { passed, tallies } = gateway({ NODE_ENV: "test", RATE_LIMIT_API: "3/3600" });
		expect(await passed(5)).toBe(3);
		expect(await gateway({ NODE_ENV: "test", RATE_LIMIT_API: "3/3600" }).passed(5)).toBe(3);
		expect([tallies.limited.api.value, tallies.limited.login.value]).toEqual([2, 0]);
	});

	it("are shared in the store in a cluster", async () => {
		expect(await gateway(CLUSTER).passed(2)).toBe(2);
		const other = gateway(CLUSTER);
		expect(await other.passed(5)).toBe(1);
		expect(other.tallies.limited.api.value).toBe(4);
		expect(await other.passed(1, "login")).toBe(1);
		expect(await store.count(RATE_KIND)).toBe(1);
		expect(warnings).toEqual([]);
		expect(other.tallies.alone.value).toBe(0);
	});

	it("are counted alone while Redis is away, which is said once and without the password", async () => {
		const { passed, tallies } = gateway({ ...CLUSTER, REDIS_URL: "redis://:s3cret@127.0.0.1:1" });
		expect(await passed(5)).toBe(3);
		expect(warnings).toEqual([
			["Rate limits are counted by this gateway alone.", { error: expect.stringContaining("ECONNREFUSED") as string }],
		]);
		expect(tallies.alone.value).toBe(1);
		expect(JSON.stringify(warnings)).not.toContain("s3cret");
		expect(await store.count(RATE_KIND)).toBe(0);
	});
});
