import type { Clock } from "../../clock/port.ts";

/** Between two looks at the server's clock. */
const MEASURE_MS = 30_000;

/** The store's clock: this machine's, corrected by how far the server's is ahead, so that deadlines and leases mean one time everywhere. */
export interface StoreClock extends Clock {
	/** How far the server's clock is ahead of this machine's, in milliseconds. */
	readonly offsetMs: number;
	stop(): void;
}

/** Starts with one measurement; a later one that fails leaves the offset as it was. */
export async function createStoreClock(base: Clock, measure: () => Promise<number>): Promise<StoreClock> {
	let offsetMs = await measure();
	let timer = base.after(MEASURE_MS, again);
	function again(): void {
		measure()
			.then((measured) => (offsetMs = measured))
			.catch(() => undefined)
			.finally(() => (timer = base.after(MEASURE_MS, again)));
	}
	const now = () => Math.round(base.now() + offsetMs);
	return {
		get offsetMs() {
			return offsetMs;
		},
		now,
		iso: () => new Date(now()).toISOString(),
		sleep: (ms, signal) => base.sleep(ms, signal),
		after: (ms, task) => base.after(ms, task),
		turn: () => base.turn(),
		nextTurn: (task) => base.nextTurn(task),
		stop: () => timer.cancel(),
	};
}
