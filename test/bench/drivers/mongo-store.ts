import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import mongoose from "mongoose";
import type { WrittenEvent } from "../../../mixins/bus/port.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import { openMongoStore, type MongoStore, type Relay } from "../../../mixins/store/mongo/index.ts";
import { prepare, stamp } from "../../../mixins/store/mongo/writes.ts";
import type { Commit } from "../../../mixins/store/port.ts";
import { median } from "../figures.ts";
import { batchesOf, benchEvent } from "./events.ts";
import { load, percentiles, ratesOf, type Latency, type Rates } from "./side-by-side.ts";
import { printTable, rowOf } from "./table.ts";
import { withServer } from "./with-server.ts";

/** Commits of one burst, and bursts of one round: short ones in turns, so that what a server does behind the scenes meets all alike. */
const COMMITS = 2_000;
const BURSTS = 5;
const BATCH = 500;
const ROUNDS = 3;
const EVENTS = 2;
const KIND = "bench";
const STATE = { status: "PENDING", userId: "USR_1", note: "s".repeat(440) };
const TEXT = JSON.stringify(STATE);
const PACE = 200;
const PACED_SECONDS = 4;
const TICK_MS = 10;
const DURABLE = { ordered: false, writeConcern: { w: "majority", j: true } } as const;

/** Commits per second beside bare inserts; medians of the rounds. */
export interface StoreFigures {
	readonly server: string;
	readonly cores: number;
	/** One-minute load of the machine before and after. */
	readonly load: readonly [number, number];
	/** New aggregates with two events each, answered; beside `insertMany` of the same documents. */
	readonly accepted: Rates;
	/** The same beside `insertMany` of the rows that stay: the state and, each a row of its own, its events. */
	readonly acceptedToRows: Rates;
	/** Until every event was handed to the bus and had left its document. */
	readonly published: Rates;
	readonly publishedToRows: Rates;
	/** Later versions of those aggregates, answered. */
	readonly updates: Rates;
	readonly pace: number;
	/** Milliseconds from the call of a commit to the call that hands its event to the bus. */
	readonly latency: Latency;
}

/** Milliseconds of one burst. */
interface Times {
	readonly bare: number;
	readonly bareRows: number;
	readonly accepted: number;
	readonly published: number;
	readonly updates: number;
}

/** The same as rates, over all bursts of a round. */
interface Round extends Times {
	readonly latency: Latency;
}

/** The cluster's store beside bare inserts on the same server in the same run, with majority and journal. */
export async function mongoStoreBench(): Promise<StoreFigures> {
	return withServer("mongo", {}, async (server) => {
		const before = load();
		const rounds: Round[] = [];
		for (let round = 0; round <= ROUNDS; round++) {
			const measured = await inDatabase(server.url, `bench${process.pid}x${round}`, measure);
			console.log(`round ${round}: ${JSON.stringify(measured)}`);
			// The first round warms everything up.
			if (round > 0) rounds.push(measured);
		}
		const figures = {
			server: `${server.product}, ${server.origin}`,
			cores: cpus().length,
			load: [before, load()] as const,
			...figuresOf(rounds),
		};
		print(figures);
		return figures;
	});
}

/** Every round has a database of its own, so that the last ones are no larger than the first. */
async function inDatabase(server: string, name: string, work: (bed: Bed) => Promise<Round>): Promise<Round> {
	const url = new URL(server);
	url.pathname = `/${name}`;
	const connection = await mongoose.createConnection(url.href).asPromise();
	const store = await openMongoStore({
		uri: url.href,
		clock: systemClock(),
		node: "bench",
		onTrouble: (error) => console.error(`trouble: ${error.message}`),
	});
	try {
		const ear = new Ear();
		const relay = store.relayTo({ publish: async (events) => ear.hear(events) });
		relay.start();
		return await work({ connection, store, relay, ear });
	} finally {
		await store.close();
		await connection.dropDatabase();
		await connection.close();
	}
}

interface Bed {
	readonly connection: mongoose.Connection;
	readonly store: MongoStore;
	readonly relay: Relay;
	readonly ear: Ear;
}

async function measure({ connection, store, relay, ear }: Bed): Promise<Round> {
	await warm(connection, store);
	const bursts: Times[] = [];
	for (let burst = 0; burst < BURSTS; burst++) {
		const bare = await bareMs(connection.collection("bare"), `b${burst}`);
		const bareRows = await bareRowsMs(connection.collection("rows"), connection.collection("row_events"), `b${burst}`);
		const { accepted, published } = await storeMs(store, `b${burst}`, 0, ear);
		await relay.drained();
		const updated = await storeMs(store, `b${burst}`, 1, ear);
		await relay.drained();
		bursts.push({ bare, bareRows, accepted, published, updates: updated.accepted });
	}
	const latency = await pacedLatency(store, `${KIND}-paced`, ear);
	await relay.drained();
	const rate = (of: keyof Times) =>
		Math.round((COMMITS * BURSTS * 1_000) / bursts.reduce((sum, times) => sum + times[of], 0));
	return {
		bare: rate("bare"),
		bareRows: rate("bareRows"),
		accepted: rate("accepted"),
		published: rate("published"),
		updates: rate("updates"),
		latency,
	};
}

/** Collections and indexes are there before anything is measured. */
async function warm(connection: mongoose.Connection, store: MongoStore): Promise<void> {
	for (const name of ["bare", "rows", "row_events"])
		await connection.collection(name).insertMany([{ _id: "warm" }] as never, DURABLE);
	for (const kind of [KIND, `${KIND}-paced`])
		await committed(store, [{ kind, id: "warm", expectedVersion: 0, state: {}, events: [], commands: [] }]);
}

