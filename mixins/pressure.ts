import type { Clock } from "./clock/port.ts";

/** Requests under way from which on the process counts as busy. */
export const BUSY_REQUESTS = 24;
/** It counts as busy for this long after it last was; requests come in waves, one per commit. */
export const BUSY_MS = 100;

/** Whether people are waiting: the gateway counts its requests here, the bus leaves room for them. */
export class Pressure {
	readonly #now: () => number;
	#requests = 0;
	#busyUntil = 0;

	constructor(clock: Pick<Clock, "now">) {
		this.#now = () => clock.now();
	}

	/** A request has come in; call `leave` exactly once when it is answered or gone. */
	enter(): void {
		if (++this.#requests >= BUSY_REQUESTS) this.#busyUntil = this.#now() + BUSY_MS;
	}

	leave(): void {
		this.#requests = Math.max(0, this.#requests - 1);
	}

	get isBusy(): boolean {
		return this.#busyUntil > this.#now();
	}
}
