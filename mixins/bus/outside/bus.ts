import { kindsOf, TOPICS } from "../../../services/shared/topics.ts";
import { sourceOf } from "../../../services/shared/events.ts";
import type { Clock } from "../../clock/port.ts";
import { within } from "../../clock/within.ts";
import type { Pressure } from "../../pressure.ts";
import type { Store } from "../../store/port.ts";
import { asError } from "../embedded/attempts.ts";
import { BatchGroup } from "../embedded/batch-group.ts";
import type { Consumer, GroupDeps } from "../embedded/consumer.ts";
import { batchOf, windowOf } from "../embedded/governor.ts";
import { Group } from "../embedded/group.ts";
import { defineParked, parkedOf } from "../embedded/parking.ts";
import { backoffMs, type OnTrouble, Stopping } from "../embedded/persist.ts";
import type { Bus, GroupStatus, ParkedEvent, Subscription, WrittenEvent } from "../port.ts";
import type { Driver, PartitionId, PartitionLag, Seat } from "./driver.ts";
import { Feed } from "./feed.ts";
import { partitionOf } from "./partitions.ts";
import { FedSeat } from "./seat.ts";

/** What a bus over an outside log stands on. */
export interface OutsideBusOptions {
	readonly driver: Driver;
	/** Holds what is parked. */
	readonly store: Store;
	/** Time of attempts and retries. */
	readonly clock: Clock;
	/** Time of the network: pauses between two tries at the log's server. */
	readonly outsideClock: Clock;
	readonly partitions: number;
	/** Which kinds state which events; default: the platform's. */
	readonly topics?: typeof TOPICS;
	readonly pressure?: Pick<Pressure, "isBusy">;
	readonly onTrouble: OnTrouble;
}

/** The bus over Kafka or JetStream; also where the store's relay publishes. */
export interface OutsideBus extends Bus {
	oldest(group: string): string | null;
	/** Waits for the groups of this process to have their start, so that none of them misses what is published here. */
	publish(events: readonly WrittenEvent[]): Promise<void>;
}

/** A start waits this long for the log's server, then goes on without it. */
const START_MAX_MS = 10_000;
/** A stop waits this long for a start that is under way. */
const STOP_MAX_MS = 2_000;
/** Failed tries to join, or their time, before anybody hears of it: new topics take a moment until they have their leaders. */
const LOUD_AFTER = 6;
const LOUD_AFTER_MS = 5_000;
const DRAIN_POLL_MS = 25;

/** Delivers what an outside log holds, through the same consumers as the embedded bus. */
export function createOutsideBus(options: OutsideBusOptions): OutsideBus {
	return new DrivenBus(options);
}

class DrivenBus implements OutsideBus {
	readonly #options: OutsideBusOptions;
	readonly #subscriptions = new Map<string, Subscription>();
	readonly #seats = new Set<FedSeat>();
	readonly #stopping = new AbortController();
	#joined: Promise<unknown> | null = null;

	constructor(options: OutsideBusOptions) {
		this.#options = options;
		defineParked(options.store);
	}

