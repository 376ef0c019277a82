import type { Clock, Timer } from "../../../mixins/clock/port.ts";

/** Something that is done again and again. */
export interface Housekeeping {
	/** Resolves when the round under way, if any, is over. */
	stop(): Promise<void>;
}

/** Runs `round` every `everyMs`, one at a time; a failed round is reported and the next one tries again. */
export function keepHouse(
	clock: Clock,
	everyMs: number,
	round: () => Promise<void>,
	onError: (error: unknown) => void,
): Housekeeping {
	let isStopped = false;
	let timer: Timer | null = null;
	let running: Promise<void> = Promise.resolve();
	const arm = (): void => {
		if (isStopped) return;
		timer = clock.after(everyMs, () => {
			running = round().catch(onError).then(arm);
		});
	};
	arm();
	return {
		stop() {
			isStopped = true;
			timer?.cancel();
			return running;
		},
	};
}
