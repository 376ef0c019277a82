import { join } from "node:path";
import { servers, type Server, type ServerName } from "../servers/index.ts";
import { dockerAnswers, startInDocker } from "./docker.ts";
import { newPassword } from "./secrets.ts";

/** What can carry events, calls, or both. */
export type Broker = "kafka" | "nats";

/** The servers of a cluster, and the settings that lead to them. */
export interface ClusterServers {
	readonly events: Server;
	readonly transporter: Server;
	readonly store: Server;
	/** Null: the gateways share their rate limits in the store. */
	readonly limits: Server | null;
	/** Each once. */
	readonly all: readonly Server[];
	/** MONGODB_URI, EVENTS and TRANSPORTER, and REDIS_URL where there is one, with credentials. */
	readonly environment: Readonly<Record<string, string>>;
}

interface Wanted {
	readonly folder: string;
	readonly events: Broker;
	readonly transporter: Broker;
	readonly hasRedis: boolean;
	/** `ours`: never one from the environment. */
	readonly source: "any" | "ours";
}

const DATABASE = "payflow";
const REDIS: readonly ServerName[] = ["redis"];
const VARIABLES: Readonly<Record<ServerName, string>> = {
	nats: "NATS_URL",
	kafka: "KAFKA_URL",
	mongo: "MONGODB_URI",
	redis: "REDIS_URL",
};

/** Those of the environment, else Docker's, else what this machine has or can get; throws `ServerMissing`. */
export async function startServers({ folder, events, transporter, hasRedis, source }: Wanted): Promise<ClusterServers> {
	const hasDocker = await dockerAnswers();
	const wanted: ServerName[] = ["mongo", ...new Set<ServerName>([events, transporter]), ...(hasRedis ? REDIS : [])];
	const attempts = await Promise.allSettled(
		wanted.map(async (name) => [name, await startOne(name, join(folder, name), source, hasDocker)] as const),
	);
	const started = new Map(attempts.filter((attempt) => attempt.status === "fulfilled").map(({ value }) => value));
	for (const attempt of attempts) {
		if (attempt.status === "fulfilled") continue;
		await Promise.all([...started.values()].map((server) => server.stop()));
		throw attempt.reason;
	}
	const of = (name: ServerName): Server => {
		const server = started.get(name);
		if (server === undefined) throw new Error(`The ${name} server was not started.`);
		return server;
	};
	const limits = started.get("redis") ?? null;
	return {
		limits,
		events: of(events),
		transporter: of(transporter),
		store: of("mongo"),
		all: [...started.values()],
		environment: {
			MONGODB_URI: withDatabase(of("mongo").url),
			EVENTS: of(events).url,
			TRANSPORTER: of(transporter).url,
			...(limits === null ? {} : { REDIS_URL: limits.url }),
		},
	};
}

async function startOne(
	name: ServerName,
	dataDir: string,
	source: Wanted["source"],
	hasDocker: boolean,
): Promise<Server> {
	const isGiven = source === "any" && (process.env[VARIABLES[name]] ?? "") !== "";
	if (hasDocker && !isGiven && name !== "redis") return startInDocker(name);
	// The substitute for MongoDB knows no users.
	const credentials = name === "mongo" ? {} : { credentials: { user: "payflow", password: newPassword() } };
	return servers.start(name, { dataDir, source, ...credentials });
}

/** The same address, with our database unless it names one; it may list several hosts. */
export function withDatabase(url: string): string {
	const [, start = url, path = "", query = ""] = /^([a-z+]+:\/\/[^/?]+)(\/[^?]*)?(\?.*)?$/.exec(url) ?? [];
	return `${start}${path.length > 1 ? path : `/${DATABASE}`}${query}`;
}
