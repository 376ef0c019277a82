/** Processing times as a histogram that can be added to another one; ms. */
export interface Times {
	readonly count: number;
	readonly sum: number;
	readonly max: number;
	/** Count by bucket: whole milliseconds up to 127, then 64 buckets for each doubling, so that a value is off by 1 % at most. */
	readonly buckets: Readonly<Record<number, number>>;
}

/** No times. */
export const NO_TIMES: Times = { count: 0, sum: 0, max: 0, buckets: {} };

const EXACT = 128;
const PER_DOUBLING = 64;
const LONGEST = 2 ** 31 - 1;

/** The bucket of a time. */
export function bucketOf(ms: number): number {
	const whole = Math.min(LONGEST, Math.max(0, Math.round(ms)));
	if (whole < EXACT) return whole;
	const doublings = 31 - Math.clz32(whole) - 6;
	return EXACT + (doublings - 1) * PER_DOUBLING + (whole >> doublings) - PER_DOUBLING;
}

/** The time in the middle of a bucket. */
export function middleOf(bucket: number): number {
	if (bucket < EXACT) return bucket;
	const doublings = Math.floor((bucket - EXACT) / PER_DOUBLING) + 1;
	const start = (((bucket - EXACT) % PER_DOUBLING) + PER_DOUBLING) * 2 ** doublings;
	return start + (2 ** doublings - 1) / 2;
}

/** All of them together. */
export function mergedTimes(all: readonly Times[]): Times {
	const buckets: Record<number, number> = {};
	let [count, sum, max] = [0, 0, 0];
	for (const times of all) {
		count += times.count;
		sum += times.sum;
		max = Math.max(max, times.max);
		for (const [bucket, amount] of Object.entries(times.buckets))
			buckets[Number(bucket)] = (buckets[Number(bucket)] ?? 0) + amount;
	}
	return { count, sum, max, buckets };
}

/** The smallest time that at least this share (0 to 1) does not exceed; null without times. */
export function percentile({ count, max, buckets }: Times, share: number): number | null {
	const wanted = Math.max(1, Math.ceil(count * share));
	let seen = 0;
	// Keys that are whole numbers come in ascending order.
	for (const [bucket, amount] of Object.entries(buckets)) {
		seen += amount;
		if (seen >= wanted) return Math.min(max, middleOf(Number(bucket)));
	}
	return null;
}
