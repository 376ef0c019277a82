/** Tells streams when it is worth looking for news. */
export interface Pulse {
	/** Resolves at the next beat: at most ten a second while there is news, and now and then anyway, for news that nobody told. */
	beat(): Promise<void>;
	/** Beats once more and never again. */
	stop(): void;
}

const TICK_MS = 100;
/** Between two beats without news. */
const IDLE_MS = 1_000;

/** One timer for all streams, in real time, as sockets live in; it runs only while somebody waits. */
export function createPulse(onNews: (listener: () => void) => () => void, idleMs = IDLE_MS): Pulse {
	let waiting: (() => void)[] = [];
	let timer: NodeJS.Timeout | null = null;
	let ticks = 0;
	let hasNews = false;
	let isStopped = false;
	const stopListening = onNews(() => (hasNews = true));

	function release(): void {
		const released = waiting;
		[waiting, ticks, hasNews] = [[], 0, false];
		for (const resolve of released) resolve();
	}

	function tick(): void {
		if (waiting.length === 0 && timer !== null) {
			clearInterval(timer);
			timer = null;
		} else if (hasNews || ++ticks * TICK_MS >= idleMs) release();
	}

	return {
		beat() {
			if (isStopped) return Promise.resolve();
			timer ??= setInterval(tick, TICK_MS).unref();
			return new Promise((resolve) => waiting.push(resolve));
		},
		stop() {
			isStopped = true;
			stopListening();
			if (timer !== null) clearInterval(timer);
			release();
		},
	};
}