	subscribe(subscription: Subscription): void {
		const { group } = subscription;
		if (this.#joined !== null) throw new Error(`${group} subscribes after the start of the bus`);
		if (group.includes(":")) throw new Error(`${group} is no group name: it has a colon`);
		if (this.#subscriptions.has(group)) throw new Error(`${group} subscribes twice`);
		this.#subscriptions.set(group, subscription);
	}

	async start(): Promise<void> {
		if (this.#joined !== null) throw new Error("the bus was started before");
		const { outsideClock } = this.#options;
		this.#joined = Promise.all([...this.#subscriptions.values()].map((subscription) => this.#join(subscription)));
		this.#joined.catch(() => undefined);
		await Promise.race([this.#joined, outsideClock.sleep(START_MAX_MS, this.#stopping.signal).catch(() => undefined)]);
	}

	async publish(events: readonly WrittenEvent[]): Promise<void> {
		if (this.#joined === null) throw new Error("the bus has not started");
		await this.#joined;
		await this.#options.driver.publish(events);
	}

	async stop(): Promise<void> {
		if (this.#stopping.signal.aborted) return;
		this.#stopping.abort(new Stopping());
		// Who waits for a server that is away would wait here with it.
		if (this.#joined !== null) await within(this.#options.outsideClock, STOP_MAX_MS, this.#joined);
		await this.#options.driver.close();
		await Promise.all([...this.#seats].map((seat) => seat.close()));
	}

	async status(): Promise<readonly GroupStatus[]> {
		return Promise.all([...this.#subscriptions.values()].map((subscription) => this.#statusOf(subscription)));
	}

	oldest(group: string): string | null {
		const own = [...this.#seats].filter(({ consumer }) => consumer.name === group);
		return own.map(({ oldest }) => oldest).reduce(earlier, null);
	}

	parked(group: string, limit: number): Promise<readonly ParkedEvent[]> {
		return parkedOf(this.#options.store, group, limit);
	}

	async replay(parkedId: string): Promise<boolean> {
		for (const seat of this.#seatsOf(parkedId)) if (await seat.consumer.parked.replay(parkedId)) return true;
		return false;
	}

	async skip(parkedId: string): Promise<boolean> {
		for (const seat of this.#seatsOf(parkedId)) if (await seat.consumer.parked.skip(parkedId)) return true;
		return false;
	}

	async drained(): Promise<void> {
		this.#stopping.signal.throwIfAborted();
		try {
			await this.#drain();
		} catch (error) {
			// A log that is being left answers with errors of its own.
			this.#stopping.signal.throwIfAborted();
			throw error;
		}
	}

	async #drain(): Promise<void> {
		const { driver, outsideClock } = this.#options;
		await this.#joined;
		const groups = [...this.#subscriptions.values()];
		const heads = await Promise.all(groups.map(({ group, types }) => driver.lag(group, this.#kindsOf(types))));
		for (const [index, { group, types }] of groups.entries())
			while (isBehind(await driver.lag(group, this.#kindsOf(types)), heads[index] ?? []))
				await outsideClock.sleep(DRAIN_POLL_MS, this.#stopping.signal);
	}

	#kindsOf(types: Subscription["types"]): readonly string[] {
		return kindsOf(types, this.#options.topics ?? TOPICS);
	}

	/** Tries for ever: a server that is away at the start costs nothing but time. */
	async #join(subscription: Subscription): Promise<void> {
		const { driver, outsideClock, onTrouble } = this.#options;
		const { group, from, types } = subscription;
		const membership = {
			group,
			from,
			kinds: this.#kindsOf(types),
			open: (partition: PartitionId, position: number) => this.#open(subscription, partition, position),
		};
		const startedAt = outsideClock.now();
		for (let failures = 1; ; failures++) {
			if (this.#stopping.signal.aborted) throw new Stopping();
			try {
				await driver.join(membership);
				return;
			} catch (error) {
				const isLoud = failures >= LOUD_AFTER || outsideClock.now() - startedAt > LOUD_AFTER_MS;
				if (isLoud) onTrouble(asError(error), { group, what: "log" });
			}
			await outsideClock.sleep(backoffMs(failures), this.#stopping.signal);
		}
	}

	async #open(subscription: Subscription, { kind, partition }: PartitionId, position: number): Promise<Seat> {
		const { store, clock, pressure, partitions, onTrouble } = this.#options;
		const feed = new Feed(position);
		const { batch } = subscription;
		const source = `${sourceOf(kind)}/`;
		const owns = (lane: string) => lane.startsWith(source) && partitionOf(lane, partitions) === partition;
		const deps: GroupDeps = {
			store,
			log: feed,
			reader: feed,
			clock,
			onTrouble,
			onMoved: () => seat?.moved(),
			windowOf: (lag) => windowOf(lag, pressure?.isBusy === true),
			batchOf: (lag) => batchOf(lag, pressure?.isBusy === true),
			stream: `${kind}/${partition}`,
			isOwnLane: owns,
		};
		const consumer: Consumer =
			batch === undefined
				? new Group(subscription, position, deps)
				: new BatchGroup(subscription, batch, position, deps);
		let seat: FedSeat | null = null;
		await consumer.open();
		seat = new FedSeat(consumer, feed, { owns, onClosed: (closed) => this.#seats.delete(closed) });
		this.#seats.add(seat);
		return seat;
	}

	/** The seat here that a parked event belongs to: at most one. Its id is `<group>:<kind>:<aggregate id>:<sequence>`. */
	#seatsOf(parkedId: string): readonly FedSeat[] {
		const [group = "", kind = "", subject = ""] = parkedId.split(":");
		const lane = `${sourceOf(kind)}/${subject}`;
		return [...this.#seats].filter(({ consumer, owns }) => consumer.name === group && owns(lane));
	}

	async #statusOf({ group, types }: Subscription): Promise<GroupStatus> {
		const lags = await this.#options.driver.lag(group, this.#kindsOf(types));
		const own = [...this.#seats].filter(({ consumer }) => consumer.name === group);
		const figures = own.map(({ consumer }) => consumer.status());
		return {
			group,
			position: sum(lags.map(({ position }) => position)),
			lag: sum(lags.map(({ position, head }) => Math.max(0, head - position))),
			parked: sum(figures.map(({ parked }) => parked)),
			dead: sum(figures.map(({ dead }) => dead)),
		};
	}
}

/** Whether any partition has not reached what its head was. */
function isBehind(now: readonly PartitionLag[], heads: readonly PartitionLag[]): boolean {
	return heads.some(({ kind, partition, head }) => {
		const current = now.find((each) => each.kind === kind && each.partition === partition);
		return current === undefined || current.position < head;
	});
}

/** Of two instants in UTC; null is none. */
function earlier(a: string | null, b: string | null): string | null {
	if (a === null || b === null) return a ?? b;
	return a < b ? a : b;
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
