/** A durable batch: how many commits it held, and how long it took. */
export interface Flush {
	readonly jobs: number;
	readonly durationMs: number;
}

/** A histogram as counts per upper bound, not cumulative. */
export interface Distribution {
	readonly bounds: readonly number[];
	readonly counts: readonly number[];
	readonly count: number;
	readonly sum: number;
}

/** Sizes and durations (seconds) of the store's durable batches. */
export interface CommitMeter {
	record(flush: Flush): void;
	sizes(): Distribution;
	seconds(): Distribution;
}

const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Counts batches as they become durable. */
export function createCommitMeter(): CommitMeter {
	const sizes = distribution(SIZES);
	const seconds = distribution(SECONDS);
	return {
		record({ jobs, durationMs }) {
			sizes.add(jobs);
			seconds.add(durationMs / 1_000);
		},
		sizes: () => sizes.read(),
		seconds: () => seconds.read(),
	};
}

function distribution(bounds: readonly number[]) {
	const counts = bounds.map(() => 0);
	let [count, sum] = [0, 0];
	return {
		add(value: number) {
			count += 1;
			sum += value;
			const index = bounds.findIndex((bound) => value <= bound);
			if (index !== -1) counts[index] = (counts[index] ?? 0) + 1;
		},
		read: (): Distribution => ({ bounds, counts: [...counts], count, sum }),
	};
}
