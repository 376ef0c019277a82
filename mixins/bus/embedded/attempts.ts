import type { Envelope } from "../../../services/shared/events.ts";
import type { Clock } from "../../clock/port.ts";
import { DELIVERY_TIMEOUT_MS } from "../port.ts";

type Settle = (failure: Error | null) => void;

/** A handler at work, in the order of the starts. */
interface Running {
	readonly startedAt: number;
	/** Null once it is settled. */
	settle: Settle | null;
	before: Running | null;
	after: Running | null;
}

/** A handler that did not answer in time; it may still be at work. */
export class DeliveryTimeout extends Error {
	constructor() {
		super(`no answer within ${DELIVERY_TIMEOUT_MS} ms`);
		this.name = "DeliveryTimeout";
	}
}

/**
 * Runs handlers under one deadline each, watched by a single timer: deadlines expire in the order of their starts. Those at work are
 * a list and not a Set, whose old tables would keep what was delivered alive until the next full collection.
 */
export class Attempts<Item = Envelope> {
	readonly #clock: Clock;
	readonly #deliver: (item: Item) => Promise<void>;
	#oldest: Running | null = null;
	#newest: Running | null = null;
	#isWatching = false;

	constructor(clock: Clock, deliver: (item: Item) => Promise<void>) {
		this.#clock = clock;
		this.#deliver = deliver;
	}

	/** Calls `settle` exactly once: with null when the handler is done, with the failure otherwise. */
	start(item: Item, settle: Settle): void {
		const running: Running = { startedAt: this.#clock.now(), settle, before: this.#newest, after: null };
		if (this.#newest === null) this.#oldest = running;
		else this.#newest.after = running;
		this.#newest = running;
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
		const { settle } = running;
		if (settle === null) return;
		running.settle = null;
		this.#remove(running);
		settle(failure);
	}

	/** Leaves no link behind in what is removed: an old one would keep all that came after it alive. */
	#remove(running: Running): void {
		const { before, after } = running;
		if (before === null) this.#oldest = after;
		else before.after = after;
		if (after === null) this.#newest = before;
		else after.before = before;
		running.before = null;
		running.after = null;
	}

	#watch(delayMs: number): void {
		this.#isWatching = true;
		this.#clock.after(delayMs, () => this.#sweep());
	}

	#sweep(): void {
		this.#isWatching = false;
		const now = this.#clock.now();
		const expired: Running[] = [];
		for (let running = this.#oldest; running !== null; running = running.after) {
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
