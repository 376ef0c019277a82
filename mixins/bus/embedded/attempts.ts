import type { Envelope } from "../../../services/shared/events.ts";
import type { Clock } from "../../clock/port.ts";
import { DELIVERY_TIMEOUT_MS } from "../port.ts";

type Settle = (failure: Error | null) => void;

interface Running {
	readonly startedAt: number;
	readonly settle: Settle;
}

/** A handler that did not answer in time; it may still be at work. */
export class DeliveryTimeout extends Error {
	constructor() {
		super(`no answer within ${DELIVERY_TIMEOUT_MS} ms`);
		this.name = "DeliveryTimeout";
	}
}

/** Runs handlers under one deadline each, watched by a single timer: deadlines expire in the order of their starts. */
export class Attempts<Item = Envelope> {
	readonly #clock: Clock;
	readonly #deliver: (item: Item) => Promise<void>;
	readonly #running = new Set<Running>();
	#isWatching = false;

	constructor(clock: Clock, deliver: (item: Item) => Promise<void>) {
		this.#clock = clock;
		this.#deliver = deliver;
	}

	/** Calls `settle` exactly once: with null when the handler is done, with the failure otherwise. */
	start(item: Item, settle: Settle): void {
		const running: Running = { startedAt: this.#clock.now(), settle };
		this.#running.add(running);
		if (!this.#isWatching) this.#watch(DELIVERY_TIMEOUT_MS);
		this.#call(item).then(
			() => this.#finish(running, null),
			(reason: unknown) => this.#finish(running, asError(reason)),
		);
	}

	/** The same as a promise of the failure, or null. */
	run(item: Item): Promise<Error | null> {
		return new Promise((resolve) => this.start(item, resolve));
	}

	#call(item: Item): Promise<void> {
		try {
			return Promise.resolve(this.#deliver(item));
		} catch (error) {
			return Promise.reject(asError(error));
		}
	}

	#finish(running: Running, failure: Error | null): void {
		if (this.#running.delete(running)) running.settle(failure);
	}

	#watch(delayMs: number): void {
		this.#isWatching = true;
		this.#clock.after(delayMs, () => this.#sweep());
	}

	#sweep(): void {
		this.#isWatching = false;
		const now = this.#clock.now();
		const expired: Running[] = [];
		for (const running of this.#running) {
			const leftMs = running.startedAt + DELIVERY_TIMEOUT_MS - now;
			if (leftMs > 0) {
				this.#watch(leftMs);
				break;
			}
			expired.push(running);
		}
		for (const running of expired) this.#finish(running, new DeliveryTimeout());
	}
}

/** Whatever was thrown, as an error. */
export function asError(reason: unknown): Error {
	return reason instanceof Error ? reason : new Error(String(reason));
}
