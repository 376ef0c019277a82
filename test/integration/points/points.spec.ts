import points from "../../../services/points/points.service.ts";
import { startPlatform, type TestPlatform } from "../../support/broker.ts";
import { outcomeOf } from "../../support/outcome.ts";

const userId = "USR_HONG";
const meta = { userId, roles: ["ROLE_USER"] };
/** Plays the account service. */
const auth = { name: "auth", actions: { profile: () => ({ userId, username: "hong" }) } };

let platform: TestPlatform;
const start = async (env: Readonly<Record<string, string>> = {}, services: readonly object[] = [auth]) => {
	platform = await startPlatform({ services: [points, ...services], env, clock: "virtual" });
};
afterEach(() => platform.stop());

const earn = (orderId: string, amount: number, extra: { productIds?: string[]; commandId?: string } = {}) => {
	const { commandId, ...params } = extra;
	return platform.call("points.earn", { userId, orderId, amount, ...params }, commandId ? { commandId } : {});
};
const revoke = (orderId: string) => platform.call("points.revoke", { userId, orderId });
const my = () => platform.call("points.my", null, { meta });
const story = async () =>
	(await platform.runtime.store.events("points-account", userId)).map(({ type }) => type.replace("points.", ""));
const holds = async () =>
	expect((await platform.call("points.invariants", {})).items.flatMap(({ broken }) => broken)).toEqual([]);

describe("points", () => {
	beforeEach(() => start());

	it("follow the worked example, and show their newest entries first", async () => {
		expect(await my()).toEqual({ userId, username: "hong", balance: 0, history: [] });
		expect(await earn("ORD_1", 10_000)).toEqual({ userId, orderId: "ORD_1", points: 100, balance: 100 });
		await platform.advance(1_000);
		expect(await earn("ORD_2", 50_000)).toMatchObject({ points: 500, balance: 600 });
		const history = [
			{ orderId: "ORD_2", type: "EARN", points: 500, balanceAfter: 600, createdAt: "2030-01-07T00:00:01.000Z" },
			{ orderId: "ORD_1", type: "EARN", points: 100, balanceAfter: 100, createdAt: "2030-01-07T00:00:00.000Z" },
		];
		expect(await my()).toEqual({ userId, username: "hong", balance: 600, history });
		expect(await revoke("ORD_1")).toEqual({ userId, orderId: "ORD_1", points: 100, balance: 500 });
		expect((await my()).history[0]).toMatchObject({ orderId: "ORD_1", type: "REVOKE", points: 100, balanceAfter: 500 });
		await holds();
	});

	it("come and go once, however often they are asked for", async () => {
		const earned = await Promise.all(Array.from({ length: 5 }, () => earn("ORD_1", 10_000)));
		expect(new Set(earned.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
		await earn("ORD_2", 50_000);
		expect(await earn("ORD_1", 10_000)).toEqual({ userId, orderId: "ORD_1", points: 100, balance: 100 });
		expect(await outcomeOf(earn("ORD_1", 20_000))).toBe("POINTS_CONFLICT");
		await Promise.all([revoke("ORD_1"), revoke("ORD_1"), revoke("ORD_1")]);
		expect(await revoke("ORD_1")).toMatchObject({ points: 100, balance: 500 });
		expect(await earn("ORD_1", 10_000)).toMatchObject({ points: 100 });
		expect(await story()).toEqual(["awarded", "awarded", "revoked"]);
		await holds();
	});

	it("of a small purchase are none, and leave nothing behind", async () => {
		expect(await earn("ORD_1", 99)).toEqual({ userId, orderId: "ORD_1", points: 0, balance: 0 });
		expect(await story()).toEqual([]);
		expect(await revoke("ORD_1")).toMatchObject({ points: 0, balance: 0 });
		expect(await outcomeOf(earn("ORD_1", 99))).toBe("COMMAND_CANCELLED");
	});

	it("that were taken back before they were earned never are", async () => {
		expect(await revoke("ORD_1")).toEqual({ userId, orderId: "ORD_1", points: 0, balance: 0 });
		expect(await outcomeOf(earn("ORD_1", 10_000))).toBe("COMMAND_CANCELLED");
		platform.runtime.actors.forgetIdle();
		expect(await revoke("ORD_1")).toMatchObject({ points: 0 });
		expect(await outcomeOf(earn("ORD_1", 10_000))).toBe("COMMAND_CANCELLED");
		expect(await story()).toEqual(["award-cancelled"]);
		expect(await my()).toMatchObject({ balance: 0, history: [] });
	});

	it("are zero in the end, whichever of earning and taking back comes first", async () => {
		const orders = Array.from({ length: 20 }, (_, index) => `ORD_${index}`);
		await Promise.all(orders.flatMap((orderId) => [outcomeOf(earn(orderId, 10_000)), revoke(orderId)]));
		expect(await my()).toMatchObject({ balance: 0 });
		await holds();
	});

	it("show the newest fifty entries, past what moved nothing", async () => {
		for (let index = 0; index < 60; index++) await earn(`ORD_${index}`, 10_000);
		for (let index = 100; index < 230; index++) await revoke(`ORD_${index}`);
		const { history } = await my();
		expect(history.map(({ orderId }) => orderId)).toEqual(
			Array.from({ length: 50 }, (_, index) => `ORD_${59 - index}`),
		);
	});

	it("belong to whoever is signed in", async () => {
		expect(await outcomeOf(platform.call("points.my", null))).toBe("UNAUTHENTICATED");
		await earn("ORD_1", 10_000);
		expect(await platform.call("points.my", null, { meta: { userId: "USR_KIM" } })).toMatchObject({ balance: 0 });
	});

	it("are counted again in pages of accounts", async () => {
		for (const owner of ["USR_1", "USR_2", "USR_3"])
			await platform.call("points.earn", { userId: owner, orderId: `ORD_${owner}`, amount: 10_000 });
		const first = await platform.call("points.invariants", { limit: 2 });
		const second = await platform.call("points.invariants", { limit: 2, cursor: first.nextCursor ?? "" });
		expect([...first.items, ...second.items].map(({ userId: owner }) => owner)).toEqual(["USR_1", "USR_2", "USR_3"]);
		expect(second).toMatchObject({
			nextCursor: null,
			items: [{ isHolding: true, balance: 100, earned: 100, events: 1 }],
		});
	});
});

describe("points that fail on purpose", () => {
	it("say so once per command, and are earned when the command comes again without the failure", async () => {
		await start({ POINT_FAILURES: "USR_UNLUCKY, PROD-TEST-002", POINT_RATE_BPS: "250" });
		const failing = () => earn("ORD_1", 10_000, { productIds: ["PROD-TEST-002"], commandId: "SAG_1:points:forward" });
		expect(await outcomeOf(failing())).toBe("POINTS_UNAVAILABLE");
		expect(await outcomeOf(failing())).toBe("POINTS_UNAVAILABLE");
		const unlucky = platform.call("points.earn", { userId: "USR_UNLUCKY", orderId: "ORD_2", amount: 10_000 });
		expect(await outcomeOf(unlucky)).toBe("POINTS_UNAVAILABLE");
		expect(await story()).toEqual(["award-failed"]);
		expect(await earn("ORD_1", 10_000)).toMatchObject({ points: 250 });
		expect(await my()).toMatchObject({ balance: 250, history: [{ orderId: "ORD_1" }] });
	});
});

describe("points without an account service", () => {
	it("go without the name", async () => {
		await start({}, []);
		await earn("ORD_1", 10_000);
		expect(await my()).toMatchObject({ username: null, balance: 100 });
	});
});
