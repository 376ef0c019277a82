import type { mongo } from "mongoose";
import { leadingCount } from "../../../services/shared/leading.ts";
import type { Clock } from "../../clock/port.ts";
import { CERTAIN, DURABLE } from "./connection.ts";
import { insertMissing } from "./insert-missing.ts";
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
	/** Whether so many commits wait for their answer that moving on should not take the server's time from them. */
	readonly isBusy: () => boolean;
	readonly onError: (error: Error) => void;
}

interface Bulk {
	readonly kind: Kind;
	readonly stored: readonly Stored[];
}

/** Bulks of one kind, oldest first; kinds do not wait for each other. */
interface Queue {
	bulks: Bulk[];
	work: Promise<void> | null;
	/** What was moved on and is on its way out of its documents. */
	pull: Promise<void>;
}

/** Documents of which everything before a version is known to have been moved on. */
const KNOWN_MAX = 50_000;
const ROWS_MAX = 1_000;
/** What waits is moved on together, up to this many documents; the next ones follow while these leave their documents. */
const DOCUMENTS_MAX = 500;
/** While the store is busy, what has to be moved on gathers for this long, up to so many documents. */
const GATHER_MAX_MS = 500;
const GATHERED_MAX = 2_000;
const GATHER_MS = 10;
/** A batch of the feed is one document; the relay reads many of them at once. */
const FEED_CHARS_MAX = 256_000;
const SWEEP_MAX = 500;
const RETRY_MS = 100;
const RETRY_MAX_MS = 5_000;
const TOKEN_DIGITS = 10;

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
	readonly #queues = new Map<string, Queue>();
	/** `<kind>|<id>|` → version up to which everything was moved on. */
	readonly #known = new Map<string, number>();
	#isClosed = false;

	constructor(options: OutboxOptions) {
		this.#options = options;
	}

	/** Takes up what a bulk has stored. */
	push(kind: Kind, stored: readonly Stored[]): void {
		const queue = this.#queues.get(kind.name) ?? { bulks: [], work: null, pull: Promise.resolve() };
		this.#queues.set(kind.name, queue);
		queue.bulks.push({ kind, stored });
		queue.work ??= this.#run(queue);
	}

	/** Resolves when all that was pushed before is moved on, or the outbox is closed. */
	async flushed(): Promise<void> {
		const working = () => [...this.#queues.values()].flatMap(({ work }) => work ?? []);
		for (let works = working(); works.length > 0; works = working()) await Promise.all(works);
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

	async #run(queue: Queue): Promise<void> {
		for (let failures = 0; queue.bulks.length > 0;) {
			await this.#gather(queue);
			const count = leadingCount(queue.bulks, ({ stored }) => stored.length, DOCUMENTS_MAX);
			try {
				await this.#move(queue, queue.bulks.slice(0, count));
				queue.bulks.splice(0, count);
				failures = 0;
			} catch (error) {
				await this.#trouble(error, failures++);
				if (this.#isClosed) queue.bulks = [];
			}
			if (queue.bulks.length === 0) await queue.pull;
		}
		queue.work = null;
	}

	/** People come first: they wait for commits, while nobody waits for an outbox. */
	async #gather({ bulks }: Queue): Promise<void> {
		const { clock, isBusy } = this.#options;
		const until = clock.now() + GATHER_MAX_MS;
		while (!this.#isClosed && isBusy() && documentsOf(bulks) < GATHERED_MAX && clock.now() < until)
			await clock.sleep(GATHER_MS);
	}

	async #move(queue: Queue, bulks: readonly Bulk[]): Promise<void> {
		const [first] = bulks;
		if (first === undefined) return;
		const { kind } = first;
		const stored = bulks.flatMap((bulk) => bulk.stored);
		const { own, foreign } = this.#sort(kind, stored);
		await this.#insert(kind, own);
		for (const { id, version } of own) this.#remember(subjectKey(kind.name, id), version);
		await queue.pull;
		queue.pull = this.#pull(kind, own);
		if (foreign.length === 0) return;
		// A whole outbox is read after everything of ours has left it.
		await queue.pull;
		await this.#moveWhole(kind, foreign);
		for (const { id, version } of stored) this.#remember(subjectKey(kind.name, id), version);
	}

	/** Takes what was moved on out of its documents, beside the next move; what a stop leaves there is found by a sweep. */
	async #pull(kind: Kind, moved: readonly Stored[]): Promise<void> {
		if (moved.length === 0) return;
		const tokens = [...new Set(moved.flatMap(({ entries }) => entries.map(({ b }) => b)))];
		const filter = { _id: { $in: [...new Set(moved.map(({ id }) => id))] } };
		const update = { $pull: { outbox: { b: { $in: tokens } } } } as unknown as mongo.UpdateFilter<DocumentRow>;
		for (let failures = 0; !this.#isClosed || failures === 0;) {
			try {
				await kind.collection.updateMany(filter, update, DURABLE);
				return;
			} catch (error) {
				await this.#trouble(error, failures++);
			}
		}
	}

	async #trouble(error: unknown, failures: number): Promise<void> {
		this.#options.onError(error instanceof Error ? error : new Error(String(error)));
		if (!this.#isClosed) await this.#options.clock.sleep(Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** failures));
	}

	/** Own is what follows something that this process moved on; where anything is in between, the whole outbox must be read. */
	#sort(kind: Kind, stored: readonly Stored[]): { own: readonly Stored[]; foreign: readonly string[] } {
		const reached = new Map<string, number>();
		const foreign = new Set<string>();
		for (const { id, version } of stored) {
			const known = reached.get(id) ?? this.#known.get(subjectKey(kind.name, id)) ?? 0;
			if (version === 1 || known >= version - 1) reached.set(id, Math.max(known, version));
			else foreign.add(id);
		}
		return { own: stored.filter(({ id }) => !foreign.has(id)), foreign: [...foreign] };
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

	/** Into the permanent collection and the feed; both are there before anything leaves its document, and a repeat inserts what a crash left out. */
	async #insert(kind: Kind, stored: readonly Stored[]): Promise<void> {
		await Promise.all([this.#keep(kind, stored), this.#feed(kind, stored)]);
	}

	async #keep(kind: Kind, stored: readonly Stored[]): Promise<void> {
		const { events } = this.#options;
		const rows = stored.flatMap(({ id, entries }) => entries.map((entry) => eventRowOf(kind.name, id, entry)));
		const parts = Array.from({ length: Math.ceil(rows.length / ROWS_MAX) }, (_, part) =>
			rows.slice(part * ROWS_MAX, (part + 1) * ROWS_MAX),
		);
		await Promise.all(parts.map((part) => insertMissing(events, part)));
	}

	async #feed(kind: Kind, stored: readonly Stored[]): Promise<void> {
		const { feed, token, onFed } = this.#options;
		const fed = stored.flatMap(({ id, entries }) => entries.flatMap((entry) => fedEventOf(kind.name, id, entry)));
		const batches = chunksOf(fed).map((chunk) => feedBatchOf(token(), chunk));
		if (batches.length === 0) return;
		await feed.insertMany(batches, { ordered: true, ...DURABLE });
		onFed();
	}
}

function documentsOf(bulks: readonly Bulk[]): number {
	return bulks.reduce((sum, { stored }) => sum + stored.length, 0);
}

function fedEventOf(kind: string, id: string, { s, e }: OutboxEntry): FedEvent[] {
	return e === undefined ? [] : [{ subject: subjectKey(kind, id), sequence: s, text: e }];
}

function chunksOf(events: readonly FedEvent[]): FedEvent[][] {
	const chunks: FedEvent[][] = [];
	let chars = FEED_CHARS_MAX;
	for (const event of events) {
		chars += event.text.length;
		if (chars >= FEED_CHARS_MAX) {
			chunks.push([]);
			chars = event.text.length;
		}
		chunks.at(-1)?.push(event);
	}
	return chunks;
}

function inOrder(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
	return [...entries].sort((left, right) => left.s - right.s);
}
