import { checkout } from "./checkout.ts";
import { median, show } from "./figures.ts";
import { logIngest, logQueries, logVisible } from "./logging.ts";
import { hot } from "./hot.ts";
import type { ScenarioOptions } from "./options.ts";
import { createOrders, drain, startFloor, startPlatform, type Measured } from "./scenarios.ts";
import { seededFolder } from "./seed.ts";
import { soak } from "./soak.ts";

const RUNS = 3;
const PORT = 28_080;
/** A rate counts as sustained if every consumer has caught up this soon after the end. */
const SUSTAINED_DRAIN_MS = 5_000;
const START_RUNS = 5;

/** Every scenario by its name. */
export const scenarios: Readonly<Record<string, (options: ScenarioOptions) => Promise<unknown>>> = {
	"order-creation": orderCreation,
	checkout,
	"hot-product": (options) => hot("hot-product", "reservations", options),
	"hot-account": (options) => hot("hot-account", "journal entries", options),
	start: startUp,
	restart,
	growth,
	soak,
	"log-ingest": logIngest,
	"log-queries": logQueries,
	"log-visible": logVisible,
	kafka: async () => (await import("./drivers/kafka.ts")).kafkaBench(),
	jetstream: async () => (await import("./drivers/jetstream.ts")).jetStreamBench(),
	"mongo-store": async () => (await import("./drivers/mongo-store.ts")).mongoStoreBench(),
	"two-nodes": async (options) => (await import("./drivers/two-nodes.ts")).twoNodes(options),
};

async function orderCreation({ seconds }: ScenarioOptions): Promise<unknown> {
	const floor: Measured[] = [];
	const accepted: Measured[] = [];
	const drains: number[] = [];
	for (let round = 0; round < RUNS; round++) {
		const bare = await startFloor();
		floor.push(show("floor", await createOrders(bare, seconds, false)));
		await bare.stop();
		const platform = await startPlatform(PORT);
		accepted.push(show("PayFlow", await createOrders(platform, seconds, true)));
		drains.push(await drain(PORT));
		await platform.stop();
	}
	const ratio = median(accepted.map(({ perSecond }, index) => perSecond / (floor[index]?.perSecond ?? Number.NaN)));
	const sustained = await sustainedRate(seconds, median(accepted.map(({ perSecond }) => perSecond)), median(drains));
	console.log(
		`accepted/floor ${ratio.toFixed(2)}, drain ${drains.join(", ")} ms, sustained ${sustained.perSecond}/s (drain ${sustained.drainMs} ms)`,
	);
	return { floor, accepted, drains, ratio, sustained };
}

/** The highest of a few paced rates after which the consumers caught up in time. */
async function sustainedRate(
	seconds: number,
	accepted: number,
	drainMs: number,
): Promise<{ perSecond: number; drainMs: number; offered: number }> {
	let offered = Math.floor((accepted * seconds) / (seconds + Math.max(0, drainMs - SUSTAINED_DRAIN_MS) / 1_000));
	for (let tries = 0; tries < 6; tries++) {
		const platform = await startPlatform(PORT);
		const result = await createOrders(platform, seconds, true, offered);
		const drained = await drain(PORT);
		await platform.stop();
		show(`offered ${offered}/s, drained in ${drained} ms`, result);
		if (drained <= SUSTAINED_DRAIN_MS) return { perSecond: result.perSecond, drainMs: drained, offered };
		offered = Math.floor(offered * 0.8);
	}
	return { perSecond: 0, drainMs: Number.POSITIVE_INFINITY, offered };
}

async function startUp(): Promise<unknown> {
	const times: number[] = [];
	for (let round = 0; round < START_RUNS; round++) {
		const startedAt = performance.now();
		const platform = startPlatform(PORT);
		times.push(await firstAnswer(startedAt));
		await (await platform).stop();
	}
	console.log(`start to first answer: median ${median(times)} ms (${times.join(", ")})`);
	return { times, median: median(times) };
}

/** The same with `orders` stored orders, killed in the middle of work so that the log is read again. */
async function restart({ orders }: ScenarioOptions): Promise<unknown> {
	const folder = await seededFolder(orders);
	const times: number[] = [];
	for (let round = 0; round < RUNS; round++) {
		const running = await startPlatform(PORT, folder);
		await createOrders(running, 1, true);
		await running.server.kill();
		const startedAt = performance.now();
		const platform = startPlatform(PORT, folder);
		times.push(await firstAnswer(startedAt));
		await drain(PORT);
		await (round === RUNS - 1 ? (await platform).stop() : (await platform).server.stop());
	}
	console.log(`restart with ${orders} orders after a kill: median ${median(times)} ms (${times.join(", ")})`);
	return { orders, times, median: median(times) };
}

async function firstAnswer(startedAt: number): Promise<number> {
	for (;;) {
		const response = await fetch(`http://127.0.0.1:${PORT}/api/products`).catch(() => null);
		await response?.body?.cancel();
		if (response?.ok === true) return Math.round(performance.now() - startedAt);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

async function growth({ seconds, orders }: ScenarioOptions): Promise<unknown> {
	const empty: Measured[] = [];
	const full: Measured[] = [];
	const folder = await seededFolder(orders);
	for (let round = 0; round < RUNS; round++) {
		const small = await startPlatform(PORT);
		empty.push(show("empty", await createOrders(small, seconds, true)));
		await small.stop();
		const large = await startPlatform(PORT, folder);
		full.push(show(`${orders} orders`, await createOrders(large, seconds, true)));
		await drain(PORT);
		await (round === RUNS - 1 ? large.stop() : large.server.stop());
	}
	const ratio = median(full.map(({ perSecond }, index) => perSecond / (empty[index]?.perSecond ?? Number.NaN)));
	const memoryMiB = Math.max(...full.map((each) => each.memoryMiB));
	console.log(`with ${orders} orders: ${ratio.toFixed(2)} of the empty rate, ${memoryMiB} MiB`);
	return { orders, ratio, memoryMiB, empty, full };
}
