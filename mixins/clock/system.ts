import type { Clock, Timer } from "./port.ts";

/** The machine's own clock. */
export function systemClock(): Clock {
	return {
		now: () => Date.now(),
		iso: () => new Date().toISOString(),
		sleep: (ms, signal) => sleepOn(ms, signal),
		after: (ms, task) => timerOn(ms, task),
		turn: () => new Promise((resolve) => setImmediate(resolve)),
		nextTurn: (task) => void setImmediate(task),
	};
}

function timerOn(ms: number, task: () => void): Timer {
	const handle = setTimeout(task, ms);
	handle.unref();
	return { cancel: () => clearTimeout(handle) };
}

function sleepOn(ms: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const abort = () => {
			clearTimeout(handle);
			reject(signal?.reason as Error);
		};
		const handle = setTimeout(() => {
			signal?.removeEventListener("abort", abort);
			resolve();
		}, ms);
		if (signal?.aborted === true) abort();
		else signal?.addEventListener("abort", abort, { once: true });
	});
}
