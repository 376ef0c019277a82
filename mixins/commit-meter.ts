import { createHistogram, type Counts } from "./histogram.ts";

/** A durable batch: how many commits it held, and how long it took. */
export interface Flush {
	readonly jobs: number;
	readonly durationMs: number;
}

/** Sizes and durations (seconds) of the store's durable batches. */
export interface CommitMeter {
	record(flush: Flush): void;
	sizes(): Counts;
	seconds(): Counts;
}

const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Counts batches as they become durable. */
export function createCommitMeter(): CommitMeter {
	const sizes = createHistogram(SIZES);
	const seconds = createHistogram(SECONDS);
	return {
		record({ jobs, durationMs }) {
			sizes.add(jobs);
			seconds.add(durationMs / 1_000);
		},
		sizes: () => sizes.read(),
		seconds: () => seconds.read(),
	};
}
