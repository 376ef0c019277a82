import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readSettings } from "../../../mixins/config/settings.ts";
import { createBroker, createRuntime } from "../../../mixins/platform.ts";
import type { Meta } from "../../../mixins/typed.ts";
import { authService } from "../../../services/auth/auth.service.ts";
import type { TokenAnswer } from "../../../services/auth/contract.ts";
import { wire } from "../../../services/auth/infrastructure/wiring.ts";
import { temporaryFolder, type TestPlatform } from "../../support/broker.ts";
import { CHEAP, HERE, metaOf, refusal, startAuth } from "./support.ts";

const CANARY = {
	username: "canary-user-7391",
	password: "canary-password-7391",
	email: "canary-mail-7391@example.com",
	name: "카나리아 Canary-Name-7391",
	phoneNumber: "010-7391-7391",
};
/** The account as the store has it. */
interface StoredUser {
	secrets: { passwordHash: string; wrappedKey: string; contact: Record<string, string> } | null;
}

const MASTER_KEY = Buffer.alloc(32, 1).toString("base64");

describe("personal data", () => {
	let platform: TestPlatform;
	let mina: TokenAnswer;
	const signup = (username: string) =>
		platform.call("auth.signup", {
			username,
			password: "password123",
			email: `${username}@example.com`,
			name: username,
		});
	const login = (username: string) =>
		platform.call("auth.login", { username, password: "password123" }, { meta: HERE });
	const seal = (userId: string, context: string, ...fields: { name: string; value: string }[]) =>
		platform.call("auth.seal", { userId, context, fields });
	const open = (userId: string, context: string, ...fields: { name: string; value: string }[]) =>
		platform.call("auth.open", { userId, context, fields });

	beforeEach(async () => {
		platform = await startAuth({ env: { MASTER_KEY } });
		await signup("mina");
		mina = await login("mina");
	});
	afterEach(() => platform.stop());

	it("is sealed for another service and opens in its place", async () => {
		const { sealed } = await seal(
			mina.userId,
			"order|ORD_1",
			{ name: "customerName", value: "김미나" },
			{ name: "customerEmail", value: "mina@example.com" },
		);
		expect(JSON.stringify(sealed)).not.toMatch(/mina|미나/);
		const fields = Object.entries(sealed).map(([name, value]) => ({ name, value }));
		expect(await open(mina.userId, "order|ORD_1", ...fields)).toEqual({
			opened: { customerName: "김미나", customerEmail: "mina@example.com" },
		});
	});

	it("does not open in another record, field or user, nor as contact data", async () => {
		const { userId } = await signup("jun");
		const { sealed } = await seal(mina.userId, "order|ORD_1", { name: "customerEmail", value: "mina@example.com" });
		const value = sealed["customerEmail"] ?? "";
		const swaps = [
			open(mina.userId, "order|ORD_2", { name: "customerEmail", value }),
			open(mina.userId, "order|ORD_1", { name: "customerName", value }),
			open(userId, "order|ORD_1", { name: "customerEmail", value }),
			open(mina.userId, "contact", { name: "email", value }),
			open(mina.userId, "order|ORD_1", { name: "customerEmail", value: value.slice(0, -8) }),
		];
		for (const swap of swaps) expect(await refusal(swap)).toMatchObject({ type: "SEAL_INVALID", code: 422 });
	});

	it("is not shown when two users' or two fields' ciphertexts were exchanged in the store", async () => {
		const { userId } = await signup("jun");
		const { store } = platform.runtime;
		const own = await secretsOf(platform, mina.userId);
		const foreign = await secretsOf(platform, userId);
		const tampered = [
			{ ...own.secrets, contact: foreign.secrets.contact },
			{ ...own.secrets, contact: { ...own.secrets.contact, name: own.secrets.contact["email"] } },
			{ ...own.secrets, wrappedKey: foreign.secrets.wrappedKey, contact: foreign.secrets.contact },
		];
		let { version } = own;
		for (const secrets of tampered) {
			const state = { ...own.state, secrets };
			const commit = { kind: "user", id: mina.userId, expectedVersion: version++, state, events: [], commands: [] };
			expect(await store.commit([commit])).toEqual([{ status: "ok" }]);
			const profile = platform.call("auth.profile", null, { meta: metaOf(mina) });
			expect(await refusal(profile)).toMatchObject({ type: "SEAL_INVALID" });
		}
	});

	it("is gone for good once the user is erased, here and wherever it was sealed", async () => {
		const field = { name: "customerEmail", value: "mina@example.com" };
		const { sealed } = await seal(mina.userId, "order|ORD_1", field);
		expect(await platform.call("auth.contact", { userId: mina.userId })).toEqual({
			email: "mina@example.com",
			name: "mina",
		});
		const sessionId = metaOf(mina).sessionId ?? "";

		for (let time = 0; time < 2; time++)
			expect(await platform.call("auth.erase", { userId: mina.userId }, { meta: metaOf(mina) })).toBeNull();

		expect(await platform.call("auth.session", { sessionId, userId: mina.userId })).toEqual({
			isLive: false,
			roles: [],
		});
		expect(await refusal(platform.call("auth.profile", null, { meta: metaOf(mina) }))).toMatchObject({
			type: "USER_NOT_FOUND",
		});
		expect(await refusal(login("mina"))).toMatchObject({ type: "BAD_CREDENTIALS" });
		const refreshed = platform.call("auth.refresh", { refreshToken: mina.refreshToken });
		expect(await refusal(refreshed)).toMatchObject({ type: "INVALID_REFRESH_TOKEN" });
		expect(await platform.call("auth.contact", { userId: mina.userId })).toEqual({ email: null, name: null });
		const value = sealed["customerEmail"] ?? "";
		expect(await open(mina.userId, "order|ORD_1", { name: "customerEmail", value })).toEqual({
			opened: { customerEmail: null },
		});
		expect(await refusal(seal(mina.userId, "order|ORD_1", field))).toMatchObject({ type: "USER_NOT_FOUND", code: 404 });

		const stored = await platform.runtime.store.load<StoredUser>("user", mina.userId);
		expect(stored?.state).toMatchObject({ status: "ERASED", secrets: null, masterKeyId: null });
		expect(await platform.call("auth.figures", null)).toEqual({ users: 2 });
		expect((await signup("mina")).userId).not.toBe(mina.userId);
	});

	it("is erased by its owner or an administrator only", async () => {
		const { userId } = await signup("jun");
		const byStranger = platform.call("auth.erase", { userId }, { meta: metaOf(mina) });
		expect(await refusal(byStranger)).toMatchObject({ type: "FORBIDDEN", code: 403 });
		const admin = await platform.call("auth.login", { username: "admin", password: "admin" }, { meta: HERE });
		await platform.call("auth.erase", { userId }, { meta: metaOf(admin) });
		expect(await platform.call("auth.contact", { userId })).toEqual({ email: null, name: null });
		const unknown = platform.call("auth.erase", { userId: "USR_0" }, { meta: metaOf(admin) });
		expect(await refusal(unknown)).toMatchObject({ type: "USER_NOT_FOUND", code: 404 });
	});

	it("leaves no session behind when the process died between the erasure and the sessions", async () => {
		const { ports } = await wire(platform.runtime, { hashCost: CHEAP });
		const context = { commandId: "CMD_1", correlationId: "COR_1", causationId: "CMD_1", actor: "SYSTEM" };
		const now = platform.runtime.clock.iso();
		await ports.accounts.change(mina.userId, context, { type: "erase", now }, () => null);
		await platform.drained();
		const ended = (await platform.runtime.store.events("session", metaOf(mina).sessionId ?? "")).at(-1);
		expect(ended).toMatchObject({ type: "auth.session-ended", data: { reason: "REVOKED" } });
	});
});

