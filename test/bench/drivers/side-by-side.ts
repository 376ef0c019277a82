import { cpus, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Server } from "../../../deploy/servers/index.ts";
import type { Envelope } from "../../../services/shared/events.ts";
import { median } from "../figures.ts";
import { batchesOf, benchEvents } from "./events.ts";

/** One way to bring events through a server: the platform's, or its client library alone. */
export interface Way {
	/** Makes what can be made before the clock runs; the result resolves when the batch is durable. */
	prepare(batch: readonly Envelope[]): () => Promise<void>;
	/** Takes part in a new group from the beginning; resolves when it will be given what is published. */
	consume(onHandled: (eventId: string) => void): Promise<void>;
	close(): Promise<void>;
}

/** What is compared on one server. */
export interface Contest {
	readonly server: Server;
	/** Both make new topics or streams whose names start with `prefix`. */
	readonly bare: (prefix: string) => Promise<Way>;
	readonly ours: (prefix: string) => Promise<Way>;
	/** Events of one measurement. */
	readonly count: number;
	/** Events per second while latencies are taken. */
	readonly pace: number;
}

/** Medians of the rounds, events per second. */
export interface Rates {
	readonly barePerSecond: number;
	readonly perSecond: number;
	readonly ratio: number;
	readonly rounds: readonly { readonly bare: number; readonly ours: number }[];
}

/** Milliseconds from the call that publishes to the end of the handler. */
export interface Latency {
	readonly p50: number;
	readonly p95: number;
}

/** What a contest came to. */
export interface ContestFigures {
	readonly server: string;
	readonly cores: number;
	/** One-minute load of the machine before and after. */
	readonly load: readonly [number, number];
	readonly publish: Rates;
	readonly endToEnd: Rates;
	readonly pace: number;
	readonly latency: { readonly bare: Latency; readonly ours: Latency };
}

/** Events per publication: what the relay hands over at once. */
const BATCH = 1_000;
const ROUNDS = 3;
const PACED_SECONDS = 4;
const TICK_MS = 10;
const HANDLED_MAX_MS = 120_000;

let prefixes = 0;

/** Takes turns on one server: bare, ours, bare, ours. The first round warms everything up and does not count. */
export async function sideBySide(contest: Contest): Promise<ContestFigures> {
	const { server, bare, ours, count, pace } = contest;
	const before = load();
	const published: { bare: number; ours: number }[] = [];
	const handled: { bare: number; ours: number }[] = [];
	const latencies: { bare: Latency; ours: Latency }[] = [];
	for (let round = 0; round <= ROUNDS; round++) {
		const publish = { bare: await publishRate(bare, count), ours: await publishRate(ours, count) };
		const through = { bare: await endToEndRate(bare, count), ours: await endToEndRate(ours, count) };
		const latency = { bare: await pacedLatency(bare, pace), ours: await pacedLatency(ours, pace) };
		console.log(
			`round ${round}: published ${publish.bare} bare, ${publish.ours} ours; handled ${through.bare} bare, ${through.ours} ours`,
		);
		if (round === 0) continue;
		published.push(publish);
		handled.push(through);
		latencies.push(latency);
	}
	const latencyOf = (side: "bare" | "ours") => ({
		p50: median(latencies.map((each) => each[side].p50)),
		p95: median(latencies.map((each) => each[side].p95)),
	});
	return {
		server: `${server.product}, ${server.origin}`,
		cores: cpus().length,
		load: [before, load()],
		publish: ratesOf(published),
		endToEnd: ratesOf(handled),
		pace,
		latency: { bare: latencyOf("bare"), ours: latencyOf("ours") },
	};
}

/** Medians and the median of the rounds' ratios. */
export function ratesOf(rounds: readonly { readonly bare: number; readonly ours: number }[]): Rates {
	return {
		barePerSecond: median(rounds.map(({ bare }) => bare)),
		perSecond: median(rounds.map(({ ours }) => ours)),
		ratio: Math.round(median(rounds.map(({ bare, ours }) => ours / bare)) * 100) / 100,
		rounds,
	};
}

/** The machine's load of the last minute. */
export function load(): number {
	return Math.round((loadavg()[0] ?? 0) * 10) / 10;
}

/** What `perSecond` of work came to since `startedAt`. */
export function rateSince(startedAt: number, count: number): number {
	return Math.round((count / (performance.now() - startedAt)) * 1_000);
}

async function publishRate(make: Contest["bare"], count: number): Promise<number> {
	const way = await make(newPrefix());
	try {
		const batches = batchesOf(benchEvents("published", count), BATCH).map((batch) => way.prepare(batch));
		const startedAt = performance.now();
		for (const publish of batches) await publish();
		return rateSince(startedAt, count);
	} finally {
		await way.close();
	}
}

async function endToEndRate(make: Contest["bare"], count: number): Promise<number> {
	const way = await make(newPrefix());
	try {
		const arrivals = new Arrivals(count);
		await way.consume(() => arrivals.add());
		const batches = batchesOf(benchEvents("handled", count), BATCH).map((batch) => way.prepare(batch));
		const startedAt = performance.now();
		for (const publish of batches) await publish();
		await arrivals.all;
		return rateSince(startedAt, count);
	} finally {
		await way.close();
	}
}

async function pacedLatency(make: Contest["bare"], pace: number): Promise<Latency> {
	const way = await make(newPrefix());
	try {
		const events = benchEvents("paced", pace * PACED_SECONDS);
		const sentAt = new Map<string, number>();
		const times: number[] = [];
		const arrivals = new Arrivals(events.length);
		await way.consume((eventId) => {
			times.push(performance.now() - (sentAt.get(eventId) ?? Number.NaN));
			arrivals.add();
		});
		const batches = batchesOf(events, Math.round((pace * TICK_MS) / 1_000));
		const startedAt = performance.now();
		for (const [tick, batch] of batches.entries()) {
			await sleep(Math.max(0, startedAt + tick * TICK_MS - performance.now()));
			const now = performance.now();
			for (const { id } of batch) sentAt.set(id, now);
			await way.prepare(batch)();
		}
		await arrivals.all;
		return percentiles(times);
	} finally {
		await way.close();
	}
}

/** The middle and the 95th percentile, rounded to 0.1. */
export function percentiles(times: readonly number[]): Latency {
	const sorted = [...times].sort((left, right) => left - right);
	const at = (share: number) =>
		Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) * 10) / 10;
	return { p50: at(0.5), p95: at(0.95) };
}

/** Fresh names of topics and streams. */
function newPrefix(): string {
	return `bench${process.pid}x${++prefixes}`;
}

/** Counts until enough have come. */
class Arrivals {
	readonly all: Promise<void>;
	#missing: number;
	#resolve: () => void = () => undefined;

	constructor(count: number) {
		this.#missing = count;
		this.all = new Promise((resolve, reject) => {
			const late = setTimeout(
				() => reject(new Error(`${this.#missing} of ${count} events did not come`)),
				HANDLED_MAX_MS,
			);
			this.#resolve = () => {
				clearTimeout(late);
				resolve();
			};
		});
	}

	add(): void {
		if (--this.#missing === 0) this.#resolve();
	}
}
