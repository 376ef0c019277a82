import { randomBytes } from "node:crypto";
import { readSettings } from "../../../mixins/config/settings.ts";
import { createBroker, createRuntime } from "../../../mixins/platform.ts";
import { authService } from "../../../services/auth/auth.service.ts";
import { firstUsersOf } from "../../../services/auth/application/first-users.ts";
import { temporaryFolder, type TestPlatform } from "../../support/broker.ts";
import { CHEAP, HERE, metaOf, refusal, startAuth } from "./support.ts";

const form = { username: "Mina.Kim", password: "password123", email: "Mina@Example.com" };

describe("an account", () => {
	let platform: TestPlatform;
	const signup = (change: Partial<typeof form> & Record<string, unknown> = {}, commandId?: string) =>
		platform.call(
			"auth.signup",
			{ ...form, ...change },
			{ meta: HERE, ...(commandId === undefined ? {} : { commandId }) },
		);
	const login = (username: string, password: string) =>
		platform.call("auth.login", { username, password }, { meta: HERE });

	beforeEach(async () => {
		platform = await startAuth();
	});
	afterEach(() => platform.stop());

	it("is opened, signed in by name or address in any case, and shown to its owner", async () => {
		const account = await signup({ name: "김미나", phoneNumber: "010-1234-5678" });
		expect(account).toEqual({
			id: account.userId,
			userId: expect.stringMatching(/^USR_[0-9A-Z]{26}$/),
			username: "Mina.Kim",
			email: "Mina@Example.com",
			roles: ["ROLE_USER"],
			createdAt: "2030-01-07T00:00:00.000Z",
		});
		for (const name of ["mina.kim", "MINA.KIM", "mina@example.com"]) {
			const answer = await login(name, form.password);
			expect(answer).toMatchObject({
				userId: account.userId,
				username: "Mina.Kim",
				tokenType: "Bearer",
				expiresIn: 300,
			});
		}
		const byEmail = await platform.call("auth.login", { email: "MINA@example.com", password: form.password });
		expect(await platform.call("auth.profile", null, { meta: metaOf(byEmail) })).toEqual({
			userId: account.userId,
			username: "Mina.Kim",
			email: "Mina@Example.com",
			name: "김미나",
			phoneNumber: "010-1234-5678",
			roles: ["ROLE_USER"],
			authorities: [{ authority: "ROLE_USER" }],
			createdAt: account.createdAt,
		});
		expect(await platform.call("auth.figures", null)).toEqual({ users: 3 });
	});

	it("is refused with every field that breaks its rule", async () => {
		const bad = await refusal(signup({ username: "a", email: "nobody", password: "short" }));
		expect(bad).toMatchObject({
			type: "VALIDATION_ERROR",
			code: 400,
			data: {
				errors: [
					{ field: "username", code: "INVALID_FORMAT" },
					{ field: "email", code: "INVALID_FORMAT" },
					{ field: "password", code: "TOO_SHORT" },
				],
			},
		});
	});

	it("takes a name and an address once, without regard to case", async () => {
		await signup();
		expect(await refusal(signup({ username: "mina.kim", email: "other@example.com" }))).toMatchObject({
			type: "USERNAME_TAKEN",
			code: 409,
		});
		expect(await refusal(signup({ username: "other", email: "mina@example.COM" }))).toMatchObject({
			type: "EMAIL_TAKEN",
			code: 409,
		});
	});

	it.each([
		["name", (index: number) => ({ email: `mina${index}@example.com` }), "USERNAME_TAKEN"],
		["address", (index: number) => ({ username: `mina${index}` }), "EMAIL_TAKEN"],
	])("has one winner when twenty want the same %s at once", async (_name, change, code) => {
		const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => signup(change(index))));
		expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
		const refused = results.filter((result) => result.status === "rejected");
		expect(new Set(refused.map(({ reason }) => (reason as { type: string }).type))).toEqual(new Set([code]));
		expect(await platform.call("auth.figures", null)).toEqual({ users: 3 });
	});

	it("is opened once by a repeated command, with the same answer, also at once", async () => {
		const [first, twin] = await Promise.all([signup({}, "CMD_1"), signup({}, "CMD_1")]);
		const later = await signup({}, "CMD_1");
		expect([twin, later]).toEqual([first, first]);
		expect(await platform.call("auth.figures", null)).toEqual({ users: 3 });
	});

	it("has ROLE_USER alone, whatever the form says", async () => {
		const account = await signup({ roles: ["ROLE_ADMIN"], status: "ADMIN" });
		expect(account.roles).toEqual(["ROLE_USER"]);
		expect((await login("mina.kim", form.password)).roles).toEqual(["ROLE_USER"]);
	});

	it("gets its roles from an administrator only, and they hold at once", async () => {
		const { userId } = await signup();
		const user = await login("mina.kim", form.password);
		const admin = await login("admin", "admin");
		const roles = ["ROLE_MERCHANT"] as const;
		const byUser = platform.call("auth.setRoles", { userId, roles }, { meta: metaOf(user) });
		expect(await refusal(byUser)).toMatchObject({ type: "FORBIDDEN", code: 403 });
		expect(await platform.call("auth.setRoles", { userId, roles }, { meta: metaOf(admin) })).toEqual({
			userId,
			roles: ["ROLE_USER", "ROLE_MERCHANT"],
		});
		const sessionId = metaOf(user).sessionId ?? "";
		expect(await platform.call("auth.session", { sessionId, userId })).toEqual({
			isLive: true,
			roles: ["ROLE_USER", "ROLE_MERCHANT"],
		});
		const unknown = platform.call("auth.setRoles", { userId: "USR_0", roles }, { meta: metaOf(admin) });
		expect(await refusal(unknown)).toMatchObject({ type: "USER_NOT_FOUND", code: 404 });
	});

	it("needs somebody who is signed in", async () => {
		for (const action of ["auth.profile", "auth.sessions", "auth.logoutAll"] as const)
			expect(await refusal(platform.call(action, null))).toMatchObject({ type: "UNAUTHENTICATED", code: 401 });
		expect(await refusal(platform.call("auth.erase", { userId: "USR_1" }))).toMatchObject({ type: "UNAUTHENTICATED" });
		const ghost = { meta: { userId: "USR_0" } };
		expect(await refusal(platform.call("auth.profile", null, ghost))).toMatchObject({
			type: "USER_NOT_FOUND",
			code: 404,
		});
	});

	it("tells its story without a word about the person", async () => {
		const { userId } = await signup({}, "CMD_1");
		const [registered] = await platform.runtime.store.events("user", userId);
		expect(registered).toMatchObject({
			id: `user:${userId}:1`,
			type: "user.registered",
			subject: userId,
			commandid: "CMD_1",
			actor: userId,
			data: { userId, roles: ["ROLE_USER"], registeredAt: "2030-01-07T00:00:00.000Z" },
		});
	});
});

