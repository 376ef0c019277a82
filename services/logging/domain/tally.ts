import type { Outcome } from "../../shared/events.ts";
import { bucketOf, mergedTimes, NO_TIMES, type Times } from "./times.ts";
import { serviceOf, type StoredRow } from "./event-row.ts";

/** What happened in a stretch of time. */
export interface Tally {
	/** By `<event type> <status>`. */
	readonly counts: Readonly<Record<string, number>>;
	/** Processing times by service. */
	readonly times: Readonly<Record<string, Times>>;
}

/** Nothing happened. */
export const NO_TALLY: Tally = { counts: {}, times: {} };

/** Both together. */
export function mergedTallies(tallies: readonly Tally[]): Tally {
	const counts: Record<string, number> = {};
	const lists: Record<string, Times[]> = {};
	for (const tally of tallies) {
		for (const [key, count] of Object.entries(tally.counts)) counts[key] = (counts[key] ?? 0) + count;
		for (const [service, own] of Object.entries(tally.times)) (lists[service] ??= []).push(own);
	}
	const times = Object.entries(lists).map(([service, list]) => {
		const [only] = list;
		return [service, only !== undefined && list.length === 1 ? only : mergedTimes(list)] as const;
	});
	return { counts, times: Object.fromEntries(times) };
}

/** Counts rows; made for many at a time. */
export class Counter {
	readonly #counts: Record<string, number> = {};
	readonly #times: Record<string, { count: number; sum: number; max: number; buckets: Record<number, number> }> = {};

	add({ eventType, status, processingTimeMs }: Pick<StoredRow, "eventType" | "status" | "processingTimeMs">): void {
		const key = `${eventType} ${status}`;
		this.#counts[key] = (this.#counts[key] ?? 0) + 1;
		if (processingTimeMs !== null) this.#addTime(serviceOf(eventType), processingTimeMs);
	}

	tally(): Tally {
		return { counts: this.#counts, times: this.#times };
	}

	#addTime(service: string, ms: number): void {
		const times = (this.#times[service] ??= { ...NO_TIMES, buckets: {} });
		const bucket = bucketOf(ms);
		times.count++;
		times.sum += ms;
		times.max = Math.max(times.max, ms);
		times.buckets[bucket] = (times.buckets[bucket] ?? 0) + 1;
	}
}

/** One line of a tally's counts. */
export interface Counted {
	readonly eventType: string;
	readonly status: Outcome;
	readonly count: number;
}

/** The counts as lines. */
export function linesOf({ counts }: Tally): readonly Counted[] {
	return Object.entries(counts).map(([key, count]) => {
		const at = key.lastIndexOf(" ");
		return { eventType: key.slice(0, at), status: key.slice(at + 1) as Outcome, count };
	});
}
