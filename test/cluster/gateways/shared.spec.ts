import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterServers } from "../../../deploy/cluster/servers.ts";
import { until } from "../node-bed.ts";
import { endGround, startGround, startPair, type Pair, type Told } from "./pair.ts";

const START_MAX_MS = 240_000;
/** What a gateway that has missed every signal believes at most, and the time of a busy machine to find out. */
const BELIEVED_MS = 5_000 + 2_000;
const BUDGET = 100;
/** So long that no test meets two of them, but for one at the end of the first. */
const WINDOW_MS = 300_000;
const LIMIT = `${BUDGET}/${WINDOW_MS / 1_000}`;
const TEST_MAX_MS = 60_000;
const KEYS = "/.well-known/jwks.json";

let folder: string;
let servers: ClusterServers;
let pair: Pair;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "payflow-gateways-"));
	servers = await startGround(folder);
}, START_MAX_MS);
afterAll(() => endGround(servers, folder));

const statuses = (told: readonly Told[]) => told.map(({ status }) => status);
const countOf = (told: readonly Told[], status: number) => statuses(told).filter((each) => each === status).length;
let clients = 0;
const newClient = () => `198.51.${Math.floor(++clients / 250)}.${clients % 250}`;

async function awayFromTheEndOfTheWindow(): Promise<void> {
	await until(() => WINDOW_MS - (Date.now() % WINDOW_MS) > 20_000, "a window has begun", 30_000);
}

/** How many of `times` requests of one client both gateways let pass; everything else is a refusal. */
async function passedOf(times: number, from = newClient()): Promise<number> {
	await awayFromTheEndOfTheWindow();
	const told = await pair.askBoth(times, { path: KEYS, from });
	expect(countOf(told, 200) + countOf(told, 429)).toBe(times);
	for (const { status, retryAfter, body } of told)
		if (status === 429) expect([body["code"], Number(retryAfter) > 0]).toEqual(["RATE_LIMITED", true]);
	return countOf(told, 200);
}

describe("two gateways that share the store", () => {
	let people = 0;
	beforeAll(async () => {
		pair = await startPair("store", folder, { ...servers.environment, REDIS_URL: "", RATE_LIMIT_API: LIMIT });
	}, START_MAX_MS);
	afterAll(() => pair.stop());

	const signedIn = async () => {
		const username = `reader${++people}`;
		const login = { username, password: "a long password 1" };
		const account = { ...login, email: `${username}@example.com`, name: "Reader" };
		const from = newClient();
		const signup = await pair.ask(0, { method: "POST", path: "/api/auth/signup", body: account, from });
		expect(signup).toMatchObject({ status: 201 });
		const told = await pair.ask(0, { method: "POST", path: "/api/auth/login", body: login, from });
		expect(told).toMatchObject({ status: 200 });
		return { token: String(told.body["accessToken"]), refreshToken: String(told.body["refreshToken"]) };
	};
	/** Time until neither gateway believes the token. */
	const refusedEverywhere = async (token: string): Promise<number> => {
		const startedAt = performance.now();
		const isRefused = async (gateway: number) =>
			(await pair.ask(gateway, { path: "/api/user/profile", token })).status === 401;
		await until(async () => (await isRefused(0)) && (await isRefused(1)), "both refuse the token", BELIEVED_MS);
		return performance.now() - startedAt;
	};
	const believedBy = async (token: string) =>
		statuses(await Promise.all([0, 1].map((gateway) => pair.ask(gateway, { path: "/api/user/profile", token }))));

	it(
		"make one order of fifty equal requests that come to both at once",
		async () => {
			const { token } = await signedIn();
			const body = { items: [{ productId: "code-review", quantity: 1 }] };
			const told = await pair.askBoth(50, { method: "POST", path: "/api/orders", body, token, key: "one-order" });
			expect(new Set(statuses(told))).toEqual(new Set([201]));
			expect(new Set(told.map(({ text }) => text)).size).toBe(1);
			const orders = await pair.ask(1, { path: "/api/orders", token });
			expect(orders.body["items"]).toHaveLength(1);
			const other = { ...body, items: [{ productId: "code-review", quantity: 2 }] };
			const refused = await pair.askBoth(2, {
				method: "POST",
				path: "/api/orders",
				body: other,
				token,
				key: "one-order",
			});
			expect(statuses(refused)).toEqual([422, 422]);
		},
		TEST_MAX_MS,
	);

	it("refuse a token whose session was ended at one of them", async () => {
		const { token, refreshToken } = await signedIn();
		expect(await believedBy(token)).toEqual([200, 200]);
		const out = await pair.ask(0, {
			method: "POST",
			path: "/api/auth/logout",
			body: { refreshToken },
			from: newClient(),
		});
		expect(out.status).toBe(204);
		console.log(`A logout was known at both gateways after ${Math.round(await refusedEverywhere(token))} ms.`);
		const again = await pair.ask(1, {
			method: "POST",
			path: "/api/auth/refresh",
			body: { refreshToken },
			from: newClient(),
		});
		expect(again.status).toBe(401);
	});

	it("refuse every token of a session whose refresh token came back after two more", async () => {
		const { token, refreshToken } = await signedIn();
		const refresh = (gateway: number, used: string) =>
			pair.ask(gateway, { method: "POST", path: "/api/auth/refresh", body: { refreshToken: used }, from: newClient() });
		const second = await refresh(0, refreshToken);
		const third = await refresh(1, String(second.body["refreshToken"]));
		expect(statuses([second, third])).toEqual([200, 200]);
		const newest = String(third.body["accessToken"]);
		expect([await believedBy(token), await believedBy(newest)]).toEqual([
			[200, 200],
			[200, 200],
		]);
		expect((await refresh(1, refreshToken)).body).toMatchObject({ code: "REFRESH_TOKEN_REUSED" });
		console.log(`A stolen token was known at both gateways after ${Math.round(await refusedEverywhere(newest))} ms.`);
		expect(await believedBy(token)).toEqual([401, 401]);
	});

	it(
		`let ${BUDGET} requests of a client pass together, at most a free tenth more`,
		async () => {
			const passed = await passedOf(4 * BUDGET);
			console.log(`With the store ${passed} of a budget of ${BUDGET} passed.`);
			expect(passed).toBeGreaterThanOrEqual(BUDGET);
			expect(passed).toBeLessThanOrEqual(BUDGET + BUDGET / 10);
		},
		TEST_MAX_MS,
	);
});

