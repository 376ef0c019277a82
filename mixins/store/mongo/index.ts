import type { mongo } from "mongoose";
import type { OnTrouble } from "../../bus/embedded/persist.ts";
import type { Clock } from "../../clock/port.ts";
import type { Flush } from "../../commit-meter.ts";
import {
	DamagedRow,
	StoreUnavailable,
	type Commit,
	type CommitResult,
	type InspectedPage,
	type Inspection,
	type KindDefinition,
	type KindList,
	type Query,
	type Scalar,
	type State,
	type Store,
	type StoredDocument,
} from "../port.ts";
import { createStoreClock, type StoreClock } from "./clock.ts";
import { Lane } from "./committer.ts";
import {
	DURABLE,
	isConnected,
	openDatabase,
	reading,
	serverVersion,
	timeOffsetMs,
	type Database,
} from "./connection.ts";
import { countRows, inspectRows } from "./integrity.ts";
import { COMMAND_INDEX } from "./insert-missing.ts";
import { Kinds, type Kind } from "./kinds.ts";
import { Outbox, tokenAt } from "./outbox.ts";
import { Queries } from "./queries.ts";
import { Reads } from "./reads.ts";
import { FeedRelay, type Outlet, type Relay } from "./relay.ts";
import { parseDocument, type EventRow, type FeedBatch } from "./rows.ts";

export type { Outlet, Relay } from "./relay.ts";
export type { StoreClock } from "./clock.ts";

/** Where the server is, and what the store needs. */
export interface MongoOptions {
	/** `mongodb://user:password@host:port/database?replicaSet=…`; the database is `payflow` unless named. */
	readonly uri: string;
	readonly clock: Clock;
	/** Unique for this process. */
	readonly node: string;
	/** Hears of outages; the store goes on by itself. */
	readonly onTrouble: OnTrouble;
	/** Called after each bulk write, for metrics. */
	readonly onFlush?: (flush: Flush) => void;
}

/** The cluster's store: documents with their outbox, the permanent events, and the feed of the bus. */
export interface MongoStore extends Store, Inspection, KindList {
	/** The server's time, for deadlines and leases. */
	readonly clock: StoreClock;
	/** Product and version by the server's own account. */
	readonly serverVersion: string;
	/** The way of committed events to a log outside; at most one per store. */
	relayTo(outlet: Outlet, options?: { readonly leaseMs?: number }): Relay;
	/** Resolves when the events of all commits so far have left their documents. */
	flushed(): Promise<void>;
}

/** Connects and makes the shared collections; throws `StoreUnavailable`. */
export async function openMongoStore(options: MongoOptions): Promise<MongoStore> {
	const database = await openDatabase(options.uri, options.clock);
	const { db } = database;
	const events = db.collection<EventRow>("events");
	const feed = db.collection<FeedBatch>("feed");
	await events.createIndex({ command: 1 }, { name: COMMAND_INDEX, unique: true, sparse: true });
	const clock = await createStoreClock(options.clock, () => timeOffsetMs(database, () => options.clock.now()));
	const [version, queries] = await Promise.all([serverVersion(database), Queries.load()]);
	return new Mongo(options, database, { events, feed, clock, queries, version });
}

const TOKEN_DIGITS = 9;
/** So many commits that wait for their answer have the server to themselves for a moment. */
const BUSY_COMMITS = 250;

interface Parts {
	readonly events: mongo.Collection<EventRow>;
	readonly feed: mongo.Collection<FeedBatch>;
	readonly clock: StoreClock;
	readonly queries: Queries;
	readonly version: string;
}

class Mongo implements MongoStore {
	readonly clock: StoreClock;
	readonly serverVersion: string;
	readonly #options: MongoOptions;
	readonly #database: Database;
	readonly #parts: Parts;
	readonly #kinds: Kinds;
	readonly #reads: Reads;
	readonly #outbox: Outbox;
	readonly #lanes = new Map<string, Lane>();
	#relay: FeedRelay | null = null;
	#tokens = 0;
	#isClosed = false;

	constructor(options: MongoOptions, database: Database, parts: Parts) {
		this.#options = options;
		this.#database = database;
		this.#parts = parts;
		this.clock = parts.clock;
		this.serverVersion = parts.version;
		this.#kinds = new Kinds(database);
		this.#reads = new Reads(parts.events, options.clock);
		this.#outbox = new Outbox({
			events: parts.events,
			feed: parts.feed,
			clock: options.clock,
			now: () => parts.clock.now(),
			token: () => this.#token(),
			onFed: () => this.#relay?.nudge(),
			isBusy: () => sumOf([...this.#lanes.values()].map(({ unanswered }) => unanswered)) >= BUSY_COMMITS,
			onError: (error) => options.onTrouble(error, { group: "outbox", what: "store" }),
		});
	}