describe("the master key", () => {
	const master = (byte: number): string => Buffer.alloc(32, byte).toString("base64");

	it("is replaced without a failed read, and the old one is needed no more after the sweep", async () => {
		const folder = temporaryFolder();
		const start = (keys: string) => startAuth({ dataDir: folder.path, env: { MASTER_KEY: keys } });
		const enter = (on: TestPlatform) =>
			on.call("auth.login", { username: "user", password: "password" }, { meta: HERE });

		const before = await start(master(1));
		const { refreshToken, userId } = await enter(before);
		await before.stop();

		const both = await start(`${master(2)},${master(1)}`);
		const wrappedBy = async () =>
			(await both.runtime.store.find<StoredUser>("user", { direction: "asc", limit: 10 })).map(
				({ state }) => state.secrets?.wrappedKey.split(".")[1],
			);
		const old = await wrappedBy();
		for (let hour = 0; hour < 50 && (await wrappedBy()).some((keyId) => old.includes(keyId)); hour++) {
			expect(await both.call("auth.contact", { userId })).toEqual({ email: "user@example.com", name: null });
			await both.advance(3_600_000);
		}
		await both.stop();

		const after = await start(master(2));
		expect(await after.call("auth.contact", { userId })).toEqual({ email: "user@example.com", name: null });
		expect(await after.call("auth.refresh", { refreshToken })).toMatchObject({ userId });
		expect(await enter(after)).toMatchObject({ userId });
		await after.stop();
		folder.remove();
	});
});