describe("two gateways that share Redis", () => {
	beforeAll(async () => {
		pair = await startPair("redis", folder, { ...servers.environment, RATE_LIMIT_API: LIMIT });
	}, START_MAX_MS);
	afterAll(() => pair.stop());

	const redis = () => {
		if (servers.limits === null) throw new Error("There is no Redis.");
		return servers.limits;
	};
	/** Ten clients that ask all the time; `seconds` resolves to their answers once `action` is over. */
	const underLoad = async (action: () => Promise<void>): Promise<Told[]> => {
		const told: Told[] = [];
		let isOver = false;
		const worker = async (gateway: number) => {
			while (!isOver) told.push(await pair.ask(gateway, { path: KEYS, from: newClient() }));
		};
		const workers = Array.from({ length: 10 }, (_, index) => worker(index % 2));
		const answered = async (more: number) => {
			const goal = told.length + more;
			await until(() => told.length >= goal, "more requests were answered");
		};
		await answered(200);
		await action();
		await answered(500);
		isOver = true;
		await Promise.all(workers);
		return told;
	};
	const isShared = async () => (await passedOf(2 * BUDGET + 20)) === BUDGET;

	it(
		`let exactly ${BUDGET} requests of a client pass together`,
		async () => {
			expect(await passedOf(4 * BUDGET)).toBe(BUDGET);
			expect(await passedOf(1)).toBe(1);
		},
		TEST_MAX_MS,
	);

	it(
		"go on without a failure while Redis is killed under load, count alone, and share again when it is back",
		async () => {
			const known = newClient();
			expect(await passedOf(BUDGET / 2, known)).toBe(BUDGET / 2);
			const told = await underLoad(() => redis().kill());
			expect(new Set(statuses(told))).toEqual(new Set([200]));
			console.log(`Slowest of ${told.length} answers while Redis was killed: ${slowest(told)} ms.`);
			const alone = await passedOf(4 * BUDGET);
			expect(alone).toBeGreaterThan(BUDGET);
			expect(alone).toBeLessThanOrEqual(2 * BUDGET);
			await redis().restart();
			await until(isShared, "the budget is one again");
			expect(await passedOf(BUDGET, known)).toBe(BUDGET / 2);
			for (const process of pair.processes) {
				expect(process.output()).toContain("Rate limits are counted by this gateway alone.");
				expect(process.output()).not.toContain(redis().credentials?.password);
			}
		},
		TEST_MAX_MS,
	);

	it(
		"do not wait for a Redis that has stopped to answer",
		async () => {
			const told = await underLoad(async () => redis().pause());
			expect(new Set(statuses(told))).toEqual(new Set([200]));
			console.log(`Slowest of ${told.length} answers while Redis was paused: ${slowest(told)} ms.`);
			redis().resume();
			await until(isShared, "the budget is one again");
		},
		TEST_MAX_MS,
	);

	it("leave no key without an end behind", async () => {
		const { Redis } = await import("ioredis");
		const client = new Redis(redis().url);
		const keys = await client.keys("payflow:rate:*");
		const lives = await Promise.all(keys.map((key) => client.pttl(key)));
		client.disconnect();
		expect(keys.length).toBeGreaterThan(0);
		expect(lives.filter((ms) => ms <= 0 || ms > WINDOW_MS + 10_000)).toEqual([]);
	});
});

function slowest(told: readonly Told[]): number {
	return Math.round(Math.max(...told.map(({ ms }) => ms)));
}
