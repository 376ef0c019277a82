import { DELIVERY_ATTEMPTS_MAX, type Bus, type Delivery, type Subscription } from "../../../../mixins/bus/port.ts";
import type { Envelope } from "../../../../services/shared/events.ts";
import type { BusBed } from "../../bus-bed.ts";
import type { EventSketch } from "../../envelopes.ts";
import { patiently, turns } from "../../patience.ts";

/** What is known to differ between buses. */
export interface BusTraits {
	/** Without crashes nothing is delivered twice. */
	readonly isExact: boolean;
	/** Subjects do not wait for each other; a group that takes batches does one after another. */
	readonly isParallel?: boolean;
}

/** A consumer that writes down what it gets. */
export class Recorder {
	readonly seen: Envelope[] = [];
	readonly #onEvent: (event: Envelope) => Promise<void> | void;

	constructor(onEvent: (event: Envelope) => Promise<void> | void = () => undefined) {
		this.#onEvent = onEvent;
	}

	subscription(options: Partial<Subscription> = {}): Subscription {
		const deliver = async (event: Envelope): Promise<void> => {
			this.seen.push(event);
			await this.#onEvent(event);
		};
		return { group: "ledger", types: "*", from: "beginning", deliver, ...options };
	}

	/** Sequences of a subject, each at its first delivery. */
	firsts(subject: string): number[] {
		return [...new Set(this.seen.filter((event) => event.subject === subject).map(({ sequence }) => sequence))];
	}

	/** Distinct events. */
	ids(): Set<string> {
		return new Set(this.seen.map(({ id }) => id));
	}
}

/** The ground of the running test. */
export type Bed = () => BusBed;

export function many(subject: string, count: number): EventSketch[] {
	return Array.from({ length: count }, () => ({ subject }));
}

export function upTo(count: number): number[] {
	return Array.from({ length: count }, (_, index) => index + 1);
}

export async function started(bed: BusBed, ...subscriptions: readonly Subscription[]): Promise<Bus> {
	const bus = bed.open();
	const { batchMax } = bed;
	for (const subscription of subscriptions)
		bus.subscribe(
			batchMax === undefined || subscription.batch !== undefined ? subscription : inBatches(subscription, batchMax),
		);
	await patiently(bed.clock, bus.start());
	return bus;
}

/** The same consumer, told of many events at once. */
export function inBatches(subscription: Subscription, max: number): Subscription {
	const deliverAll = async (deliveries: readonly Delivery[]): Promise<void> => {
		for (const { event } of deliveries) await subscription.deliver(event);
	};
	const deliver = () => Promise.reject(new Error("a group that takes batches was given a single event"));
	return { ...subscription, deliver, batch: { max, deliver: deliverAll } };
}

/** A handler that fails for one event of one subject until it is told to work. */
export function poison(sequence: number): { recorder: Recorder; cure(): void; attempts(): number } {
	let isCured = false;
	let attempts = 0;
	const recorder = new Recorder((event) => {
		if (event.subject !== "bad" || event.sequence !== sequence) return;
		attempts++;
		if (!isCured) throw new TypeError("cannot read it");
	});
	return { recorder, cure: () => void (isCured = true), attempts: () => attempts };
}

/** Attempts at a poisoned event until it is dead. One that fails among others is no verdict: it is handed over again, alone. */
export function attemptsUntilDead({ batchMax = 1 }: BusBed): readonly number[] {
	return batchMax === 1 ? [DELIVERY_ATTEMPTS_MAX] : [DELIVERY_ATTEMPTS_MAX, DELIVERY_ATTEMPTS_MAX + 1];
}

export async function parkedIds(bus: Bus): Promise<string[]> {
	return (await bus.parked("ledger", 100)).map(({ id }) => id);
}

export async function whenDead(bed: BusBed, bus: Bus): Promise<void> {
	for (let waits = 0; (await bus.status())[0]?.dead !== 1; waits++) {
		if (waits > 500) throw new Error("the event did not die");
		await bed.clock.advance(2_000);
		await turns(10);
	}
}