/** The very documents that the store writes for new aggregates, their outboxes included. */
async function bareMs(collection: mongoose.Collection, name: string): Promise<number> {
	const documents = Array.from({ length: COMMITS }, (_, index) => {
		const { row, outbox } = stamp(prepare(commitOf(KIND, `${name}-${index}`, 0), new Set()), "bare");
		return { ...row, outbox };
	});
	const batches = batchesOf(documents, BATCH);
	const startedAt = performance.now();
	for (const batch of batches) await collection.insertMany(batch as never, DURABLE);
	return performance.now() - startedAt;
}

async function bareRowsMs(documents: mongoose.Collection, events: mongoose.Collection, name: string): Promise<number> {
	const rows = Array.from({ length: COMMITS }, (_, index) => ({ _id: `${name}-${index}`, state: TEXT }));
	const told = rows.map(({ _id }) =>
		eventsOf(KIND, _id, 0).map((event) => ({ _id: event.id, text: JSON.stringify(event) })),
	);
	const startedAt = performance.now();
	for (let at = 0; at < COMMITS; at += BATCH)
		await Promise.all([
			documents.insertMany(rows.slice(at, at + BATCH) as never, DURABLE),
			events.insertMany(told.slice(at, at + BATCH).flat() as never, DURABLE),
		]);
	return performance.now() - startedAt;
}

async function storeMs(store: MongoStore, name: string, version: number, ear: Ear) {
	const commits = Array.from({ length: COMMITS }, (_, index) => commitOf(KIND, `${name}-${index}`, version));
	const batches = batchesOf(commits, BATCH);
	const heard = ear.heard(COMMITS * EVENTS);
	const startedAt = performance.now();
	for (const batch of batches) await committed(store, batch);
	const accepted = performance.now() - startedAt;
	await heard;
	await store.flushed();
	return { accepted, published: performance.now() - startedAt };
}

async function pacedLatency(store: MongoStore, kind: string, ear: Ear): Promise<Latency> {
	const committedAt = new Map<string, number>();
	const times: number[] = [];
	ear.listener = (id) => times.push(performance.now() - (committedAt.get(id) ?? Number.NaN));
	const heard = ear.heard(PACE * PACED_SECONDS * EVENTS);
	const waits: Promise<void>[] = [];
	const each = Math.round((PACE * TICK_MS) / 1_000);
	const startedAt = performance.now();
	for (let tick = 0; tick * TICK_MS < PACED_SECONDS * 1_000; tick++) {
		await sleep(Math.max(0, startedAt + tick * TICK_MS - performance.now()));
		const commits = Array.from({ length: each }, (_, index) => commitOf(kind, `${kind}-${tick}-${index}`, 0));
		for (const { events } of commits) for (const { id } of events) committedAt.set(id, performance.now());
		waits.push(committed(store, commits));
	}
	await Promise.all([heard, ...waits]);
	ear.listener = () => undefined;
	return percentiles(times);
}

/** Where the relay publishes; it counts. */
class Ear {
	listener: (eventId: string) => void = () => undefined;
	#missing = 0;
	#resolve: () => void = () => undefined;

	/** Resolves after so many more events. */
	heard(count: number): Promise<void> {
		this.#missing = count;
		return new Promise((resolve) => (this.#resolve = resolve));
	}

	hear(events: readonly WrittenEvent[]): void {
		for (const { event } of events) this.listener(event.id);
		this.#missing -= events.length;
		if (this.#missing <= 0) this.#resolve();
	}
}

async function committed(store: MongoStore, batch: readonly Commit[]): Promise<void> {
	const results = await store.commit(batch);
	const failed = results.find(({ status }) => status !== "ok");
	if (failed !== undefined) throw new Error(`a commit failed: ${failed.status}`);
}

function commitOf(kind: string, id: string, version: number): Commit {
	const events = eventsOf(kind, id, version * EVENTS);
	const commands = [{ commandId: `command-${id}-${version}`, sequence: (version + 1) * EVENTS }];
	return { kind, id, expectedVersion: version, state: STATE, events, commands };
}

function eventsOf(kind: string, subject: string, after: number) {
	return Array.from({ length: EVENTS }, (_, index) => benchEvent(kind, subject, after + index + 1));
}

function figuresOf(rounds: readonly Round[]) {
	const beside = (bare: "bare" | "bareRows", ours: "accepted" | "published" | "updates") =>
		ratesOf(rounds.map((round) => ({ bare: round[bare], ours: round[ours] })));
	const times = rounds.map(({ latency }) => latency);
	return {
		accepted: beside("bare", "accepted"),
		acceptedToRows: beside("bareRows", "accepted"),
		published: beside("bare", "published"),
		publishedToRows: beside("bareRows", "published"),
		updates: beside("bare", "updates"),
		pace: PACE,
		latency: { p50: median(times.map(({ p50 }) => p50)), p95: median(times.map(({ p95 }) => p95)) },
	};
}

function print(figures: StoreFigures): void {
	const { server, cores, load: loads, pace, latency } = figures;
	console.log(`${server}; ${cores} cores, load ${loads.join(" → ")}`);
	printTable(
		["commits per second", "bare", "PayFlow", "ratio"],
		[
			rowOf("store: answered, to the same documents", figures.accepted),
			rowOf("store: answered, to a row each of state and events", figures.acceptedToRows),
			rowOf("store: handed to the bus, to the same documents", figures.published),
			rowOf("store: handed to the bus, to a row each", figures.publishedToRows),
			rowOf("store: later versions answered, to the same documents", figures.updates),
		],
	);
	console.log(`commit to bus at ${pace}/s: p50 ${latency.p50} ms, p95 ${latency.p95} ms`);
}
