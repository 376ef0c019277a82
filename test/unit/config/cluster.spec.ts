import { readSettings, SettingsError } from "../../../mixins/config/settings.ts";

const CLUSTER = {
	MONGODB_URI: "mongodb://payflow:secret@127.0.0.1:27017/payflow",
	EVENTS: "kafka://payflow:secret@127.0.0.1:9092",
	TRANSPORTER: "nats://payflow:secret@127.0.0.1:4222",
	REDIS_URL: "redis://:secret@127.0.0.1:6379/1",
	JWT_PRIVATE_KEY: "-----BEGIN PRIVATE KEY-----",
	MASTER_KEY: Buffer.alloc(32).toString("base64"),
};

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
	try {
		readSettings(env);
		return [];
	} catch (error) {
		return error instanceof SettingsError ? error.problems : [String(error)];
	}
}

describe("the settings of a cluster", () => {
	it("are absent in the embedded profile", () => {
		expect(readSettings({}).cluster).toBeNull();
		expect(readSettings({ EVENTS_PARTITIONS: "12" }).cluster).toBeNull();
	});

	it("name the servers and how the topics are made", () => {
		expect(
			readSettings({ ...CLUSTER, EVENTS_PARTITIONS: "12", NODE_ID: "order-1", METRICS_PORT: "9100" }).cluster,
		).toEqual({
			mongoUri: CLUSTER.MONGODB_URI,
			eventsUrl: CLUSTER.EVENTS,
			transporterUrl: CLUSTER.TRANSPORTER,
			redisUrl: "redis://:secret@127.0.0.1:6379/1",
			nodeId: "order-1",
			eventPartitions: 12,
			eventReplicas: 1,
			hasEventAliases: false,
			metricsPort: 9_100,
		});
	});

	it.each([
		["MONGODB_URI", /^MONGODB_URI is required/],
		["EVENTS", /^EVENTS is required/],
		["JWT_PRIVATE_KEY", /^JWT_PRIVATE_KEY is required with MONGODB_URI/],
		["MASTER_KEY", /^MASTER_KEY is required with MONGODB_URI/],
	])("cannot work without %s", (name, expected) => {
		const env: Record<string, string> = { ...CLUSTER, [name]: "" };
		expect(problemsOf(env)).toContainEqual(expect.stringMatching(expected));
	});

	it.each(["MONGODB_URI", "EVENTS", "TRANSPORTER", "REDIS_URL"])("refuse an address of another kind in %s", (name) => {
		expect(problemsOf({ ...CLUSTER, [name]: "http://127.0.0.1" })).toContainEqual(
			expect.stringMatching(new RegExp(`^${name} must be an address that starts with`)),
		);
	});

	it.each(["MONGODB_URI", "EVENTS", "TRANSPORTER"])("demand credentials in %s in production", (name) => {
		const url = CLUSTER[name as keyof typeof CLUSTER].replace("payflow:secret@", "");
		expect(problemsOf({ ...CLUSTER, NODE_ENV: "production", [name]: url })).toContain(
			`${name} needs a user and a password in production.`,
		);
		expect(problemsOf({ ...CLUSTER, NODE_ENV: "production" })).not.toContainEqual(
			expect.stringMatching(/needs a user/),
		);
	});

	it("do without Redis, and demand a password of one in production", () => {
		expect(readSettings({ ...CLUSTER, REDIS_URL: "" }).cluster?.redisUrl).toBeNull();
		const problem = "REDIS_URL needs a password in production.";
		const inProduction = (REDIS_URL: string) => problemsOf({ ...CLUSTER, NODE_ENV: "production", REDIS_URL });
		expect(inProduction("redis://127.0.0.1:6379")).toContain(problem);
		expect(inProduction("rediss://payflow@127.0.0.1:6379")).toContain(problem);
		expect(inProduction("redis://payflow:@127.0.0.1:6379")).toContain(problem);
		for (const url of ["redis://:secret@127.0.0.1:6379", "rediss://payflow:secret@127.0.0.1:6379/2", ""])
			expect(inProduction(url)).not.toContain(problem);
	});

	it("leave no room for virtual time", () => {
		expect(problemsOf({ ...CLUSTER, CLOCK: "virtual" })).toContainEqual(
			expect.stringMatching(/^CLOCK=virtual is refused/),
		);
	});
});
