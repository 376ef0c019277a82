import type { VirtualClock } from "../../mixins/clock/virtual.ts";

const TURNS_MAX = 20_000;
const STEP_MS = 50;
const STEPS_MAX = 20_000;

/** The next turn of the event loop. */
export function turn(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}

/** Lets the event loop turn until `isTrue`; the clock stands still. */
export async function until(isTrue: () => boolean, what = "the condition"): Promise<void> {
	for (let turns = 0; !isTrue(); turns++) {
		if (turns === TURNS_MAX) throw new Error(`${what} did not come true`);
		await turn();
	}
}

/** Lets the event loop turn `turns` times, for "nothing more happens". */
export async function turns(count: number): Promise<void> {
	for (let left = count; left > 0; left--) await turn();
}

/** Moves the clock in small steps until `promise` is settled, and returns its result. */
export async function patiently<Result>(clock: VirtualClock, promise: Promise<Result>): Promise<Result> {
	const settled = new Set<string>();
	const watched = promise.finally(() => settled.add("settled"));
	watched.catch(() => undefined);
	await untilInTime(clock, () => settled.size > 0, "the promise");
	return watched;
}

/** Moves the clock in small steps until `isTrue`. */
export async function untilInTime(clock: VirtualClock, isTrue: () => boolean, what = "the condition"): Promise<void> {
	await turns(20);
	for (let steps = 0; !isTrue(); steps++) {
		if (steps === STEPS_MAX) throw new Error(`${what} did not come true`);
		await clock.advance(STEP_MS);
	}
}

/** A door that handlers wait at. */
export interface Gate {
	readonly passed: Promise<void>;
	open(): void;
}

/** A closed gate. */
export function gate(): Gate {
	const { promise, resolve } = Promise.withResolvers<undefined>();
	return { passed: promise, open: () => resolve(undefined) };
}
