import type { Environment } from "../../../mixins/config/readers.ts";
import { readSettings, SettingsError, TWIN_KEYS } from "../../../mixins/config/settings.ts";

function problemsOf(env: Environment): readonly string[] {
	try {
		readSettings(env);
		return [];
	} catch (error) {
		if (error instanceof SettingsError) return error.problems;
		throw error;
	}
}

const production: Environment = {
	NODE_ENV: "production",
	TOSS_CLIENT_KEY: "live_ck_1",
	TOSS_SECRET_KEY: "live_sk_1",
	JWT_PRIVATE_KEY: "-----BEGIN PRIVATE KEY-----",
	MASTER_KEY: "AAAA",
	ADMIN_USERNAME: "root",
	ADMIN_PASSWORD: "a long password",
};

describe("settings", () => {
	it("need nothing for development", () => {
		expect(readSettings({})).toMatchObject({
			environment: "development",
			host: "127.0.0.1",
			port: 8080,
			dataDir: "data",
			services: null,
			logLevel: "warn",
			clock: "system",
			publicUrl: "http://localhost:8080",
			logsPublic: true,
			orderExpiryMs: 1_800_000,
			logRetentionMs: 7_776_000_000,
			corsOrigins: [],
			limits: { api: { count: 100, windowMs: 10_000 }, login: { count: 10, windowMs: 60_000 }, bodyBytes: 65_536 },
			toss: { mode: "mock", ...TWIN_KEYS, apiUrl: "http://127.0.0.1:8081", twinPort: 8081, hasTwin: true },
			auth: { signingKeyPem: null, masterKey: null, admin: null, accessTokenMs: 300_000 },
		});
	});

	it("take what the environment says, in its units", () => {
		const settings = readSettings({
			PORT: " 9000 ",
			HOST: "0.0.0.0",
			SERVICES: "order, payment,,",
			RATE_LIMIT_API: "5/2",
			RATE_LIMIT_LOGIN: "off",
			LOGS_PUBLIC: "FALSE",
			ORDER_EXPIRY_MINUTES: "5",
			RECONCILE_AFTER_SECONDS: "1",
			ACCESS_TOKEN_SECONDS: "60",
			PUBLIC_URL: "https://pay.example.com",
			ADMIN_USERNAME: "root",
			ADMIN_PASSWORD: "secret",
			CORS_ORIGINS: "https://a.example.com,https://b.example.com",
		});
		expect(settings).toMatchObject({
			port: 9000,
			services: ["order", "payment"],
			limits: { api: { count: 5, windowMs: 2_000 }, login: null },
			logsPublic: false,
			orderExpiryMs: 300_000,
			reconcileAfterMs: 1_000,
			publicUrl: "https://pay.example.com",
			corsOrigins: ["https://a.example.com", "https://b.example.com"],
			toss: { apiUrl: "http://127.0.0.1:9001", twinPort: 9001 },
			auth: { accessTokenMs: 60_000, admin: { username: "root", password: "secret", email: "root@example.com" } },
		});
	});

	it("treat an empty value as none", () => {
		expect(problemsOf({ PORT: "", LOG_LEVEL: " ", TOSS_CLIENT_KEY: "" })).toEqual([]);
	});

	it("know real keys from the Twin's", () => {
		const keys = (kind: string) => ({ TOSS_CLIENT_KEY: `${kind}_ck_1`, TOSS_SECRET_KEY: `${kind}_sk_1` });
		const real = { apiUrl: "https://api.tosspayments.com", hasTwin: false };
		expect(readSettings(keys("test")).toss).toMatchObject({ mode: "test", ...real });
		expect(readSettings(keys("live")).toss).toMatchObject({ mode: "live", ...real });
		expect(readSettings({ TOSS_API_URL: "http://127.0.0.1:7000" }).toss).toMatchObject({
			mode: "mock",
			hasTwin: false,
		});
	});

	it.each([
		[{ NODE_ENV: "prod" }, "NODE_ENV must be one of development, test, production."],
		[{ PORT: "http" }, "PORT must be a whole number from 0 to 65535."],
		[{ PORT: "65536" }, "PORT must be a whole number from 0 to 65535."],
		[{ PORT: "-1" }, "PORT must be a whole number from 0 to 65535."],
		[{ PORT: "8080.5" }, "PORT must be a whole number from 0 to 65535."],
		[{ PORT: "1e3" }, "PORT must be a whole number from 0 to 65535."],
		[{ LOG_LEVEL: "loud" }, "LOG_LEVEL must be one of fatal, error, warn, info, debug, trace."],
		[{ CLOCK: "sundial" }, "CLOCK must be one of system, virtual."],
		[{ LOGS_PUBLIC: "yes" }, "LOGS_PUBLIC must be true or false."],
		[{ RATE_LIMIT_API: "100" }, "RATE_LIMIT_API must be <count>/<seconds>, for example 100/10, or off."],
		[{ RATE_LIMIT_API: "0/10" }, "RATE_LIMIT_API must be <count>/<seconds>, for example 100/10, or off."],
		[{ RATE_LIMIT_LOGIN: "10/0" }, "RATE_LIMIT_LOGIN must be <count>/<seconds>, for example 100/10, or off."],
		[{ BODY_LIMIT_BYTES: "1023" }, "BODY_LIMIT_BYTES must be a whole number from 1024 to 1048576."],
		[{ POINT_RATE_BPS: "10001" }, "POINT_RATE_BPS must be a whole number from 0 to 10000."],
		[{ ORDER_EXPIRY_MINUTES: "0" }, "ORDER_EXPIRY_MINUTES must be a whole number from 1 to 1440."],
		[{ PUBLIC_URL: "pay.example.com" }, "PUBLIC_URL must be an address that starts with http:// or https://."],
		[{ TOSS_API_URL: "ftp://x" }, "TOSS_API_URL must be an address that starts with http:// or https://."],
		[{ ORDER_AMOUNT_MIN: "5000", ORDER_AMOUNT_MAX: "1000" }, "ORDER_AMOUNT_MIN is above ORDER_AMOUNT_MAX."],
		[
			{ TOSS_SECRET_KEY: "test_sk_1" },
			"TOSS_CLIENT_KEY and TOSS_SECRET_KEY are a pair: set both, or neither to use the Toss Twin.",
		],
		[
			{ TOSS_CLIENT_KEY: "test_ck_1", TOSS_SECRET_KEY: " " },
			"TOSS_CLIENT_KEY and TOSS_SECRET_KEY are a pair: set both, or neither to use the Toss Twin.",
		],
		[
			{ TOSS_CLIENT_KEY: "test_ck_1", TOSS_SECRET_KEY: "live_sk_1" },
			"TOSS_CLIENT_KEY and TOSS_SECRET_KEY must both be test keys or both be live keys.",
		],
		[{ ADMIN_USERNAME: "root" }, "ADMIN_USERNAME and ADMIN_PASSWORD are a pair: set both, or neither."],
		[{ TOSS_TWIN_PORT: "8080" }, "TOSS_TWIN_PORT must be another port than PORT, at most 65535."],
		[{ PORT: "65535" }, "TOSS_TWIN_PORT must be another port than PORT, at most 65535."],
	])("refuse %j", (env, problem) => {
		expect(problemsOf(env)).toEqual([problem]);
	});

	it("tell every problem at once, one line each", () => {
		const env = { PORT: "x", CLOCK: "y", ACCESS_TOKEN_SECONDS: "1" };
		expect(problemsOf(env)).toHaveLength(3);
		expect(() => readSettings(env)).toThrow(
			[
				"The configuration cannot work:",
				"  - PORT must be a whole number from 0 to 65535.",
				"  - CLOCK must be one of system, virtual.",
				"  - ACCESS_TOKEN_SECONDS must be a whole number from 5 to 3600.",
			].join("\n"),
		);
	});
});