	define(definition: KindDefinition): void {
		this.#kinds.define(definition);
	}

	async commit(items: readonly Commit[]): Promise<readonly CommitResult[]> {
		return Promise.all(items.map((item) => this.#lane(item.kind).commit(item)));
	}

	async load<S extends State>(kind: string, id: string): Promise<StoredDocument<S> | null> {
		return twice(async () => {
			const row = await this.#reads.load(this.#kind(kind), id);
			return row === null ? null : parseDocument<S>(row);
		});
	}

	async events(kind: string, id: string, options: { from?: number; upTo?: number; limit?: number } = {}) {
		const { from = 1, upTo = Number.MAX_SAFE_INTEGER, limit = Number.MAX_SAFE_INTEGER } = options;
		return this.#reads.events(this.#kind(kind), id, { from, upTo, limit });
	}

	async findCommand(kind: string, id: string, commandId: string): Promise<number | null> {
		return this.#reads.command(this.#kind(kind), id, commandId);
	}

	async findUnique(kind: string, name: string, value: string): Promise<string | null> {
		return this.#reads.unique(this.#kind(kind), name, value);
	}

	async find<S extends State>(kind: string, query: Query): Promise<readonly StoredDocument<S>[]> {
		const defined = this.#kind(kind);
		return twice(async () => {
			const rows = await reading(async () => {
				await defined.ready();
				return this.#parts.queries.find(defined, query);
			});
			return rows.map((row) => parseDocument<S>(row));
		});
	}

	async count(kind: string, where: Readonly<Record<string, Scalar>> = {}): Promise<number> {
		return reading(() => this.#parts.queries.count(this.#kind(kind), where));
	}

	async remove(kind: string, ids: readonly string[]): Promise<void> {
		if (ids.length === 0) return;
		const { collection } = this.#kind(kind);
		await reading(() => collection.deleteMany({ _id: { $in: [...ids] } }, DURABLE));
	}

	isWritable(): boolean {
		return !this.#isClosed && isConnected(this.#database);
	}

	/** Also those that only other processes define. */
	async kinds(): Promise<readonly string[]> {
		return (await reading(() => this.#kinds.stored())).map(({ name }) => name);
	}

	relayTo(outlet: Outlet, { leaseMs }: { readonly leaseMs?: number } = {}): Relay {
		if (this.#relay !== null) throw new Error("the store has its relay");
		this.#relay = new FeedRelay({
			store: this,
			clock: this.clock,
			kinds: this.#kinds,
			outbox: this.#outbox,
			feed: this.#parts.feed,
			outlet,
			node: this.#options.node,
			onTrouble: this.#options.onTrouble,
			...(leaseMs === undefined ? {} : { leaseMs }),
		});
		return this.#relay;
	}

	flushed(): Promise<void> {
		return this.#outbox.flushed();
	}

	inspect(): AsyncIterable<InspectedPage> {
		return inspectRows(this.#kinds, this.#parts.events);
	}

	inspectedRows(): Promise<number> {
		return countRows(this.#kinds, this.#parts.events);
	}

	async close(): Promise<void> {
		if (this.#isClosed) return;
		await this.#relay?.stop();
		await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
		await this.#outbox.close();
		this.#isClosed = true;
		this.clock.stop();
		await this.#database.connection.close();
	}

	#lane(kind: string): Lane {
		const known = this.#lanes.get(kind);
		if (known !== undefined) return known;
		const lane = new Lane({
			kind: () => this.#kind(kind),
			events: this.#parts.events,
			clock: this.#options.clock,
			token: () => this.#token(),
			onStored: (stored, documents) => this.#outbox.push(stored, documents),
			onFlush: (flush) => this.#options.onFlush?.(flush),
		});
		this.#lanes.set(kind, lane);
		return lane;
	}

	/** Grows with time; the same never twice. */
	#token(): string {
		const count = String(++this.#tokens).padStart(TOKEN_DIGITS, "0");
		return `${tokenAt(this.clock.now())}.${this.#options.node}.${count}`;
	}

	#kind(name: string): Kind {
		if (this.#isClosed) throw new StoreUnavailable("The store is closed.");
		return this.#kinds.of(name);
	}
}

function sumOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0);
}

/** What came damaged is read once more: it may have been damaged on its way, or be written while it was read. */
async function twice<Result>(read: () => Promise<Result>): Promise<Result> {
	try {
		return await read();
	} catch (error) {
		if (!(error instanceof DamagedRow)) throw error;
		return read();
	}
}
