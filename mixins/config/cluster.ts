import type { readers, Environment } from "./readers.ts";

/** What several processes share; null in the embedded profile. */
export interface ClusterSettings {
	/** `mongodb://user:password@host:port/database?replicaSet=…`. */
	readonly mongoUri: string;
	/** `kafka://`, `kafkas://`, `nats://` or `tls://` (JetStream). */
	readonly eventsUrl: string;
	/** `nats://` or `kafka://`; null when one process runs everything. */
	readonly transporterUrl: string | null;
	/** `redis://` or `rediss://` (TLS), where gateways share their rate limits; null for the store. */
	readonly redisUrl: string | null;
	/** Name of this process, unique among all. */
	readonly nodeId: string | null;
	/** Partitions of each topic; never changed once there are events. */
	readonly eventPartitions: number;
	readonly eventReplicas: number;
	/** Also mirrors facts to topics of the names they have elsewhere. */
	readonly hasEventAliases: boolean;
	/** Where the process serves /metrics, /health and /ready, unguarded; null for nowhere, 0 for any port. */
	readonly metricsPort: number | null;
}

const NAMES = ["MONGODB_URI", "EVENTS", "TRANSPORTER"] as const;
/** What a cluster cannot do without, and why. */
const REQUIRED = {
	MONGODB_URI: "EVENTS or TRANSPORTER: the embedded store belongs to one process.",
	EVENTS: "MONGODB_URI or TRANSPORTER: events travel through Kafka or JetStream then.",
	JWT_PRIVATE_KEY: "MONGODB_URI: every process needs the same.",
	MASTER_KEY: "MONGODB_URI: every process needs the same.",
} as const;
const PORT_MAX = 65_535;

/** Reads the cluster's part of the environment; null when none of it is set. */
export function clusterSettings(read: ReturnType<typeof readers>): ClusterSettings | null {
	const settings = {
		mongoUri: read.address("MONGODB_URI", ["mongodb", "mongodb+srv"]) ?? "",
		eventsUrl: read.address("EVENTS", ["kafka", "kafkas", "nats", "tls"]) ?? "",
		transporterUrl: read.address("TRANSPORTER", ["nats", "tls", "kafka", "kafkas"]),
		redisUrl: read.address("REDIS_URL", ["redis", "rediss"]),
		nodeId: read.optional("NODE_ID"),
		eventPartitions: read.integer("EVENTS_PARTITIONS", 6, 1, 256),
		eventReplicas: read.integer("EVENTS_REPLICAS", 1, 1, 9),
		hasEventAliases: read.flag("EVENTS_ALIASES", false),
		metricsPort: read.optional("METRICS_PORT") === null ? null : read.integer("METRICS_PORT", 0, 0, PORT_MAX),
	};
	return NAMES.every((name) => read.optional(name) === null) ? null : settings;
}

/** What cannot work together, one line each. */
export function clusterProblems(
	cluster: ClusterSettings | null,
	{ env, isVirtual, isProduction }: { env: Environment; isVirtual: boolean; isProduction: boolean },
): string[] {
	if (cluster === null) return [];
	const isMissing = (name: string) => (env[name] ?? "").trim() === "";
	const missing = Object.entries(REQUIRED).filter(([name]) => isMissing(name));
	const exposed = isProduction ? NAMES.filter((name) => !isMissing(name) && !hasCredentials(env[name] ?? "")) : [];
	return [
		...missing.map(([name, reason]) => `${name} is required with ${reason}`),
		...(isVirtual ? ["CLOCK=virtual is refused with MONGODB_URI: servers have a time of their own."] : []),
		...exposed.map((name) => `${name} needs a user and a password in production.`),
		...(isProduction && !hasPassword(cluster.redisUrl) ? ["REDIS_URL needs a password in production."] : []),
	];
}

/** Redis asks for a password alone unless it was given users. */
function hasPassword(redisUrl: string | null): boolean {
	return redisUrl === null || /^rediss?:\/\/[^:@/]*:[^@/]+@/.test(redisUrl);
}

function hasCredentials(url: string): boolean {
	return /^[a-z+]+:\/\/[^:@/]+:[^@/]+@/.test(url);
}
