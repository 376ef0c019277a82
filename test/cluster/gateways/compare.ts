import { servers } from "../../../deploy/servers/index.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import { openRedis } from "../../../mixins/cluster/redis.ts";
import { openMongoStore } from "../../../mixins/store/mongo/index.ts";
import { each, tenths, type Budgets } from "../../../services/api/access/budgets.ts";
import type { Limiter } from "../../../services/api/access/limiter.ts";
import { createRedisBudgets } from "../../../services/api/access/redis-budgets.ts";
import { createSharedLimiter } from "../../../services/api/access/shared-limiter.ts";
import { createStoreBudgets } from "../../../services/api/access/store-budgets.ts";
import { GatewayRejected } from "../../../services/api/errors/rejected.ts";
import { inParallel } from "../../prove/wire.ts";

/** `node test/cluster/gateways/compare.ts`: one budget for two gateways, in the store and in Redis, in one run. */
const BUDGET = 100;
const GATEWAYS = 2;
const WIDTH = 32;
const ROUNDS = 5;
/** The window never ends, so that what passes can be held against one budget. */
const WINDOW_MS = 1_000_000;
const clock = { now: () => WINDOW_MS / 2 };

/** What asks, and how often; `gatewayOf` says where the n-th request of a key arrives. */
interface Traffic {
	readonly name: string;
	readonly keys: number;
	readonly perKey: number;
	gatewayOf(index: number): number;
}

interface Figures {
	readonly perSecond: number;
	readonly p50: number;
	readonly p95: number;
	readonly questions: number;
	readonly least: number;
	readonly most: number;
}

type Way = (count: (question: number) => void, name: string) => Limiter[];

const TRAFFIC: readonly Traffic[] = [
	{ name: "far above the budget", keys: 100, perKey: 300, gatewayOf: (index) => index % GATEWAYS },
	{ name: "nine tenths at one gateway", keys: 200, perKey: 150, gatewayOf: (index) => (index % 10 === 9 ? 1 : 0) },
	{ name: "far below it (8 per client)", keys: 4_000, perKey: 8, gatewayOf: (index) => index % GATEWAYS },
];

await main();

async function main(): Promise<void> {
	const credentials = { user: "payflow", password: "measure" };
	const [mongo, redis] = await Promise.all([
		servers.start("mongo", { source: "ours" }),
		servers.start("redis", { source: "ours", credentials }),
	]);
	const uri = new URL(mongo.url);
	uri.pathname = "/limits";
	const store = await openMongoStore({ uri: uri.href, clock: systemClock(), node: "one", onTrouble: () => undefined });
	const link = openRedis(redis.url);
	const ways: Readonly<Record<string, Way>> = {
		"store, a tenth at a time": leased(createStoreBudgets(store)),
		"Redis, a tenth at a time": leased(createRedisBudgets(link, tenths)),
		"Redis, those that wait together": leased(createRedisBudgets(link, each)),
		"Redis, each by itself": single(createRedisBudgets(link)),
	};
	console.log(`${mongo.product}, ${mongo.origin}\n${redis.product}, ${redis.origin}\n`);
	console.log(
		"| requests | budgets | decisions/s | p50 µs | p95 µs | questions per 1,000 | least–most passed of 100 |",
	);
	console.log("| --- | --- | ---: | ---: | ---: | ---: | --- |");
	for (const traffic of TRAFFIC) {
		const results = new Map(Object.keys(ways).map((name) => [name, [] as Figures[]]));
		for (let round = 0; round < ROUNDS; round++)
			for (const [name, way] of Object.entries(ways))
				results.get(name)?.push(await measure(way, traffic, `${traffic.name} ${round} ${name}`));
		for (const [name, figures] of results) console.log(row(traffic, name, figures));
	}
	await link.close();
	await store.close();
	await Promise.all([mongo.stop(), redis.stop()]);
}

function leased(budgets: Budgets): Way {
	return (count, name) =>
		Array.from({ length: GATEWAYS }, () =>
			createSharedLimiter({
				name,
				limit: { count: BUDGET, windowMs: WINDOW_MS },
				budgets: { ...budgets, take: (wish) => (count(1), budgets.take(wish)) },
				clock,
				refused: { value: 0 },
			}),
		);
}

/** One question per request, nothing remembered. */
function single(budgets: Budgets): Way {
	return (count, name) =>
		Array.from({ length: GATEWAYS }, () => async (key: string) => {
			count(1);
			const wish = { id: `${name}${key}`, count: BUDGET, unaccounted: 0, wanted: 1, leftMs: WINDOW_MS };
			if ((await budgets.take(wish)) === 0) throw new GatewayRejected("RATE_LIMITED", { retryAfterSeconds: 1 });
		});
}

async function measure(way: Way, traffic: Traffic, name: string): Promise<Figures> {
	let questions = 0;
	const limiters = way((more) => (questions += more), name);
	const { keys, perKey } = traffic;
	const passed = new Array<number>(keys).fill(0);
	const times: number[] = [];
	const total = keys * perKey;
	const startedAt = performance.now();
	await inParallel(Array(total).keys(), WIDTH, async (index) => {
		const key = index % keys;
		const limiter = limiters[traffic.gatewayOf(Math.floor(index / keys))];
		const askedAt = performance.now();
		try {
			await limiter?.(`client ${key}`);
			passed[key] = (passed[key] ?? 0) + 1;
		} catch (error) {
			if (!(error instanceof GatewayRejected)) throw error;
		}
		times.push(performance.now() - askedAt);
	});
	const seconds = (performance.now() - startedAt) / 1_000;
	times.sort((one, other) => one - other);
	const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0) * 1_000;
	return {
		perSecond: total / seconds,
		p50: at(0.5),
		p95: at(0.95),
		questions: (questions / total) * 1_000,
		least: Math.min(...passed),
		most: Math.max(...passed),
	};
}

/** The middle round of each figure; of what passed, the extremes of all rounds. */
function row({ name: traffic, perKey }: Traffic, name: string, figures: readonly Figures[]): string {
	const middle = (of: (each: Figures) => number) =>
		Math.round(figures.map(of).sort((one, other) => one - other)[Math.floor(figures.length / 2)] ?? 0);
	const least = Math.min(...figures.map((each) => each.least));
	const most = Math.max(...figures.map((each) => each.most));
	const passed = perKey < BUDGET ? `${least}–${most} of ${perKey} asked` : `${least}–${most}`;
	const rate = middle((each) => each.perSecond).toLocaleString("en");
	const numbers = [rate, middle((each) => each.p50), middle((each) => each.p95), middle((each) => each.questions)];
	return `| ${[traffic, name, ...numbers, passed].join(" | ")} |`;
}
