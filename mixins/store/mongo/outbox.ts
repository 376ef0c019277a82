import type { mongo } from "mongoose";
import type { Clock } from "../../clock/port.ts";
import { CERTAIN, DURABLE } from "./connection.ts";
import type { Kind } from "./kinds.ts";
import {
	eventRowOf,
	feedBatchOf,
	subjectKey,
	type DocumentRow,
	type EventRow,
	type FedEvent,
	type FeedBatch,
	type OutboxEntry,
} from "./rows.ts";
import type { Stored } from "./writes.ts";

/** What the first stage needs. */
export interface OutboxOptions {
	readonly events: mongo.Collection<EventRow>;
	readonly feed: mongo.Collection<FeedBatch>;
	readonly clock: Clock;
	/** The store's clock, which tokens are made of. */
	readonly now: () => number;
	/** A fresh token that sorts after all older ones of this process. */
	readonly token: () => string;
	/** Something new stands in the feed. */
	readonly onFed: () => void;
	readonly onError: (error: Error) => void;
}

interface Bulk {
	readonly kind: Kind;
	readonly stored: readonly Stored[];
}

/** Documents of which everything before a version is known to have been moved on. */
const KNOWN_MAX = 50_000;
const ROWS_MAX = 1_000;
/** A batch of the feed is one document, far below the server's limit. */
const FEED_CHARS_MAX = 1_000_000;
const SWEEP_MAX = 500;
const RETRY_MS = 100;
const RETRY_MAX_MS = 5_000;
const TOKEN_DIGITS = 10;
const DUPLICATE_KEY = 11_000;
/** Name of the unique index over commands. */
export const COMMAND_INDEX = "command";

/** The first part of tokens made at `ms`. */
export function tokenAt(ms: number): string {
	return Math.max(0, Math.round(ms)).toString(36).padStart(TOKEN_DIGITS, "0");
}

/** When a token was made, in milliseconds. */
export function timeOfToken(token: string): number {
	return Number.parseInt(token.slice(0, TOKEN_DIGITS), 36);
}

/**
 * The first stage of the relay: from a document's outbox to the permanent collection and the feed of the bus, then out of the
 * document. Events of one aggregate enter the feed in their order: a process moves only what follows what it moved itself, and
 * otherwise reads the whole outbox first.
 */
export class Outbox {
	readonly #options: OutboxOptions;
	#bulks: Bulk[] = [];
	#work: Promise<void> | null = null;
	/** `<kind>|<id>|` → version up to which everything was moved on. */
	readonly #known = new Map<string, number>();
	#isClosed = false;

	constructor(options: OutboxOptions) {
		this.#options = options;
	}

	/** Takes up what a bulk has stored. */
	push(kind: Kind, stored: readonly Stored[]): void {
		this.#bulks.push({ kind, stored });
		this.#work ??= this.#run().finally(() => (this.#work = null));
	}

	/** Resolves when all that was pushed before is moved on, or the outbox is closed. */
	async flushed(): Promise<void> {
		while (this.#work !== null) await this.#work;
	}

	/** Gives up what does not go through at once: it stays in its documents, for the next sweep. */
	async close(): Promise<void> {
		this.#isClosed = true;
		await this.flushed();
	}

	/** Moves on what others left behind for `graceMs`, or what a lost reply hid; returns how many documents had something. */
	async sweep(kinds: readonly Kind[], graceMs: number): Promise<number> {
		const before = tokenAt(this.#options.now() - graceMs);
		let found = 0;
		for (const kind of kinds) found += await this.#sweepKind(kind, before);
		return found;
	}

	/** Documents whose outbox is not empty. */
	async pending(kinds: readonly Kind[]): Promise<number> {
		const filter = { "outbox.b": { $gt: "" } } as mongo.Filter<DocumentRow>;
		const counts = await Promise.all(kinds.map(({ collection }) => collection.countDocuments(filter)));
		return counts.reduce((sum, count) => sum + count, 0);
	}

	async #sweepKind(kind: Kind, before: string): Promise<number> {
		const filter = { "outbox.b": { $gt: "", $lt: before } } as mongo.Filter<DocumentRow>;
		const rows = await kind.collection
			.find(filter, { ...CERTAIN, projection: { _id: 1 } })
			.limit(SWEEP_MAX)
			.toArray();
		if (rows.length > 0)
			await this.#moveWhole(
				kind,
				rows.map(({ _id }) => _id),
			);
		return rows.length;
	}

	async #run(): Promise<void> {
		for (let failures = 0; this.#bulks.length > 0;) {
			const [bulk] = this.#bulks;
			if (bulk === undefined) return;
			try {
				await this.#move(bulk);
				this.#bulks.shift();
				failures = 0;
			} catch (error) {
				this.#options.onError(error instanceof Error ? error : new Error(String(error)));
				if (this.#isClosed) this.#bulks = [];
				else await this.#options.clock.sleep(Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** failures++));
			}
		}
	}

