/** A histogram as it is counted: values per upper bound, not cumulative. */
export interface Counts {
	readonly bounds: readonly number[];
	readonly counts: readonly number[];
	readonly count: number;
	readonly sum: number;
}

/** Counts values; costs nothing until it is read. */
export interface Histogram {
	add(value: number): void;
	read(): Counts;
}

/** A histogram with these upper bounds, ascending; a larger value counts in the whole alone. */
export function createHistogram(bounds: readonly number[]): Histogram {
	const counts = bounds.map(() => 0);
	let [count, sum] = [0, 0];
	return {
		add(value) {
			count += 1;
			sum += value;
			const index = bounds.findIndex((bound) => value <= bound);
			if (index !== -1) counts[index] = (counts[index] ?? 0) + 1;
		},
		read: () => ({ bounds, counts: [...counts], count, sum }),
	};
}
