import mongoose from "mongoose";
import { servers } from "../../deploy/servers/index.ts";
import { systemClock } from "../../mixins/clock/system.ts";
import { openMongoStore, type MongoStore } from "../../mixins/store/mongo/index.ts";
import type { Commit } from "../../mixins/store/port.ts";
import { sourceOf, type Envelope } from "../../services/shared/events.ts";

const COMMITS = 4_000;
const BATCH = 500;
const ROUNDS = 3;
const EVENTS = 2;
const STATE = { status: "PENDING", userId: "USR_1", note: "s".repeat(440) };
const TEXT = JSON.stringify(STATE);
const DATA = { note: "e".repeat(240) };

/** Rates per second, medians of the rounds. */
export interface StoreFigures {
	readonly server: string;
	/** `insertMany` of one document per commit that holds the same text, with majority and journal. */
	readonly bare: number;
	/** `insertMany` of the rows that stay: a document and its events, each a row, with majority and journal. */
	readonly bareRows: number;
	/** New aggregates with two events each: answered. */
	readonly accepted: number;
	/** The same until every event was handed to the bus. */
	readonly sustained: number;
	/** Later versions of those aggregates: answered. */
	readonly updates: number;
	/** To `bare` and to `bareRows`. */
	readonly acceptedRatios: readonly [number, number];
	readonly sustainedRatios: readonly [number, number];
}

/** Commits per second of the cluster's store beside bare inserts on the same server in the same run. */
export async function clusterStore(): Promise<StoreFigures> {
	const server = await servers.start("mongo");
	const url = new URL(server.url);
	url.pathname = `/bench${process.pid}`;
	const connection = await mongoose.createConnection(url.href).asPromise();
	const store = await openMongoStore({
		uri: url.href,
		clock: systemClock(),
		node: "bench",
		onTrouble: () => undefined,
	});
	const relay = store.relayTo({ publish: async () => undefined });
	try {
		relay.start();
		const rounds: Omit<StoreFigures, "server" | "acceptedRatios" | "sustainedRatios">[] = [];
		for (let round = 0; round <= ROUNDS; round++) {
			const bare = await bareRate(connection.collection(`bare${round}`));
			const bareRows = await bareRowsRate(
				connection.collection(`rows${round}`),
				connection.collection(`events${round}`),
			);
			const inserted = await storeRate(store, round, 0, () => relay.drained());
			const updated = await storeRate(store, round, 1, () => relay.drained());
			console.log(
				`round ${round}: bare ${Math.round(bare)} and ${Math.round(bareRows)}/s, commits ${Math.round(inserted.accepted)}/s, sustained ${Math.round(inserted.sustained)}/s, updates ${Math.round(updated.accepted)}/s`,
			);
			// The first round warms the server up.
			if (round > 0) rounds.push({ bare, bareRows, ...inserted, updates: updated.accepted });
		}
		const median = (pick: (round: (typeof rounds)[number]) => number) =>
			Math.round(rounds.map(pick).sort((left, right) => left - right)[Math.floor(ROUNDS / 2)] ?? 0);
		const [bare, bareRows, accepted, sustained] = [
			median((round) => round.bare),
			median((round) => round.bareRows),
			median((round) => round.accepted),
			median((round) => round.sustained),
		];
		return {
			server: `${server.product}, ${server.origin}`,
			bare,
			bareRows,
			accepted,
			sustained,
			updates: median((round) => round.updates),
			acceptedRatios: [ratio(accepted, bare), ratio(accepted, bareRows)],
			sustainedRatios: [ratio(sustained, bare), ratio(sustained, bareRows)],
		};
	} finally {
		await connection.dropDatabase();
		await store.close();
		await connection.close();
		await server.stop();
	}
}

const DURABLE = { ordered: false, writeConcern: { w: "majority", j: true } } as const;

async function bareRate(collection: mongoose.Collection): Promise<number> {
	const events = envelopesOf("bare", 0).map((event) => JSON.stringify(event));
	const documents = Array.from({ length: COMMITS }, (_, index) => ({ _id: `bare-${index}`, state: TEXT, events }));
	const startedAt = performance.now();
	for (let at = 0; at < COMMITS; at += BATCH)
		await collection.insertMany(documents.slice(at, at + BATCH) as never, DURABLE);
	return perSecond(startedAt);
}

async function bareRowsRate(documents: mongoose.Collection, events: mongoose.Collection): Promise<number> {
	const rows = Array.from({ length: COMMITS }, (_, index) => ({ _id: `bare-${index}`, state: TEXT }));
	const told = rows.map(({ _id }) =>
		envelopesOf(_id, 0).map((event) => ({ _id: event.id, text: JSON.stringify(event) })),
	);
	const startedAt = performance.now();
	for (let at = 0; at < COMMITS; at += BATCH)
		await Promise.all([
			documents.insertMany(rows.slice(at, at + BATCH) as never, DURABLE),
			events.insertMany(told.slice(at, at + BATCH).flat() as never, DURABLE),
		]);
	return perSecond(startedAt);
}

async function storeRate(store: MongoStore, round: number, version: number, drained: () => Promise<void>) {
	const commits = Array.from({ length: COMMITS }, (_, index) => commitOf(`r${round}-${index}`, version));
	const startedAt = performance.now();
	for (let at = 0; at < COMMITS; at += BATCH) {
		const results = await store.commit(commits.slice(at, at + BATCH));
		const failed = results.find(({ status }) => status !== "ok");
		if (failed !== undefined) throw new Error(`a commit failed: ${failed.status}`);
	}
	const accepted = perSecond(startedAt);
	await drained();
	return { accepted, sustained: perSecond(startedAt) };
}

function commitOf(id: string, version: number): Commit {
	const events = envelopesOf(id, version * EVENTS);
	const commands = [{ commandId: `command-${id}-${version}`, sequence: (version + 1) * EVENTS }];
	return { kind: "bench", id, expectedVersion: version, state: STATE, events, commands };
}

function envelopesOf(subject: string, after: number): Envelope[] {
	return Array.from({ length: EVENTS }, (_, index) => ({
		specversion: "1.0",
		id: `bench:${subject}:${after + index + 1}`,
		source: sourceOf("bench"),
		type: "bench.happened",
		subject,
		time: "2026-01-01T00:00:00.000Z",
		correlationid: "correlation",
		causationid: "command",
		commandid: "command",
		sequence: after + index + 1,
		schemaversion: 1,
		actor: "SYSTEM",
		outcome: "SUCCESS",
		processingtimems: null,
		data: DATA,
	}));
}

function perSecond(startedAt: number): number {
	return (COMMITS / (performance.now() - startedAt)) * 1_000;
}

function ratio(rate: number, floor: number): number {
	return Math.round((rate / floor) * 100) / 100;
}

if (process.argv[1] === import.meta.filename) console.log(await clusterStore());