describe("a canary", () => {
	afterEach(() => jest.restoreAllMocks());

	it("is found in no event, log line, answer or data file, and no hash or password either", async () => {
		const folder = temporaryFolder();
		const settings = readSettings({ NODE_ENV: "test", LOG_LEVEL: "trace", DATA_DIR: folder.path });
		const runtime = await createRuntime(settings);
		const lines = listen();
		const service = authService({ hashCost: CHEAP }) as never;
		const broker = createBroker(runtime, [service], {
			logger: { type: "Console", options: { level: "trace", formatter: "simple" } },
			logLevel: "trace",
		});
		await broker.start();

		const answers: unknown[] = [];
		const call = async (action: string, params: object, meta: Meta = {}): Promise<unknown> => {
			const answer = await broker.call(action, params, { meta: { ...HERE, ...meta } }).catch((error: unknown) => error);
			answers.push(answer);
			return answer;
		};
		await call("auth.signup", CANARY);
		await call("auth.signup", CANARY);
		await call("auth.signup", { ...CANARY, username: "!", email: "!" });
		for (let time = 0; time < 6; time++) await call("auth.login", { ...CANARY, password: "canary-wrong-7391" });
		const elsewhere = { clientAddress: "203.0.113.99", userAgent: "canary-agent-7391" };
		const login = (await call(
			"auth.login",
			{ email: CANARY.email, password: CANARY.password },
			elsewhere,
		)) as TokenAnswer;
		const refreshed = (await call("auth.refresh", { refreshToken: login.refreshToken })) as TokenAnswer;
		const { userId } = refreshed;
		const fields = [{ name: "customerEmail", value: CANARY.email }];
		const { sealed } = (await call("auth.seal", { userId, context: "order|ORD_1", fields })) as { sealed: object };
		await call("auth.sessions", {}, metaOf(refreshed));
		await call("auth.jwks", {});
		const shown = JSON.stringify(await broker.call("auth.profile", {}, { meta: metaOf(refreshed) }));
		expect(shown).toContain(CANARY.email);
		await runtime.bus.drained();

		const events = JSON.stringify(await runtime.log.read(0, 10_000));
		const stored = JSON.stringify(await runtime.store.load<StoredUser>("user", userId));
		await broker.stop();
		const files = readdirSync(folder.path).map((name) => readFileSync(join(folder.path, name)));

		expect(events).toContain("auth.session-refreshed");
		expect(files.some((file) => file.includes(userId))).toBe(true);
		expect(lines.join("\n")).toContain("auth");
		const secret = [CANARY.password, "canary-wrong-7391"];
		const personal = [
			CANARY.email,
			CANARY.username,
			CANARY.name,
			CANARY.phoneNumber,
			"203.0.113.99",
			"canary-agent-7391",
		];
		const log = lines.join("\n");
		const canaries = [...personal, ...secret];
		const tokens = [login.refreshToken, refreshed.refreshToken, refreshed.accessToken];
		const hits = [
			...hitsIn("events", Buffer.from(events), [...canaries, ...tokens, "argon2id"]),
			...hitsIn("log", Buffer.from(log), [...canaries, ...tokens, "argon2id"]),
			...hitsIn("sealed values", Buffer.from(JSON.stringify(sealed) + stored), canaries),
			...hitsIn("answers", Buffer.from(answers.map(textOf).join("\n")), [...secret, "argon2id", "passwordHash"]),
			...files.flatMap((file) => hitsIn("data file", file, [...canaries, ...tokens.map(lastPart)])),
		];
		expect(hits).toEqual([]);
		folder.remove();
	}, 30_000);
});

async function secretsOf({ runtime }: TestPlatform, userId: string) {
	const stored = await runtime.store.load<StoredUser>("user", userId);
	if (!stored?.state.secrets) throw new Error(`${userId} has no secrets`);
	return { version: stored.version, state: stored.state, secrets: stored.state.secrets };
}

/** Everything the broker and its services log, as text. */
function listen(): string[] {
	const lines: string[] = [];
	const keep = (...parts: readonly unknown[]) => void lines.push(parts.map(textOf).join(" "));
	for (const method of ["log", "warn", "error"] as const) jest.spyOn(console, method).mockImplementation(keep);
	return lines;
}

function textOf(value: unknown): string {
	if (value instanceof Error) return `${value.stack ?? ""} ${JSON.stringify(Object.entries(value))}`;
	return typeof value === "string" ? value : JSON.stringify([value]);
}

function lastPart(token: string): string {
	return token.split(".").at(-1) ?? token;
}

function hitsIn(where: string, bytes: Buffer, canaries: readonly string[]): string[] {
	return canaries.filter((canary) => foundIn(bytes, canary)).map((canary) => `${canary} in ${where}`);
}

/** In clear, in any base64 alignment's middle, or in hex. */
function foundIn(bytes: Buffer, canary: string): boolean {
	const plain = Buffer.from(canary);
	const base64 = [0, 1, 2].map((shift) => plain.subarray(shift, shift + 3 * Math.floor((plain.length - shift) / 3)));
	return [
		plain.toString("latin1"),
		plain.toString("hex"),
		...base64.flatMap((part) => [part.toString("base64url"), part.toString("base64")]),
	].some((form) => bytes.includes(Buffer.from(form, "latin1")));
}
