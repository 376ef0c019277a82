import crypto from "node:crypto";
import { EPOCH, temporaryFolder, type TestPlatform } from "../../support/broker.ts";
import { CHEAP, HERE, refusal, startAuth } from "./support.ts";

const MINUTE = 60_000;
const ELSEWHERE = { clientAddress: "198.51.100.7" };

describe("a login", () => {
	let platform: TestPlatform;
	const login = (username: string, password: string, meta = HERE) =>
		platform.call("auth.login", { username, password }, { meta });
	const fail = async (times: number, username = "user") => {
		for (let time = 0; time < times; time++)
			expect(await refusal(login(username, "wrong"))).toMatchObject({ type: "BAD_CREDENTIALS", code: 401 });
	};

	beforeEach(async () => {
		platform = await startAuth();
	});
	afterEach(() => platform.stop());

	it("refuses an unknown user and a wrong password in the same words, after the same work", async () => {
		const hashes = jest.spyOn(crypto, "argon2");
		const wrong = await refusal(login("user", "wrong"));
		const unknown = await refusal(login("nobody", "wrong"));
		const address = await refusal(login("nobody@example.com", "wrong"));
		expect(wrong).toMatchObject({ type: "BAD_CREDENTIALS", code: 401 });
		expect([unknown, address]).toEqual([wrong, wrong]);
		const work = hashes.mock.calls.map(([, { memory, passes, tagLength }]) => ({ memory, passes, tagLength }));
		expect(work).toEqual(Array(3).fill({ memory: CHEAP.memoryKiB, passes: CHEAP.passes, tagLength: 32 }));
		hashes.mockRestore();
	});

	it("needs a name", async () => {
		const nameless = platform.call("auth.login", { password: "password" });
		expect(await refusal(nameless)).toMatchObject({
			type: "VALIDATION_ERROR",
			code: 400,
			data: { errors: [{ field: "username", code: "REQUIRED" }] },
		});
	});

	it.each(["user", "nobody", "nobody@example.com"])(
		"is locked for 15 minutes after five wrong passwords of %s",
		async (name) => {
			await fail(5, name);
			expect(await refusal(login(name, "password"))).toMatchObject({
				type: "RATE_LIMITED",
				code: 429,
				data: { retryAfterSeconds: 900 },
			});
			await platform.advance(15 * MINUTE - 1);
			expect(await refusal(login(name, "wrong"))).toMatchObject({
				type: "RATE_LIMITED",
				data: { retryAfterSeconds: 1 },
			});
			await platform.advance(1);
			expect(await refusal(login(name, "wrong"))).toMatchObject({ type: "BAD_CREDENTIALS" });
		},
	);

	it("works again when the lock is over, and twice as late after the next five", async () => {
		await fail(5);
		await platform.advance(15 * MINUTE);
		await fail(5);
		expect(await refusal(login("user", "password"))).toMatchObject({ data: { retryAfterSeconds: 1_800 } });
		await platform.advance(30 * MINUTE);
		expect(await login("user", "password")).toMatchObject({ username: "user" });
	});

	it("starts counting anew after a success", async () => {
		await fail(4);
		await login("user", "password");
		await fail(4);
		expect(await login("user", "password")).toMatchObject({ username: "user" });
	});

	it("counts name and address of one account together, and other addresses of the network apart", async () => {
		await fail(3, "user");
		await fail(2, "user@example.com");
		expect(await refusal(login("USER", "password"))).toMatchObject({ type: "RATE_LIMITED" });
		expect(await login("user", "password", ELSEWHERE)).toMatchObject({ username: "user" });
		expect(await login("admin", "admin")).toMatchObject({ username: "admin" });
	});

	it("lets no more than five of many guesses through that come at once", async () => {
		const guesses = await Promise.all(Array.from({ length: 25 }, () => refusal(login("user", "wrong"))));
		expect(guesses.filter(({ type }) => type === "BAD_CREDENTIALS")).toHaveLength(5);
		expect(guesses.filter(({ type }) => type === "RATE_LIMITED")).toHaveLength(20);
	});

	it("lets all of many right logins through that come at once", async () => {
		const answers = await Promise.all(Array.from({ length: 8 }, () => login("user", "password")));
		expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(8);
	});

	it("remembers a lock over a restart", async () => {
		const folder = temporaryFolder();
		const wrong = (on: TestPlatform) => on.call("auth.login", { username: "user", password: "wrong" }, { meta: HERE });
		const before = await startAuth({ dataDir: folder.path });
		for (let time = 0; time < 5; time++) await refusal(wrong(before));
		await before.stop();
		const after = await startAuth({ dataDir: folder.path });
		expect(await refusal(wrong(after))).toMatchObject({ type: "RATE_LIMITED" });
		await after.stop();
		folder.remove();
	});

	it("tells of wrong passwords of an account in events, and forgets old counts", async () => {
		const { userId } = await login("user", "password");
		await fail(5);
		await fail(1, "nobody");
		const failures = (await platform.runtime.store.events("user", userId)).filter(
			({ type }) => type === "auth.login-failed",
		);
		expect(failures.map(({ data, outcome }) => ({ ...data, outcome }))).toEqual(
			[1, 2, 3, 4, 5].map((count) => ({
				userId,
				failures: count,
				lockedUntil: count === 5 ? "2030-01-07T00:15:00.000Z" : null,
				outcome: "FAILED",
			})),
		);
		expect(await platform.runtime.store.count("login-guard")).toBe(2);
		const { store } = platform.runtime;
		for (let hour = 0; hour < 100 && (await store.count("login-guard")) > 0; hour++)
			await platform.advance(60 * MINUTE);
		expect(await store.count("login-guard")).toBe(0);
		expect(platform.runtime.clock.now() - EPOCH).toBeGreaterThanOrEqual(24 * 60 * MINUTE);
	});

	it("gives the same tokens to a repeated command", async () => {
		const again = () =>
			platform.call("auth.login", { username: "user", password: "password" }, { meta: HERE, commandId: "CMD_1" });
		const first = await again();
		expect(await again()).toEqual(first);
	});

	it("hashes the password anew when the cost has changed", async () => {
		const folder = temporaryFolder();
		const hashOf = async (on: TestPlatform, userId: string) => {
			const stored = await on.runtime.store.load<{ secrets: { passwordHash: string } }>("user", userId);
			return stored?.state.secrets.passwordHash;
		};
		const enter = (on: TestPlatform) =>
			on.call("auth.login", { username: "user", password: "password" }, { meta: HERE });
		const before = await startAuth({ dataDir: folder.path });
		const { userId } = await enter(before);
		expect(await hashOf(before, userId)).toContain("$m=64,t=1,p=1$");
		await before.stop();
		const after = await startAuth({ dataDir: folder.path, hashCost: { ...CHEAP, passes: 2 } });
		await enter(after);
		expect(await hashOf(after, userId)).toContain("$m=64,t=2,p=1$");
		expect(await enter(after)).toMatchObject({ userId });
		await after.stop();
		folder.remove();
	});
});
