import { clusterProblems, clusterSettings, type ClusterSettings } from "./cluster.ts";
import { readers, type Environment, type Problems, type RateLimit } from "./readers.ts";

/** Everything the environment decides, read once and validated. Durations in ms, money in won. */
export interface Settings {
	readonly environment: "development" | "test" | "production";
	readonly host: string;
	readonly port: number;
	/** Folder of the embedded store; `:memory:` keeps nothing. */
	readonly dataDir: string;
	/** The embedded store writes in a thread of its own. */
	readonly hasStoreThread: boolean;
	readonly services: readonly string[] | null;
	/** Null: everything in this process, on the embedded store. */
	readonly cluster: ClusterSettings | null;
	/** Address of the collector that spans are sent to; null traces nothing. */
	readonly tracingUrl: string | null;
	readonly logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace";
	readonly clock: "system" | "virtual";
	readonly publicUrl: string;
	readonly toss: {
		/** `mock` is the Toss Twin. */
		readonly mode: "mock" | "test" | "live";
		readonly clientKey: string;
		readonly secretKey: string;
		readonly apiUrl: string;
		/** Whether this process runs the Twin: without provider keys, and unless TOSS_API_URL names one elsewhere. */
		readonly hasTwin: boolean;
		readonly twinPort: number;
		readonly connectTimeoutMs: number;
		readonly totalTimeoutMs: number;
	};
	readonly auth: {
		/** Ed25519 private key in PEM; null makes one and keeps it in the data folder (outside production). */
		readonly signingKeyPem: string | null;
		/** 32 bytes that wrap the users' data keys, base64; null likewise. */
		readonly masterKey: string | null;
		readonly accessTokenMs: number;
		readonly refreshTokenMs: number;
		readonly sessionMaxMs: number;
		readonly admin: { readonly username: string; readonly password: string; readonly email: string } | null;
	};
	readonly limits: { readonly api: RateLimit | null; readonly login: RateLimit | null; readonly bodyBytes: number };
	readonly corsOrigins: readonly string[];
	readonly trustedProxies: readonly string[];
	readonly logsPublic: boolean;
	/** Rows of the event log are kept for this long; the events themselves for ever. */
	readonly logRetentionMs: number;
	/** Whether the saga's test endpoints are there. */
	readonly hasSagaTests: boolean;
	readonly orderExpiryMs: number;
	readonly orderAmountMin: number;
	readonly orderAmountMax: number;
	/** A payment without an outcome is looked up after this time, and again at this pace. */
	readonly reconcileAfterMs: number;
	readonly reconcileEveryMs: number;
	readonly points: {
		/** Share of a purchase that becomes points, in basis points. */
		readonly rateBps: number;
		/** Users and products whose points fail, for tests and demos; always empty in production. */
		readonly failures: readonly string[];
	};
}

/** The settings cannot work; `problems` has one line each. */
export class SettingsError extends Error {
	readonly problems: readonly string[];

	constructor(problems: readonly string[]) {
		super(`The configuration cannot work:\n${problems.map((line) => `  - ${line}`).join("\n")}`);
		this.name = "SettingsError";
		this.problems = problems;
	}
}

/** The demo key pair of the Toss Twin. */
export const TWIN_KEYS = {
	clientKey: "test_ck_payflow_twin_demo_0001",
	secretKey: "test_sk_payflow_twin_demo_0001",
} as const;

const TOSS_API_URL = "https://api.tosspayments.com";
const PORT_MAX = 65_535;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Reads the environment; throws `SettingsError` with every problem at once. */
export function readSettings(env: Environment): Settings {
	const problems: Problems = [];
	const read = readers(env, problems);
	const environment = read.oneOf("NODE_ENV", ["development", "test", "production"], "development");
	const port = read.integer("PORT", 8080, 0, PORT_MAX);
	const host = read.text("HOST", "127.0.0.1");
	const dataDir = read.text("DATA_DIR", "data");
	const settings: Settings = {
		environment,
		host,
		port,
		dataDir,
		hasStoreThread: read.flag("STORE_THREAD", environment !== "test") && dataDir !== ":memory:",
		services: read.list("SERVICES"),
		cluster: clusterSettings(read),
		tracingUrl: read.address("TRACING_URL", ["http", "https"]),
		logLevel: read.oneOf("LOG_LEVEL", ["fatal", "error", "warn", "info", "debug", "trace"], "warn"),
		clock: read.oneOf("CLOCK", ["system", "virtual"], "system"),
		publicUrl: read.url("PUBLIC_URL", `http://localhost:${port}`),
		toss: tossSettings(read, host, port),
		auth: authSettings(read),
		limits: {
			api: read.rateLimit("RATE_LIMIT_API", { count: 100, windowMs: 10_000 }),
			login: read.rateLimit("RATE_LIMIT_LOGIN", { count: 10, windowMs: MINUTE_MS }),
			bodyBytes: read.integer("BODY_LIMIT_BYTES", 65_536, 1_024, 1_048_576),
		},
		corsOrigins: read.list("CORS_ORIGINS") ?? [],
		trustedProxies: read.list("TRUSTED_PROXIES") ?? [],
		logsPublic: read.flag("LOGS_PUBLIC", environment !== "production"),
		logRetentionMs: read.integer("LOG_RETENTION_DAYS", 90, 1, 3_650) * DAY_MS,
		hasSagaTests: read.flag("SAGA_TEST_ENDPOINTS", environment !== "production"),
		orderExpiryMs: read.integer("ORDER_EXPIRY_MINUTES", 30, 1, 1_440) * MINUTE_MS,
		orderAmountMin: read.integer("ORDER_AMOUNT_MIN", 100, 1, 1_000_000),
		orderAmountMax: read.integer("ORDER_AMOUNT_MAX", 100_000_000, 1_000, 10_000_000_000),
		reconcileAfterMs: read.integer("RECONCILE_AFTER_SECONDS", 60, 1, 3_600) * 1_000,
		reconcileEveryMs: read.integer("RECONCILE_EVERY_SECONDS", 60, 1, 3_600) * 1_000,
		points: { rateBps: read.integer("POINT_RATE_BPS", 100, 0, 10_000), failures: read.list("POINT_FAILURES") ?? [] },
	};
	problems.push(...combinationProblems(settings, env));
	if (problems.length > 0) throw new SettingsError(problems);
	return settings;
}

