import { createEmbeddedBus } from "../../mixins/bus/embedded.ts";
import type { Bus } from "../../mixins/bus/port.ts";
import { type VirtualClock, virtualClock } from "../../mixins/clock/virtual.ts";
import type { Commit, EventLog, Store } from "../../mixins/store/port.ts";
import { createPublisher, type EventSketch } from "./envelopes.ts";

/** A bus with its durable ground, as the bus specification needs it. */
export interface BusBed {
	readonly clock: VirtualClock;
	/** Every consumer takes batches of so many events. */
	readonly batchMax?: number;
	/** A new bus over the same durable state; the one before must be stopped or crashed. */
	open(): Bus;
	/** The process of the newest bus dies: it never writes again and no reply reaches it. */
	crash(): void;
	/** While true, nothing can be parked and no position stored. */
	refuseWrites(isRefused: boolean): void;
	/** Commits events, in order per subject. */
	publish(sketches: readonly EventSketch[]): Promise<void>;
	close(): Promise<void>;
}

/** The embedded bus over a store; `publishing` is a second, well-behaved door to the same data. */
export function embeddedBusBed(store: Store & EventLog, publishing: Store = store, batchMax?: number): BusBed {
	const clock = virtualClock(Date.UTC(2026, 0, 1));
	let isRefused = false;
	let process = { isAlive: true };
	return {
		clock,
		...(batchMax === undefined ? {} : { batchMax }),
		open() {
			process = { isAlive: true };
			const mortal = mortalStore(store, process, () => isRefused);
			return createEmbeddedBus({ log: mortal, store: mortal, clock });
		},
		crash: () => void (process.isAlive = false),
		refuseWrites: (value) => void (isRefused = value),
		publish: createPublisher(publishing),
		close: () => store.close(),
	};
}

const NEVER = new Promise<never>(() => undefined);

/** A store as one process sees it: after its death nothing is asked and nothing is answered. */
export function mortalStore(
	store: Store & EventLog,
	process: { readonly isAlive: boolean },
	isRefused: () => boolean,
): Store & EventLog {
	const isDead = () => !process.isAlive;
	const during = async <Result>(action: () => Promise<Result>): Promise<Result> => {
		const result = process.isAlive ? await action() : await NEVER;
		return isDead() ? NEVER : result;
	};
	const refused = (items: readonly Commit[]) =>
		items.map(() => ({ status: "unknown" as const, error: new Error("the disk does not answer") }));
	return {
		define: (definition) => store.define(definition),
		commit: (items) => during(async () => (isRefused() ? refused(items) : store.commit(items))),
		load: (kind, id) => during(() => store.load(kind, id)),
		events: (kind, id, options) => during(() => store.events(kind, id, options)),
		findCommand: (kind, id, commandId) => during(() => store.findCommand(kind, id, commandId)),
		findUnique: (kind, name, value) => during(() => store.findUnique(kind, name, value)),
		find: (kind, query) => during(() => store.find(kind, query)),
		count: (kind, where) => during(() => store.count(kind, where)),
		remove: (kind, ids) => during(() => store.remove(kind, ids)),
		isWritable: () => store.isWritable(),
		close: () => store.close(),
		read: (position, limit) => during(() => store.read(position, limit)),
		head: () => store.head(),
		onAppend: (listener) => store.onAppend(() => (process.isAlive ? listener() : undefined)),
	};
}