describe("settings for production", () => {
	it("are accepted when everything is there, and keep the log private", () => {
		expect(readSettings(production)).toMatchObject({ environment: "production", logsPublic: false });
	});

	it.each([
		[
			{ TOSS_CLIENT_KEY: "", TOSS_SECRET_KEY: "" },
			"TOSS_SECRET_KEY is required in production: the Toss Twin is refused there.",
		],
		[{ JWT_PRIVATE_KEY: "" }, "JWT_PRIVATE_KEY (an Ed25519 key in PEM) is required in production."],
		[{ MASTER_KEY: "" }, "MASTER_KEY (32 bytes, base64) is required in production."],
		[
			{ ADMIN_USERNAME: "", ADMIN_PASSWORD: "" },
			"ADMIN_USERNAME and ADMIN_PASSWORD are required in production for the first administrator.",
		],
		[{ CLOCK: "virtual" }, "CLOCK=virtual is refused in production."],
		[{ POINT_FAILURES: "USR_1" }, "POINT_FAILURES is refused in production."],
		[{ DATA_DIR: ":memory:" }, "DATA_DIR=:memory: is refused in production: nothing would survive a restart."],
	])("are refused with %j", (changes, problem) => {
		expect(problemsOf({ ...production, ...changes })).toEqual([problem]);
	});
});
