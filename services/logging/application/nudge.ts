import type { Clock, Timer } from "../../../mixins/clock/port.ts";

/** Tells others that there is news, at once and then not too often. */
export interface Nudge {
	/** Something is new. */
	give(): void;
	/** Tells nothing more. */
	stop(): void;
}

/** Milliseconds between two nudges, at least. */
export const NUDGE_EVERY_MS = 250;

/** The first news is told at once, all that follows within `NUDGE_EVERY_MS` together. */
export function createNudge(clock: Pick<Clock, "after">, tell: () => void): Nudge {
	let timer: Timer | null = null;
	let hasMore = false;
	let isStopped = false;

	function give(): void {
		if (isStopped) return;
		if (timer !== null) {
			hasMore = true;
			return;
		}
		timer = clock.after(NUDGE_EVERY_MS, () => {
			timer = null;
			if (!hasMore) return;
			hasMore = false;
			give();
		});
		tell();
	}

	return {
		give,
		stop() {
			isStopped = true;
			timer?.cancel();
		},
	};
}