	async #move({ kind, stored }: Bulk): Promise<void> {
		const foreign = new Set(stored.filter((document) => !this.#follows(kind, document)).map(({ id }) => id));
		const own = stored.filter(({ id }) => !foreign.has(id));
		await this.#insert(kind, own);
		const tokens = [...new Set(own.flatMap(({ entries }) => entries.map(({ b }) => b)))];
		if (own.length > 0) {
			const update = { $pull: { outbox: { b: { $in: tokens } } } } as unknown as mongo.UpdateFilter<DocumentRow>;
			await kind.collection.updateMany({ _id: { $in: own.map(({ id }) => id) } }, update, DURABLE);
		}
		if (foreign.size > 0) await this.#moveWhole(kind, [...foreign]);
		for (const { id, version } of stored) this.#remember(subjectKey(kind.name, id), version);
	}

	/** Whether everything of the document before this commit was moved on by this process. */
	#follows(kind: Kind, { id, version }: Stored): boolean {
		if (version === 1) return true;
		return (this.#known.get(subjectKey(kind.name, id)) ?? 0) >= version - 1;
	}

	#remember(key: string, version: number): void {
		this.#known.delete(key);
		this.#known.set(key, version);
		if (this.#known.size <= KNOWN_MAX) return;
		const [oldest] = this.#known.keys();
		if (oldest !== undefined) this.#known.delete(oldest);
	}

	async #moveWhole(kind: Kind, ids: readonly string[]): Promise<void> {
		const options = { ...CERTAIN, projection: { outbox: 1 } };
		const rows = await kind.collection.find({ _id: { $in: [...ids] } }, options).toArray();
		const stored = rows.map(({ _id, outbox }) => ({ id: _id, version: 0, entries: inOrder(outbox) }));
		const full = stored.filter(({ entries }) => entries.length > 0);
		if (full.length === 0) return;
		await this.#insert(kind, full);
		const pulls = full.map(({ id, entries }) => {
			const upTo = Math.max(...entries.map(({ s }) => s));
			const update = { $pull: { outbox: { s: { $lte: upTo } } } } as unknown as mongo.UpdateFilter<DocumentRow>;
			return { updateOne: { filter: { _id: id }, update } };
		});
		await kind.collection.bulkWrite(pulls, { ordered: false, ...DURABLE });
	}

	/** First the permanent collection, then the feed; whatever a crash leaves out, a repeat inserts. */
	async #insert(kind: Kind, stored: readonly Stored[]): Promise<void> {
		const { events, feed, token, onFed } = this.#options;
		const rows = stored.flatMap(({ id, entries }) => entries.map((entry) => eventRowOf(kind.name, id, entry)));
		for (let at = 0; at < rows.length; at += ROWS_MAX) await insertMissing(events, rows.slice(at, at + ROWS_MAX));
		const fed = stored.flatMap(({ id, entries }) => entries.flatMap((entry) => fedEventOf(kind.name, id, entry)));
		const batches = chunksOf(fed).map((chunk) => feedBatchOf(token(), chunk));
		if (batches.length === 0) return;
		await feed.insertMany(batches, { ordered: true, ...DURABLE });
		onFed();
	}
}

function fedEventOf(kind: string, id: string, { s, e }: OutboxEntry): FedEvent[] {
	return e === undefined ? [] : [{ subject: subjectKey(kind, id), sequence: s, envelope: e }];
}

function chunksOf(events: readonly FedEvent[]): FedEvent[][] {
	const chunks: FedEvent[][] = [];
	let chars = FEED_CHARS_MAX;
	for (const event of events) {
		chars += event.envelope.length;
		if (chars >= FEED_CHARS_MAX) {
			chunks.push([]);
			chars = event.envelope.length;
		}
		chunks.at(-1)?.push(event);
	}
	return chunks;
}

function inOrder(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
	return [...entries].sort((left, right) => left.s - right.s);
}

/** Inserts in order; what is there already is left alone. Throws for every other error. */
async function insertMissing<Row extends { readonly _id: string }>(
	collection: mongo.Collection<Row>,
	rows: readonly Row[],
): Promise<void> {
	const documents = rows as unknown as mongo.OptionalUnlessRequiredId<Row>[];
	try {
		await collection.insertMany(documents, { ordered: false, ...DURABLE });
	} catch (error) {
		const failures = writeErrorsOf(error);
		if (failures.length === 0 || failures.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
		const others = failures.filter(({ errmsg }) => errmsg.includes(`index: ${COMMAND_INDEX} `));
		if (others.length > 0) await insertWithoutCommand(collection, rows, others);
	}
}

/** An event is kept in any case, also if the id of its command were taken: then the audit finds it. */
async function insertWithoutCommand<Row extends { readonly _id: string }>(
	collection: mongo.Collection<Row>,
	rows: readonly Row[],
	failures: readonly WriteError[],
): Promise<void> {
	for (const { index } of failures) {
		const row = rows[index];
		if (row === undefined) continue;
		const { _id, ...rest } = { ...row, command: undefined };
		const filter = { _id } as unknown as mongo.Filter<Row>;
		const fields = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
		const update = { $setOnInsert: fields } as unknown as mongo.UpdateFilter<Row>;
		await collection.updateOne(filter, update, { upsert: true, ...DURABLE });
	}
}

interface WriteError {
	readonly index: number;
	readonly code: number;
	readonly errmsg: string;
}

function writeErrorsOf(error: unknown): readonly WriteError[] {
	const errors: unknown = (error as { writeErrors?: unknown } | null)?.writeErrors ?? [];
	return (Array.isArray(errors) ? errors : [errors]) as WriteError[];
}
