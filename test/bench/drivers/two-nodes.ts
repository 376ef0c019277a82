import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Cluster } from "../../../deploy/cluster/topology.ts";
import { median } from "../figures.ts";
import { jsonRequest, load as generate, type LoadResult, type RequestSource } from "../load.ts";
import type { ScenarioOptions } from "../options.ts";
import { authorization, drain } from "../scenarios.ts";
import { load } from "./side-by-side.ts";
import { printTable } from "./table.ts";

const ROUNDS = 3;
const CONNECTIONS = 64;
const WARM_UP_SECONDS = 3;
/** Nodes hear of a change and idle actors are dropped. */
const SETTLE_MS = 2_000;
const SECOND = "order-2";
const TICKS_PER_SECOND = 100;
const ORDER = { items: [{ productId: "code-review", quantity: 1 }] };

/** What one number of order nodes did; medians of the rounds. */
interface NodeFigures {
	readonly perSecond: number;
	readonly p50: number;
	readonly p95: number;
	/** Processor seconds per second, by process, the servers of this run among them (`java` is the store's). */
	readonly cpu: Readonly<Record<string, number>>;
	readonly generatorCpu: number;
}

/** What a second order node brings. */
export interface TwoNodesFigures {
	readonly servers: readonly string[];
	readonly cores: number;
	readonly load: readonly [number, number];
	readonly one: NodeFigures;
	readonly two: NodeFigures;
	readonly ratio: number;
}

/**
 * Orders created through one gateway with one order node and with two, each a process, one of the rest. Both take turns in one
 * cluster: the second node is stopped and started again in between.
 */
export async function twoNodes({ seconds }: ScenarioOptions): Promise<TwoNodesFigures> {
	const cluster = new Cluster({
		folder: await mkdtemp(join(tmpdir(), "payflow-bench-cluster-")),
		events: "nats",
		transporter: "nats",
		sizes: { gateway: 1, order: 2, payment: 1, saga: 1, rest: 1 },
		env: { NODE_ENV: "test", LOG_LEVEL: "error", RATE_LIMIT_API: "off", RATE_LIMIT_LOGIN: "off" },
	});
	const before = load();
	try {
		await cluster.start((text) => console.log(`  ${text}`));
		const port = Number(new URL(cluster.gateways[0] ?? "").port);
		const headers = await authorization(port, "user", "password");
		const measure = (what: string) => measureOnce(cluster, { what, seconds, port, headers });
		const runs: { readonly one: NodeFigures; readonly two: NodeFigures }[] = [];
		for (let round = 0; round < ROUNDS; round++) {
			const two = await measure("two order nodes");
			await cluster.process(SECOND).stop();
			await sleep(SETTLE_MS);
			const one = await measure("one order node");
			await cluster.launch();
			await sleep(SETTLE_MS);
			runs.push({ one, two });
		}
		const figures: TwoNodesFigures = {
			servers: cluster.everyServer.map(({ product, origin }) => `${product}, ${origin}`),
			cores: cpus().length,
			load: [before, load()],
			one: middle(runs.map(({ one }) => one)),
			two: middle(runs.map(({ two }) => two)),
			ratio: Math.round(median(runs.map(({ one, two }) => two.perSecond / one.perSecond)) * 100) / 100,
		};
		print(figures);
		return figures;
	} finally {
		await cluster.stop();
		await cluster.end();
	}
}

interface Run {
	readonly what: string;
	readonly seconds: number;
	readonly port: number;
	readonly headers: Readonly<Record<string, string>>;
}

async function measureOnce(cluster: Cluster, { what, seconds, port, headers }: Run): Promise<NodeFigures> {
	const request = jsonRequest("POST", "/api/orders", headers, ORDER);
	const source = (): RequestSource => ({ next: () => request });
	await generate({ port, connections: CONNECTIONS, source, seconds: WARM_UP_SECONDS });
	const usedBefore = processorSeconds(cluster);
	const result = await generate({ port, connections: CONNECTIONS, source, seconds });
	const usedAfter = processorSeconds(cluster);
	const wrong = Object.keys(result.statuses).filter((status) => status !== "201");
	if (wrong.length > 0) throw new Error(`unexpected answers: ${JSON.stringify(result.statuses)}`);
	const figures = figuresOf(result, usedBefore, usedAfter);
	// What this run has left to the consumers must not burden the next one.
	console.log(`${what}: ${JSON.stringify(figures)}, consumers done after ${await drain(port)} ms`);
	return figures;
}

function figuresOf(result: LoadResult, before: Map<string, number>, after: Map<string, number>): NodeFigures {
	const cpu = [...after].map(([name, used]) => [name, share(used - (before.get(name) ?? 0), result.seconds)] as const);
	const { perSecond, latency, generatorCpu } = result;
	return { perSecond, p50: latency.p50, p95: latency.p95, cpu: Object.fromEntries(cpu), generatorCpu };
}

function share(used: number, seconds: number): number {
	return Math.round((used / seconds) * 100) / 100;
}

/** Processor seconds of every process that runs, so far; servers of our own under the names of their programs. */
function processorSeconds(cluster: Cluster): Map<string, number> {
	const named = cluster.processes.flatMap(({ name, pid }) => (pid === null ? [] : [{ name, pid }]));
	const pids = new Set(named.map(({ pid }) => pid));
	const others = childrenOf(process.pid).filter(({ pid }) => !pids.has(pid));
	return new Map([...named, ...others].map(({ name, pid }) => [name, usedBy(pid)]));
}

function childrenOf(parent: number): { readonly name: string; readonly pid: number }[] {
	const { stdout } = spawnSync("ps", ["-o", "pid=,comm=", "--ppid", String(parent)]);
	return [...String(stdout).matchAll(/(\d+) (\S+)/g)]
		.map(([, pid, name = ""]) => ({ name, pid: Number(pid) }))
		.filter(({ name }) => name !== "ps");
}

function usedBy(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function middle(runs: readonly NodeFigures[]): NodeFigures {
	const names = [...new Set(runs.flatMap(({ cpu }) => Object.keys(cpu)))];
	return {
		perSecond: median(runs.map(({ perSecond }) => perSecond)),
		p50: median(runs.map(({ p50 }) => p50)),
		p95: median(runs.map(({ p95 }) => p95)),
		cpu: Object.fromEntries(names.map((name) => [name, median(runs.map(({ cpu }) => cpu[name] ?? 0))])),
		generatorCpu: median(runs.map(({ generatorCpu }) => generatorCpu)),
	};
}

function print({ servers, cores, load: loads, one, two, ratio }: TwoNodesFigures): void {
	for (const server of servers) console.log(server);
	console.log(`${cores} cores, load ${loads.join(" → ")}`);
	printTable(
		["order creations", "per second", "p50 ms", "p95 ms", "processor seconds per second"],
		[
			["one order node", one.perSecond, one.p50, one.p95, shares(one.cpu)],
			["two order nodes", two.perSecond, two.p50, two.p95, shares(two.cpu)],
		],
	);
	console.log(`two order nodes serve ${ratio} × one`);
}

function shares(cpu: Readonly<Record<string, number>>): string {
	return Object.entries(cpu)
		.map(([name, used]) => `${name} ${used}`)
		.join(", ");
}
