import { writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { envFileOf } from "../cluster/env-file.ts";
import { Cluster, type Broker } from "../cluster/topology.ts";
import { ServerMissing } from "../servers/index.ts";

/** `npm run cluster -- --events nats --redis --port 9000`: real servers and the platform as many processes, until Ctrl-C. */
const LABEL = 14;
const BROKERS: readonly string[] = ["kafka", "nats"];
const OWNER_ONLY = 0o600;

const { values } = parseArgs({
	options: {
		port: { type: "string", default: process.env["PORT"] ?? "8080" },
		events: { type: "string", default: "kafka" },
		transporter: { type: "string", default: "nats" },
		redis: { type: "boolean", default: (process.env["REDIS_URL"] ?? "") !== "" },
	},
});

const run = { isEnding: false };
try {
	await main();
} catch (error) {
	// A start that is interrupted fails by itself; whoever interrupts ends the rest.
	if (!run.isEnding) fail(error);
}

function fail(error: unknown): never {
	console.error(error instanceof ServerMissing ? `No cluster: ${error.message}` : error);
	process.exit(1);
}

async function main(): Promise<void> {
	const { port, events, transporter, redis } = values;
	const folder = await mkdtemp(join(tmpdir(), "payflow-cluster-"));
	const first = Number(port);
	const cluster = new Cluster({
		folder,
		events: brokerOf(events),
		transporter: brokerOf(transporter),
		hasRedis: redis,
		ports: { gateways: [first, first + 1], twin: first + 2 },
		env: { NODE_ENV: "development", LOG_LEVEL: process.env["LOG_LEVEL"] ?? "warn" },
	});
	for (const signal of ["SIGINT", "SIGTERM"] as const) {
		process.on(signal, () => {
			if (run.isEnding) return;
			run.isEnding = true;
			console.log("\n  stopping …");
			void stop(cluster).finally(() => process.exit(0));
		});
	}
	const startedAt = performance.now();
	await cluster.start((text) => console.log(`  ${text}`));
	writeFileSync(consoleFile(folder), envFileOf(cluster.environment), { mode: OWNER_ONLY });
	console.log(page(cluster, folder, Math.round(performance.now() - startedAt)));
}

async function stop(cluster: Cluster): Promise<void> {
	const ends = await cluster.stop();
	for (const { name, code, ms } of ends) if (code !== 0) console.log(`  ${name} ended with ${code} after ${ms} ms`);
	await cluster.end();
}

function page(cluster: Cluster, folder: string, elapsedMs: number): string {
	const [first = "", second = ""] = cluster.gateways;
	const servers = cluster.everyServer.map(({ name, product, url }) => [name, `${product}   ${withoutPassword(url)}`]);
	const rows = [
		["PayFlow", `${first}   ${second}   (ready after ${elapsedMs} ms)`],
		["Demo users", "user / password    admin / admin"],
		["Provider", `Toss Twin (simulated), ${cluster.twinUrl}`],
		...servers,
		...cluster.processes.map(({ name, pid, url }) => [name, `pid ${pid ?? "none"}   ${url}`]),
		["Logs", folder],
		["REPL", `npm run repl -- --env-file=${consoleFile(folder)}`],
		["Stop", "Ctrl+C"],
	];
	return ["", ...rows.map(([label = "", text = ""]) => `  ${label.padEnd(LABEL)} ${text}`), ""].join("\n");
}

/** What a person on this machine needs to join; gone with the run. */
function consoleFile(folder: string): string {
	return join(folder, "console.env");
}

function withoutPassword(url: string): string {
	return url.replace(/:[^:@/]+@/, ":…@");
}

function brokerOf(word: string): Broker {
	if (BROKERS.includes(word)) return word as Broker;
	throw new Error(`--events and --transporter are kafka or nats, not ${word}.`);
}