type Read = ReturnType<typeof readers>;

function tossSettings(read: Read, host: string, port: number): Settings["toss"] {
	const secretKey = read.optional("TOSS_SECRET_KEY");
	const twinPort = read.integer("TOSS_TWIN_PORT", port === 0 ? 0 : port + 1, 0, PORT_MAX);
	const isMock = secretKey === null;
	const twinUrl = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${twinPort}`;
	return {
		mode: isMock ? "mock" : secretKey.startsWith("live_") ? "live" : "test",
		clientKey: read.text("TOSS_CLIENT_KEY", TWIN_KEYS.clientKey),
		secretKey: secretKey ?? TWIN_KEYS.secretKey,
		hasTwin: isMock && read.optional("TOSS_API_URL") === null,
		apiUrl: read.url("TOSS_API_URL", isMock ? twinUrl : TOSS_API_URL),
		twinPort,
		connectTimeoutMs: read.integer("TOSS_CONNECT_TIMEOUT_MS", 3_000, 100, 30_000),
		totalTimeoutMs: read.integer("TOSS_TOTAL_TIMEOUT_MS", 10_000, 200, 60_000),
	};
}

function authSettings(read: Read): Settings["auth"] {
	const username = read.optional("ADMIN_USERNAME");
	const password = read.optional("ADMIN_PASSWORD");
	return {
		signingKeyPem: read.optional("JWT_PRIVATE_KEY"),
		masterKey: read.optional("MASTER_KEY"),
		accessTokenMs: read.integer("ACCESS_TOKEN_SECONDS", 300, 5, 3_600) * 1_000,
		refreshTokenMs: read.integer("REFRESH_TOKEN_DAYS", 30, 1, 90) * DAY_MS,
		sessionMaxMs: read.integer("SESSION_MAX_DAYS", 90, 1, 365) * DAY_MS,
		admin:
			username === null || password === null
				? null
				: { username, password, email: read.text("ADMIN_EMAIL", `${username}@example.com`) },
	};
}

function combinationProblems(settings: Settings, env: Environment): string[] {
	const problems = tossProblems(settings, env);
	const isProduction = settings.environment === "production";
	problems.push(...clusterProblems(settings.cluster, { env, isVirtual: settings.clock === "virtual", isProduction }));
	if (isSet(env, "ADMIN_USERNAME") !== isSet(env, "ADMIN_PASSWORD"))
		problems.push("ADMIN_USERNAME and ADMIN_PASSWORD are a pair: set both, or neither.");
	if (settings.orderAmountMin > settings.orderAmountMax) problems.push("ORDER_AMOUNT_MIN is above ORDER_AMOUNT_MAX.");
	if (isProduction) problems.push(...productionProblems(settings));
	return problems;
}

function tossProblems({ toss, port }: Settings, env: Environment): string[] {
	const problems: string[] = [];
	if (isSet(env, "TOSS_CLIENT_KEY") !== isSet(env, "TOSS_SECRET_KEY"))
		problems.push("TOSS_CLIENT_KEY and TOSS_SECRET_KEY are a pair: set both, or neither to use the Toss Twin.");
	if (toss.mode !== "mock" && toss.clientKey.split("_")[0] !== toss.secretKey.split("_")[0])
		problems.push("TOSS_CLIENT_KEY and TOSS_SECRET_KEY must both be test keys or both be live keys.");
	if (toss.hasTwin && toss.twinPort !== 0 && (toss.twinPort === port || toss.twinPort > PORT_MAX))
		problems.push("TOSS_TWIN_PORT must be another port than PORT, at most 65535.");
	return problems;
}

function isSet(env: Environment, name: string): boolean {
	return (env[name] ?? "").trim() !== "";
}

function productionProblems(settings: Settings): string[] {
	const { toss, auth } = settings;
	const problems = refusedInProduction(settings);
	if (toss.mode === "mock") problems.push("TOSS_SECRET_KEY is required in production: the Toss Twin is refused there.");
	if (auth.signingKeyPem === null) problems.push("JWT_PRIVATE_KEY (an Ed25519 key in PEM) is required in production.");
	if (auth.masterKey === null) problems.push("MASTER_KEY (32 bytes, base64) is required in production.");
	if (auth.admin === null)
		problems.push("ADMIN_USERNAME and ADMIN_PASSWORD are required in production for the first administrator.");
	return problems;
}

/** What serves tests and demos only. */
function refusedInProduction({ clock, dataDir, hasSagaTests, points }: Settings): string[] {
	const problems: string[] = [];
	if (hasSagaTests) problems.push("SAGA_TEST_ENDPOINTS is refused in production: it would need a provider of its own.");
	if (clock === "virtual") problems.push("CLOCK=virtual is refused in production.");
	if (points.failures.length > 0) problems.push("POINT_FAILURES is refused in production.");
	if (dataDir === ":memory:")
		problems.push("DATA_DIR=:memory: is refused in production: nothing would survive a restart.");
	return problems;
}
