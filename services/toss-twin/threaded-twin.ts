import { Worker } from "node:worker_threads";
import { startable, type Running, type Twin } from "./running.ts";
import type { TwinOptions } from "./twin.ts";

/** What can cross to another thread. */
export type ThreadedTwinOptions = Omit<TwinOptions, "clock" | "randomBytes" | "report">;

/** A heap without a limit would grow to no use. */
const HEAP_LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 96 } as const;

/**
 * The same Twin on a thread of its own: its requests and its syncs to disk take no time from the platform's event loop, as a real
 * provider's do not. `start` rejects with what kept it from starting; a fault that ends it later ends the process.
 */
export function createThreadedTwin(options: ThreadedTwinOptions): Twin {
	return startable(() => run(options));
}

async function run(options: ThreadedTwinOptions): Promise<Running> {
	const worker = new Worker(new URL("./twin-thread.ts", import.meta.url), {
		workerData: options,
		resourceLimits: HEAP_LIMITS,
	});
	const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
	const address = await new Promise<Running["address"]>((resolve, reject) => {
		worker.once("error", reject);
		worker.once("message", (said: Running["address"]) => {
			// From here on nobody listens for errors, so one is thrown like any other that nobody expects.
			worker.off("error", reject);
			resolve(said);
		});
	});
	return {
		address,
		stop: () => {
			worker.postMessage("stop");
			return ended;
		},
	};
}
