import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Agent, request } from "undici";
import { everyService } from "../../../deploy/cluster/groups.ts";
import { ClusterProcess } from "../../../deploy/cluster/process.ts";
import { newSecrets } from "../../../deploy/cluster/secrets.ts";
import { startServers, type ClusterServers } from "../../../deploy/cluster/servers.ts";
import { freePorts } from "../../../deploy/servers/wire.ts";
import { until } from "../node-bed.ts";

/** What a gateway has said. */
export interface Told {
	readonly status: number;
	readonly text: string;
	readonly body: Readonly<Record<string, unknown>>;
	readonly retryAfter: string | null;
	readonly ms: number;
}

/** One request of a test. */
export interface Ask {
	readonly method?: "GET" | "POST";
	readonly path: string;
	readonly body?: unknown;
	readonly token?: string;
	readonly key?: string;
	/** Address of the client, as a trusted proxy reports it. */
	readonly from?: string;
}

/** Two processes, each a gateway with all services, on the same servers. */
export interface Pair {
	readonly processes: readonly ClusterProcess[];
	/** Through the first (0) or the second (1); a failed connection throws. */
	ask(gateway: number, request: Ask): Promise<Told>;
	/** Answers of as many requests at once, through both in turn. */
	askBoth(times: number, request: Ask): Promise<Told[]>;
	stop(): Promise<void>;
}

/** MongoDB's part, NATS for calls and events, Redis. */
export async function startGround(folder: string): Promise<ClusterServers> {
	await mkdir(folder, { recursive: true });
	const servers = await startServers({ folder, events: "nats", transporter: "nats", hasRedis: true, source: "ours" });
	for (const { name, product, origin } of servers.all) process.stderr.write(`  ${name}: ${product}, ${origin}\n`);
	return servers;
}

export async function endGround(servers: ClusterServers, folder: string): Promise<void> {
	await Promise.all(servers.all.map((server) => server.stop()));
	await rm(folder, { recursive: true, force: true });
}

const secrets = newSecrets();

/** Starts both; `env` decides between store and Redis, and the limits. */
export async function startPair(name: string, folder: string, env: Readonly<Record<string, string>>): Promise<Pair> {
	const ports = await freePorts(2);
	const processes = ports.map((port, index) => processOf(`${name}-${index + 1}`, folder, port, env));
	const agent = new Agent({ connections: 64, headersTimeout: 20_000, bodyTimeout: 20_000 });
	const stop = async () => {
		await agent.destroy();
		await Promise.all(processes.map((process) => process.stop()));
	};
	try {
		for (const process of processes) await process.launch();
		await Promise.all(processes.map((process) => process.ready()));
	} catch (error) {
		await stop();
		throw error;
	}
	const ask = (gateway: number, asked: Ask) => send(agent, processes[gateway]?.url ?? "", asked);
	await acquainted(ask);
	return {
		processes,
		ask,
		askBoth: (times, asked) => Promise.all(Array.from({ length: times }, (_, index) => ask(index % 2, asked))),
		stop,
	};
}

/** Resolves when each of the two knows the other. */
async function acquainted(ask: Pair["ask"]): Promise<void> {
	const body = { username: "admin", password: "admin" };
	const login = await ask(0, { method: "POST", path: "/api/auth/login", body });
	const token = String(login.body["accessToken"]);
	const countOf = async (gateway: number) => {
		const { body: nodes } = await ask(gateway, { path: "/api/admin/nodes", token });
		return (nodes["items"] as readonly unknown[] | undefined)?.length;
	};
	await until(async () => (await countOf(0)) === 2 && (await countOf(1)) === 2, "both gateways know each other");
}

function processOf(name: string, folder: string, port: number, env: Readonly<Record<string, string>>): ClusterProcess {
	return new ClusterProcess({
		name,
		script: "deploy/scripts/start.ts",
		env: {
			NODE_ENV: "test",
			LOG_LEVEL: "warn",
			HOST: "127.0.0.1",
			PORT: String(port),
			PUBLIC_URL: `http://127.0.0.1:${port}`,
			// Nobody pays here, so there is no provider either.
			TOSS_API_URL: "http://127.0.0.1:1",
			TRUSTED_PROXIES: "127.0.0.1",
			RATE_LIMIT_LOGIN: "off",
			JWT_PRIVATE_KEY: secrets.signingKeyPem,
			MASTER_KEY: secrets.masterKey,
			NODE_ID: name,
			SERVICES: everyService().join(","),
			...env,
		},
		url: `http://127.0.0.1:${port}`,
		readyPath: "/ready",
		logFile: join(folder, `${name}.log`),
	});
}

async function send(agent: Agent, url: string, asked: Ask): Promise<Told> {
	const startedAt = performance.now();
	const response = await request(url + asked.path, {
		method: asked.method ?? "GET",
		dispatcher: agent,
		headers: headersOf(asked),
		body: asked.body === undefined ? null : JSON.stringify(asked.body),
	});
	const text = await response.body.text();
	const retryAfter = response.headers["retry-after"];
	return {
		status: response.statusCode,
		text,
		body: text.startsWith("{") ? (JSON.parse(text) as Told["body"]) : {},
		retryAfter: typeof retryAfter === "string" ? retryAfter : null,
		ms: performance.now() - startedAt,
	};
}

function headersOf({ token, key, from, body }: Ask): Record<string, string> {
	return {
		...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
		...(key === undefined ? {} : { "idempotency-key": key }),
		...(from === undefined ? {} : { "x-forwarded-for": from }),
		...(body === undefined ? {} : { "content-type": "application/json" }),
	};
}
