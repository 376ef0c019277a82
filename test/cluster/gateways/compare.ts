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
/** Decisions under way at once while the rate is measured; the latency is measured one by one. */
const WIDTH = 32;
const ALONE_SHARE = 20;
/** Counters of minutes need no disk. */
const VOLATILE = ["appendonly no", 'save ""'];
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
	readonly questions: number;
	readonly least: number;
	readonly most: number;
	/** Microseconds of each decision, in ascending order. */
	readonly times: readonly number[];
}

type Way = (count: (question: number) => void, name: string) => Limiter[];

const TRAFFIC: readonly Traffic[] = [
	{ name: "far above the budget", keys: 100, perKey: 300, gatewayOf: (index) => index % GATEWAYS },
	{ name: "a tenth at the other gateway", keys: 200, perKey: 150, gatewayOf: (index) => (index % 10 === 9 ? 1 : 0) },
	{ name: "moved to the other after 11", keys: 200, perKey: 150, gatewayOf: (index) => (index < 11 ? 1 : 0) },
	{ name: "far below it (8 per client)", keys: 4_000, perKey: 8, gatewayOf: (index) => index % GATEWAYS },
];

let unanswered = 0;
await main();

async function main(): Promise<void> {
	const credentials = { user: "payflow", password: "measure" };
	const [mongo, redis] = await Promise.all([
		servers.start("mongo", { source: "ours" }),
		servers.start("redis", { source: "ours", credentials, settings: VOLATILE }),
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
	console.log("| requests | budgets | decisions/s | p50 µs | p95 µs | questions per 1,000 | passed of 100 |");
	console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
	for (const traffic of TRAFFIC) await compare(ways, traffic);
	console.log(`\n${unanswered} questions had no answer.`);
	await link.close();
	await store.close();
	await Promise.all([mongo.stop(), redis.stop()]);
}

/** All ways in turn, so that what else the machine does disturbs them alike. */
async function compare(ways: Readonly<Record<string, Way>>, traffic: Traffic): Promise<void> {
	const quiet = { ...traffic, keys: traffic.keys / ALONE_SHARE };
	const runs = Object.entries(ways).map(([name, way]) => ({
		name,
		way,
		crowds: [] as Figures[],
		ones: [] as Figures[],
	}));
	for (let round = 0; round < ROUNDS; round++)
		for (const { name, way, crowds, ones } of runs) {
			const label = `${traffic.name} ${round} ${name}`;
			crowds.push(await measure(way, traffic, label, WIDTH));
			ones.push(await measure(way, quiet, `${label} alone`, 1));
		}
	for (const { name, crowds, ones } of runs) console.log(row(traffic, name, crowds, ones));
}

/** Counts what was asked, and what stayed without an answer: it is let through. */
function watched(budgets: Budgets, count: (question: number) => void): Budgets {
	return {
		...budgets,
		take(wish) {
			count(1);
			return budgets.take(wish).catch((error: unknown) => {
				unanswered += 1;
				throw error;
			});
		},
	};
}

function leased(budgets: Budgets): Way {
	return (count, name) =>
		Array.from({ length: GATEWAYS }, () =>
			createSharedLimiter({
				name,
				limit: { count: BUDGET, windowMs: WINDOW_MS },
				budgets: watched(budgets, count),
				clock,
				refused: { value: 0 },
			}),
		);
}

/** One question per request, nothing remembered. */
function single(budgets: Budgets): Way {
	return (count, name) =>
		Array.from({ length: GATEWAYS }, () => async (key: string) => {
			const wish = { id: `${name}${key}`, count: BUDGET, unaccounted: 0, wanted: 1, leftMs: WINDOW_MS };
			if ((await watched(budgets, count).take(wish)) === 0)
				throw new GatewayRejected("RATE_LIMITED", { retryAfterSeconds: 1 });
		});
}

async function measure(way: Way, { keys, perKey, gatewayOf }: Traffic, name: string, width: number): Promise<Figures> {
	let questions = 0;
	const limiters = way((more) => (questions += more), name);
	const passed = new Array<number>(keys).fill(0);
	const times: number[] = [];
	const total = keys * perKey;
	const startedAt = performance.now();
	await inParallel(Array(total).keys(), width, async (index) => {
		const key = index % keys;
		const limiter = limiters[gatewayOf(Math.floor(index / keys))];
		const askedAt = performance.now();
		try {
			await limiter?.(`client ${key}`);
			passed[key] = (passed[key] ?? 0) + 1;
		} catch (error) {
			if (!(error instanceof GatewayRejected)) throw error;
		}
		times.push((performance.now() - askedAt) * 1_000);
	});
	const seconds = (performance.now() - startedAt) / 1_000;
	times.sort((one, other) => one - other);
	const [least, most] = [Math.min(...passed), Math.max(...passed)];
	return { perSecond: total / seconds, questions: (questions / total) * 1_000, least, most, times };
}

/** The middle round of each figure; of what passed, the extremes of all rounds. */
function row({ name: traffic, perKey }: Traffic, name: string, crowds: readonly Figures[], ones: readonly Figures[]) {
	const middle = (figures: readonly Figures[], of: (each: Figures) => number) =>
		Math.round(figures.map(of).sort((one, other) => one - other)[Math.floor(figures.length / 2)] ?? 0);
	const at = (share: number) => middle(ones, ({ times }) => times[Math.floor(times.length * share)] ?? 0);
	const every = [...crowds, ...ones];
	const least = Math.min(...every.map((each) => each.least));
	const most = Math.max(...every.map((each) => each.most));
	const passed = least === most ? `${least}` : `${least}–${most}`;
	const rate = middle(crowds, (each) => each.perSecond).toLocaleString("en");
	const questions = middle(crowds, (each) => each.questions);
	const asked = perKey < BUDGET ? `${passed} of ${perKey}` : passed;
	return `| ${[traffic, name, rate, at(0.5), at(0.95), questions, asked].join(" | ")} |`;
}
