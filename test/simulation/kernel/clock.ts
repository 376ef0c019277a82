import type { VirtualClock } from "../../../mixins/clock/virtual.ts";
import type { Kernel, Owner } from "./kernel.ts";

/** The clock port of one process: its timers and turns end with it. */
export function clockOf(kernel: Kernel, owner: Owner): VirtualClock {
	const after = (ms: number, task: () => void) => kernel.later(owner, ms, task);
	return {
		now: () => kernel.now,
		iso: () => new Date(kernel.now).toISOString(),
		after,
		nextTurn: (task) => kernel.soon(owner, task),
		turn: () => new Promise((resolve) => kernel.soon(owner, resolve)),
		sleep: (ms, signal) => sleep(after, ms, signal),
		// Jobs overlap with the passing of time, as they do in the world.
		hold: (work) => void work.catch(() => undefined),
		advance: () => Promise.reject(new Error("the kernel moves time")),
	};
}

function sleep(after: VirtualClock["after"], ms: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		if (signal?.aborted === true) {
			reject(signal.reason as Error);
			return;
		}
		const abort = (): void => {
			timer.cancel();
			reject(signal?.reason as Error);
		};
		const timer = after(ms, () => {
			signal?.removeEventListener("abort", abort);
			resolve();
		});
		signal?.addEventListener("abort", abort, { once: true });
	});
}
