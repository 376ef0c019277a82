import type { mongo } from "mongoose";
import type { OnTrouble } from "../../bus/embedded/persist.ts";
import { written, type WrittenEvent } from "../../bus/port.ts";
import type { Clock } from "../../clock/port.ts";
import { within } from "../../clock/within.ts";
import { acquireLease, type Lease } from "../../scheduler/leases.ts";
import type { Store } from "../port.ts";
import { CERTAIN, DURABLE } from "./connection.ts";
import { FeedOrder } from "./feed-order.ts";
import type { Kinds } from "./kinds.ts";
import type { Outbox } from "./outbox.ts";
import type { FeedBatch } from "./rows.ts";

/** Where the relay publishes: a durable log outside the store. */
export interface Outlet {
	/** Resolves when all events are durable there, those of one subject in the given order. After a rejection the same events come again. */
	publish(events: readonly WrittenEvent[]): Promise<void>;
}

/** The way of committed events to the bus. */
export interface Relay {
	/** Starts asking for the lease; one process at a time publishes, any number may stand by. */
	start(): void;
	/** Publishes nothing more; what is under way ends first, or is left to the next leader after three seconds. */
	stop(): Promise<void>;
	/** Resolves when everything that was committed before the call is published, by whichever process. */
	drained(): Promise<void>;
	/** Events that are not published yet, and how old the oldest is. */
	backlog(): Promise<{ readonly events: number }>;
	/** Whether this process publishes now. */
	readonly isLeader: boolean;
}

export interface RelayOptions {
	readonly store: Store;
	/** The store's clock: leases mean one time everywhere. */
	readonly clock: Clock;
	readonly kinds: Kinds;
	readonly outbox: Outbox;
	readonly feed: mongo.Collection<FeedBatch>;
	readonly outlet: Outlet;
	/** Unique for this process. */
	readonly node: string;
	readonly onTrouble: OnTrouble;
	/** Default 5 s. */
	readonly leaseMs?: number;
}

/** Name of the relay's lease. */
const JOB = "event-relay";
const LEASE_MS = 5_000;
/** Batches of the feed per reading; each holds what one process committed together. */
const BATCHES = 64;
const EVENTS_MAX = 1_000;
/** Other processes' events are looked for this often. */
const POLL_MS = 25;
const SWEEP_MS = 1_000;
/** Sweeping a kind takes at most one part in so many of the store's time, however slowly it finds what is left behind. */
const SWEEP_SHARE = 20;
/** What a living process moves on by itself is left to it for this long. */
const SWEEP_GRACE_MS = 3_000;
const STOP_MAX_MS = 3_000;
const BACKOFF_MS = 100;
const BACKOFF_MAX_MS = 2_000;

/** The second stage: from the feed to the bus, in sequence order per subject, under a lease. */
export class FeedRelay implements Relay {
	readonly #options: RelayOptions;
	readonly #order: FeedOrder;
	#stopping = new AbortController();
	#running: Promise<void> = Promise.resolve();
	#wake: (() => void) | null = null;
	#lease: Lease | null = null;
	/** Kind → when it is swept again. */
	readonly #sweeps = new Map<string, number>();
	#looksAt = 0;
	#sweeping: Promise<void> | null = null;
	/** Batches that are published and may still stand in the feed. */
	#done: readonly string[] = [];

	constructor(options: RelayOptions) {
		this.#options = options;
		this.#order = new FeedOrder(options.feed);
	}

	get isLeader(): boolean {
		return this.#lease !== null && !this.#lease.signal.aborted;
	}

	start(): void {
		this.#running = this.#run();
	}

	/** Something new stands in the feed. */
	nudge(): void {
		this.#wake?.();
	}

