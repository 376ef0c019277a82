import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import type { ServiceBroker } from "moleculer";
import { loadServices } from "../../../deploy/scripts/services.ts";
import { readSettings } from "../../../mixins/config/settings.ts";
import { createBroker, createRuntime } from "../../../mixins/platform.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import type { Broker } from "../../../mixins/typed.ts";
import { ROOT } from "../process.ts";
import { correlationOf, purchase, seedEvents, STEPS_PER_PURCHASE, userOf } from "./log-events.ts";

/**
 * The event log without HTTP, in a process of its own: `node log.ts --folder F --events N --seconds S`. Seeds a folder, takes all
 * events in, asks, and takes more in while it is timed; prints the result as one line of JSON.
 */
const { values } = parseArgs({
	options: {
		folder: { type: "string", default: "." },
		events: { type: "string", default: "1000000" },
		seconds: { type: "string", default: "8" },
		perSecond: { type: "string", default: "1000" },
		parts: { type: "string", default: "queries,visible" },
		keep: { type: "boolean", default: false },
	},
});
const DAY_MS = 86_400_000;
const ASKED = 200;
/** Events of an order alone: created, pending, and its payment. */
const ORDER_STEPS = 3;
const SAMPLE_EVERY = 10;
const READ_AT_ONCE = 256;

const settings = readSettings({ DATA_DIR: values.folder, LOG_LEVEL: "error", TOSS_API_URL: "http://127.0.0.1:1" });
const events = Number(values.events);

async function seed(): Promise<number> {
	const runtime = await createRuntime(settings);
	const startedAt = performance.now();
	if (runtime.log.head() < events) await seedEvents(runtime.store, events, runtime.clock.now(), DAY_MS);
	await runtime.store.close();
	return Math.round(performance.now() - startedAt);
}

/** What reading the log from the file costs by itself, which only a collector that is far behind does. */
async function readAll(runtime: Runtime): Promise<number> {
	const cpu = process.threadCpuUsage();
	let position = 0;
	for (;;) {
		const last = (await runtime.log.read(position, READ_AT_ONCE)).at(-1);
		if (last === undefined) break;
		({ position } = last);
	}
	const { user, system } = process.threadCpuUsage(cpu);
	return Number(((user + system) / position).toFixed(2));
}

/** From the beginning of the log to its end. */
async function ingest(runtime: Runtime, broker: ServiceBroker) {
	const cpu = process.threadCpuUsage();
	const all = process.cpuUsage();
	const startedAt = performance.now();
	await broker.start();
	await runtime.bus.drained();
	const seconds = (performance.now() - startedAt) / 1_000;
	const { user, system } = process.threadCpuUsage(cpu);
	const whole = process.cpuUsage(all);
	const taken = runtime.log.head();
	return {
		events: taken,
		perSecond: Math.round(taken / seconds),
		loopMicrosecondsPerEvent: Number(((user + system) / taken).toFixed(2)),
		allMicrosecondsPerEvent: Number(((whole.user + whole.system) / taken).toFixed(2)),
		residentMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
	};
}

async function timesOf(ask: (n: number) => Promise<unknown>): Promise<{ median: number; p95: number }> {
	const times: number[] = [];
	for (let n = 0; n < ASKED; n++) {
		const startedAt = performance.now();
		await ask(n);
		times.push(performance.now() - startedAt);
	}
	return shares(times);
}

function shares(times: readonly number[]): { median: number; p95: number } {
	const sorted = times.toSorted((left, right) => left - right);
	const at = (share: number) => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2));
	return { median: at(0.5), p95: at(0.95) };
}

async function queries(broker: Broker) {
	const meta = { userId: "USR_ADMIN", roles: ["ROLE_ADMIN"] };
	const purchases = Math.floor(events / STEPS_PER_PURCHASE);
	const any = (n: number) => Math.floor((n * 7_919) % purchases);
	return {
		metrics24: await timesOf(() => broker.call("logging.metrics", { hours: 24 }, { meta })),
		metrics1: await timesOf(() => broker.call("logging.metrics", { hours: 1 }, { meta })),
		metrics720: await timesOf(() => broker.call("logging.metrics", { hours: 720 }, { meta })),
		recent50: await timesOf(() => broker.call("logging.recent", {}, { meta })),
		recent500: await timesOf(() => broker.call("logging.recent", { limit: 500, minutes: 1_440 }, { meta })),
		trace: await timesOf((n) => broker.call("logging.trace", { correlationId: correlationOf(any(n)) }, { meta })),
		user100: await timesOf((n) => broker.call("logging.userEvents", { userId: userOf(n), limit: 100 }, { meta })),
	};
}

/** Commit → row visible, while so many orders a second come in. */
async function visible({ store, bus, clock }: Runtime, seconds: number, perSecond: number) {
	const times: number[] = [];
	const watched: Promise<void>[] = [];
	const cpu = process.threadCpuUsage();
	const startedAt = performance.now();
	let done = 0;
	while (performance.now() - startedAt < seconds * 1_000) {
		const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond);
		while (done < due) watched.push(order(events + done++));
		await clock.sleep(1);
	}
	await Promise.all(watched);
	const elapsed = (performance.now() - startedAt) / 1_000;
	const { user, system } = process.threadCpuUsage(cpu);
	await bus.drained();
	return {
		ordersPerSecond: Math.round(done / elapsed),
		visibleAfterMs: shares(times),
		loopShare: Number(((user + system) / 1e6 / elapsed).toFixed(2)),
		residentMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
	};

	async function order(n: number): Promise<void> {
		const commits = purchase(n, clock.now(), ORDER_STEPS);
		await store.commit(commits);
		if (n % SAMPLE_EVERY !== 0) return;
		const committedAt = performance.now();
		const id = commits[0]?.events[0]?.id ?? "";
		while ((await store.load("event-row", id)) === null) await clock.sleep(1);
		times.push(performance.now() - committedAt);
	}
}

const seededMs = await seed();
const runtime = await createRuntime(settings);
const broker = createBroker(runtime, await loadServices(ROOT, ["logging"]), { logger: false });
const readMicrosecondsPerEvent = await readAll(runtime);
const taken = { ...(await ingest(runtime, broker)), readMicrosecondsPerEvent };
const asked = values.parts.includes("queries") ? await queries(broker) : null;
const load = values.parts.includes("visible")
	? await visible(runtime, Number(values.seconds), Number(values.perSecond))
	: null;
await broker.stop();
if (!values.keep) rmSync(values.folder, { recursive: true, force: true });
console.log(`result ${JSON.stringify({ seededMs, ingest: taken, queries: asked, visible: load })}`);
process.exit(0);
