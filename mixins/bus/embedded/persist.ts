import type { Clock } from "../../clock/port.ts";
import { asError } from "./attempts.ts";

/** What the bus tells about trouble; it goes on by itself. */
export interface BusTrouble {
	readonly group: string;
	/** `parked` and `dead` concern one event, `store` and `log` are outages that are tried again. */
	readonly what: "parked" | "dead" | "store" | "log";
	readonly eventId?: string;
}

/** Hears of every failure the bus meets. */
export type OnTrouble = (error: Error, trouble: BusTrouble) => void;

/** First and longest pause between two tries at a store that does not answer. */
const BACKOFF_MS = 100;
const BACKOFF_MAX_MS = 10_000;

/** The bus is stopping, so the work was left undone. */
export class Stopping extends Error {
	constructor() {
		super("the bus is stopping");
		this.name = "Stopping";
	}
}

/** Pause before the next try after `failures` failed ones. */
export function backoffMs(failures: number): number {
	return Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** Math.max(0, failures - 1));
}

/** Repeats `action` with growing pauses until it succeeds; rejects with `Stopping` when the signal says so. */
export async function persistently<Result>(
	clock: Clock,
	signal: AbortSignal,
	onFailure: (error: Error) => void,
	action: () => Promise<Result>,
): Promise<Result> {
	for (let failures = 1; ; failures++) {
		try {
			return await action();
		} catch (error) {
			onFailure(asError(error));
		}
		if (signal.aborted) throw new Stopping();
		await clock.sleep(backoffMs(failures), signal);
	}
}
