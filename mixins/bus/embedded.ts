import type { Clock } from "../clock/port.ts";
import type { Pressure } from "../pressure.ts";
import type { EventLog, Store } from "../store/port.ts";
import { BatchGroup } from "./embedded/batch-group.ts";
import type { Consumer, GroupDeps } from "./embedded/consumer.ts";
import { batchOf, windowOf } from "./embedded/governor.ts";
import { Group } from "./embedded/group.ts";
import { defineParked, parkedOf } from "./embedded/parking.ts";
import { type BusTrouble, type OnTrouble, Stopping } from "./embedded/persist.ts";
import { Positions } from "./embedded/positions.ts";
import { createLogReader, type LogReader } from "./embedded/reader.ts";
import type { Bus, GroupStatus, ParkedEvent, Subscription } from "./port.ts";

export type { BusTrouble } from "./embedded/persist.ts";

/** What the embedded bus stands on; `log` and `store` are usually one object. */
export interface EmbeddedBusOptions {
	readonly log: EventLog;
	readonly store: Store;
	readonly clock: Clock;
	/** Requests that are waiting for an answer; while there are many, deliveries leave them room. */
	readonly pressure?: Pick<Pressure, "isBusy">;
	/** Hears of parked and dead events and of outages, for logs and metrics. */
	readonly onError?: (error: Error, trouble: BusTrouble) => void;
}

/** The bus inside one process: the store's own event table is the log, so an event is on the bus once it is committed. */
export function createEmbeddedBus(options: EmbeddedBusOptions): Bus {
	return new EmbeddedBus(options);
}

interface Waiter {
	readonly target: number;
	readonly resolve: () => void;
	readonly reject: (reason: Error) => void;
}

class EmbeddedBus implements Bus {
	readonly #options: EmbeddedBusOptions;
	readonly #onTrouble: OnTrouble;
	readonly #subscriptions = new Map<string, Subscription>();
	readonly #positions: Positions;
	readonly #reader: LogReader;
	/** The log's head when the bus was made, before any service could publish; a new group's `now`. */
	readonly #now: number;
	readonly #groups = new Map<string, Consumer>();
	#waiters: Waiter[] = [];
	#state: "new" | "starting" | "running" | "stopped" = "new";
	#stopListening: () => void = () => undefined;

	constructor(options: EmbeddedBusOptions) {
		this.#options = options;
		this.#onTrouble = (error, trouble) => options.onError?.(error, trouble);
		this.#positions = new Positions(options.store, options.clock, this.#onTrouble);
		this.#reader = createLogReader(options.log);
		this.#now = options.log.head();
		defineParked(options.store);
	}

	subscribe(subscription: Subscription): void {
		if (this.#state !== "new") throw new Error(`${subscription.group} subscribes after the start of the bus`);
		if (subscription.group.includes(":")) throw new Error(`${subscription.group} is no group name: it has a colon`);
		if (this.#subscriptions.has(subscription.group)) throw new Error(`${subscription.group} subscribes twice`);
		this.#subscriptions.set(subscription.group, subscription);
	}

	async start(): Promise<void> {
		if (this.#state !== "new") throw new Error("the bus was started before");
		this.#state = "starting";
		await Promise.all([...this.#subscriptions.values()].map((subscription) => this.#open(subscription)));
		this.#stopListening = this.#options.log.onAppend(() => this.#wake());
		this.#state = "running";
		this.#wake();
		this.#settleWaiters();
	}

	async stop(): Promise<void> {
		if (this.#state === "stopped") return;
		this.#state = "stopped";
		this.#stopListening();
		await Promise.all([...this.#groups.values()].map((group) => group.stop()));
		await this.#positions.close();
		for (const waiter of this.#waiters.splice(0)) waiter.reject(new Stopping());
	}

	async status(): Promise<readonly GroupStatus[]> {
		return [...this.#groups.values()].map((group) => group.status());
	}

	parked(group: string, limit: number): Promise<readonly ParkedEvent[]> {
		return parkedOf(this.#options.store, group, limit);
	}

	async replay(parkedId: string): Promise<boolean> {
		return (await this.#groupOf(parkedId)?.parked.replay(parkedId)) ?? false;
	}

	async skip(parkedId: string): Promise<boolean> {
		return (await this.#groupOf(parkedId)?.parked.skip(parkedId)) ?? false;
	}

	drained(): Promise<void> {
		if (this.#state === "stopped") return Promise.reject(new Stopping());
		const target = this.#options.log.head();
		return new Promise((resolve, reject) => {
			this.#waiters.push({ target, resolve, reject });
			this.#settleWaiters();
		});
	}

	async #open(subscription: Subscription): Promise<void> {
		const { store, log, clock } = this.#options;
		const position = await this.#positions.open(subscription.group, subscription.from === "now" ? this.#now : 0);
		const { pressure } = this.#options;
		const deps: GroupDeps = {
			store,
			log,
			clock,
			reader: this.#reader,
			onTrouble: this.#onTrouble,
			onMoved: () => this.#moved(),
			windowOf: (lag) => windowOf(lag, pressure?.isBusy === true),
			batchOf: (lag) => batchOf(lag, pressure?.isBusy === true),
			stream: "log",
		};
		const { batch } = subscription;
		const group =
			batch === undefined
				? new Group(subscription, position, deps)
				: new BatchGroup(subscription, batch, position, deps);
		await group.open();
		await this.#positions.track(subscription.group, () => group.position);
		this.#groups.set(subscription.group, group);
	}

	#groupOf(parkedId: string): Consumer | undefined {
		return this.#groups.get(parkedId.slice(0, parkedId.indexOf(":")));
	}

	#wake(): void {
		for (const group of this.#groups.values()) group.wake();
	}

	#moved(): void {
		this.#positions.moved();
		if (this.#waiters.length > 0) this.#settleWaiters();
	}

	#settleWaiters(): void {
		if (this.#state !== "running") return;
		const lowest = Math.min(...[...this.#groups.values()].map((group) => group.position));
		this.#waiters = this.#waiters.filter((waiter) => {
			if (waiter.target > lowest) return true;
			waiter.resolve();
			return false;
		});
	}
}
