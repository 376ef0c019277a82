import type { Clock, Timer } from "./port.ts";

interface Waiting {
	readonly at: number;
	readonly order: number;
	readonly task: () => void;
}

/** A clock that stands still until it is told to move; months pass in milliseconds. */
export interface VirtualClock extends Clock {
	/** Moves time forward and fires, in order, every timer that falls due on the way. */
	advance(ms: number): Promise<void>;
	/** Lets `work` that a timer began finish before time moves on, unless it waits for time itself. */
	hold(work: Promise<unknown>): void;
}

/** Turns that held work gets; work that needs more is waiting for time, or for the outside. */
const HOLD_TURNS_MAX = 2_000;

/** Starts at `start` (milliseconds since the epoch). */
export function virtualClock(start: number): VirtualClock {
	let current = start;
	let order = 0;
	const waiting = new Set<Waiting>();
	const held = new Set<Promise<unknown>>();

	const after = (ms: number, task: () => void): Timer => {
		const entry: Waiting = { at: current + Math.max(0, ms), order: order++, task };
		waiting.add(entry);
		return { cancel: () => void waiting.delete(entry) };
	};
	const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

	return {
		now: () => current,
		iso: () => new Date(current).toISOString(),
		sleep: (ms, signal) => sleepOn(after, ms, signal),
		after,
		turn,
		nextTurn: (task) => void setImmediate(task),
		async advance(ms) {
			const end = current + ms;
			await turn();
			for (let next = earliest(waiting, end); next !== null; next = earliest(waiting, end)) {
				waiting.delete(next);
				current = Math.max(current, next.at);
				next.task();
				await turn();
				for (let turns = 0; held.size > 0 && turns < HOLD_TURNS_MAX; turns++) await turn();
			}
			current = end;
			await turn();
		},
		hold(work) {
			const done = () => held.delete(work);
			held.add(work);
			work.then(done, done);
		},
	};
}

function sleepOn(after: Clock["after"], ms: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const abort = () => {
			timer.cancel();
			reject(signal?.reason as Error);
		};
		const timer = after(ms, () => {
			signal?.removeEventListener("abort", abort);
			resolve();
		});
		if (signal?.aborted === true) abort();
		else signal?.addEventListener("abort", abort, { once: true });
	});
}

function earliest(waiting: ReadonlySet<Waiting>, end: number): Waiting | null {
	let best: Waiting | null = null;
	for (const entry of waiting) {
		if (entry.at > end) continue;
		if (best === null || entry.at < best.at || (entry.at === best.at && entry.order < best.order)) best = entry;
	}
	return best;
}