	async stop(): Promise<void> {
		this.#stopping.abort();
		this.nudge();
		// A log that never answers cannot hold up a stop: what it was given stays in the feed.
		await within(this.#options.clock, STOP_MAX_MS, this.#running);
	}

	async backlog(): Promise<{ events: number }> {
		const batches = await this.#options.feed.find({}, { ...CERTAIN, projection: { count: 1 } }).toArray();
		return { events: batches.reduce((sum, { count }) => sum + count, 0) };
	}

	async drained(): Promise<void> {
		const { outbox, kinds, clock } = this.#options;
		await outbox.flushed();
		while ((await outbox.pending(await kinds.stored())) > 0 || (await this.backlog()).events > 0) {
			this.nudge();
			await clock.sleep(POLL_MS);
		}
	}

	async #run(): Promise<void> {
		for (let failures = 0; !this.#stopping.signal.aborted;) {
			try {
				await this.#lead();
				failures = 0;
			} catch (error) {
				this.#options.onTrouble(error as Error, { group: JOB, what: "store" });
				await this.#pause(Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** failures++));
			}
		}
		await this.#sweeping;
		await this.#strike(this.#done).catch(() => undefined);
		await this.#lease?.release(null).catch(() => undefined);
		this.#lease = null;
	}

	/** One step as the leader, or one attempt to become it. */
	async #lead(): Promise<void> {
		const { store, clock, node, onTrouble, leaseMs = LEASE_MS } = this.#options;
		if (!this.isLeader) {
			this.#order.forget();
			await this.#strike(this.#done);
			this.#lease = await acquireLease({ store, clock, owner: node }, JOB, leaseMs);
			if (this.#lease === null) await this.#pause(leaseMs / 4);
			return;
		}
		// Beside the publishing, which does not wait for a slow look through everything.
		this.#sweeping ??= this.#sweep()
			.catch((error: unknown) => onTrouble(error as Error, { group: JOB, what: "store" }))
			.finally(() => (this.#sweeping = null));
		const published = await this.#publish();
		if (published === 0) await this.#pause(POLL_MS);
	}

	async #sweep(): Promise<void> {
		const { clock, kinds, outbox } = this.#options;
		if (clock.now() < this.#looksAt) return;
		this.#looksAt = clock.now() + SWEEP_MS;
		for (const kind of await kinds.stored()) {
			if (this.#stopping.signal.aborted) return;
			const startedAt = clock.now();
			if (startedAt < (this.#sweeps.get(kind.name) ?? 0)) continue;
			await outbox.sweep([kind], SWEEP_GRACE_MS);
			const took = clock.now() - startedAt;
			this.#sweeps.set(kind.name, startedAt + Math.max(SWEEP_MS, SWEEP_SHARE * took));
		}
	}

	/** The oldest batches of the feed. They are struck out after the log has acknowledged them, while the next ones are read. */
	async #publish(): Promise<number> {
		const { feed, outlet } = this.#options;
		const done = this.#done;
		const oldest = feed
			.find({ _id: { $gt: "", $nin: [...done] } }, CERTAIN)
			.sort({ _id: 1 })
			.limit(BATCHES);
		const [batches] = await Promise.all([oldest.toArray(), this.#strike(done)]);
		const due = await this.#order.due(batches);
		for (let at = 0; at < due.length; at += EVENTS_MAX) {
			const slice = due.slice(at, at + EVENTS_MAX);
			await this.#lease?.assertHeld();
			await outlet.publish(slice.map(({ text }) => written(text)));
			this.#order.published(slice);
		}
		this.#done = batches.map(({ _id }) => _id);
		return batches.length;
	}

	/** Takes published batches out of the feed. */
	async #strike(ids: readonly string[]): Promise<void> {
		if (ids.length > 0) await this.#options.feed.deleteMany({ _id: { $in: [...ids] } }, DURABLE);
		if (this.#done === ids) this.#done = [];
	}

	/** Ends early when something new is in the feed or the relay stops. */
	async #pause(ms: number): Promise<void> {
		if (this.#stopping.signal.aborted) return;
		const over = new AbortController();
		this.#wake = () => over.abort();
		await this.#options.clock.sleep(ms, over.signal).catch(() => undefined);
		this.#wake = null;
	}
}