describe("the first accounts", () => {
	it("are there outside production, once, also after a restart and for two processes", async () => {
		const folder = temporaryFolder();
		for (let start = 0; start < 3; start++) {
			const platform = await startAuth({ dataDir: folder.path });
			expect(await platform.call("auth.figures", null)).toEqual({ users: 2 });
			const user = await platform.call("auth.login", { username: "user", password: "password" }, { meta: HERE });
			const admin = await platform.call("auth.login", { username: "admin", password: "admin" }, { meta: HERE });
			expect([user.roles, admin.roles]).toEqual([["ROLE_USER"], ["ROLE_USER", "ROLE_ADMIN"]]);
			expect(await platform.call("auth.profile", null, { meta: metaOf(admin) })).toMatchObject({
				email: "admin@example.com",
			});
			await platform.stop();
		}
		folder.remove();
	});

	it("do not come back once they are erased", async () => {
		const folder = temporaryFolder();
		const before = await startAuth({ dataDir: folder.path });
		const user = await before.call("auth.login", { username: "user", password: "password" }, { meta: HERE });
		await before.call("auth.erase", { userId: user.userId }, { meta: metaOf(user) });
		await before.stop();
		const after = await startAuth({ dataDir: folder.path });
		expect(await after.call("auth.figures", null)).toEqual({ users: 1 });
		await after.stop();
		folder.remove();
	});

	it("give way to the administrator of the settings", async () => {
		const platform = await startAuth({ env: { ADMIN_USERNAME: "boss", ADMIN_PASSWORD: "a long password" } });
		const boss = await platform.call("auth.login", { username: "boss", password: "a long password" }, { meta: HERE });
		expect(boss.roles).toContain("ROLE_ADMIN");
		const admin = platform.call("auth.login", { username: "admin", password: "admin" }, { meta: HERE });
		expect(await refusal(admin)).toMatchObject({ type: "BAD_CREDENTIALS" });
		await platform.stop();
	});

	it("are one administrator in production, held to the rules of every password", () => {
		const settings = readSettings({ NODE_ENV: "test", ADMIN_USERNAME: "boss", ADMIN_PASSWORD: "a long password" });
		const production = { ...settings, environment: "production" } as const;
		expect(firstUsersOf(production)).toEqual([
			{ username: "boss", password: "a long password", email: "boss@example.com", roles: ["ROLE_USER", "ROLE_ADMIN"] },
		]);
		expect(firstUsersOf({ ...production, auth: { ...settings.auth, admin: null } })).toEqual([]);
		const weak = { username: "boss", password: "admin", email: "boss@example.com" };
		const start = () => firstUsersOf({ ...production, auth: { ...settings.auth, admin: weak } });
		expect(start).toThrow(/breaks the rules: password TOO_SHORT\.$/);
	});

	it("leave a platform alone that has users already", async () => {
		const settings = readSettings({
			NODE_ENV: "test",
			DATA_DIR: ":memory:",
			MASTER_KEY: randomBytes(32).toString("base64"),
		});
		const runtime = await createRuntime(settings);
		const foreign = { status: "ACTIVE", user: { status: "ACTIVE" }, secrets: null, masterKeyId: null };
		runtime.store.define({ kind: "user", indexes: [{ fields: ["status"] }] });
		await runtime.store.commit([
			{ kind: "user", id: "USR_1", expectedVersion: 0, state: foreign, events: [], commands: [] },
		]);
		const broker = createBroker(runtime, [authService({ hashCost: CHEAP }) as never], { logger: false });
		await broker.start();
		expect(await runtime.store.count("user")).toBe(1);
		await broker.stop();
	});
});
