/** Positions that were dealt with: ascending, disjoint stretches `[from, to, from, to, …]`, both ends included. */
export type Intervals = readonly number[];

/** Whether a position was dealt with. */
export function holds(intervals: Intervals, position: number): boolean {
	let low = 0;
	let high = intervals.length / 2;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((intervals[2 * middle + 1] ?? 0) < position) low = middle + 1;
		else high = middle;
	}
	return position >= (intervals[2 * low] ?? Infinity);
}

/** The same with one more stretch; neighbours grow together. */
export function withStretch(intervals: Intervals, from: number, to: number): Intervals {
	const result: number[] = [];
	let [first, last] = [from, to];
	let isPlaced = false;
	for (let at = 0; at < intervals.length; at += 2) {
		const [start = 0, end = 0] = [intervals[at], intervals[at + 1]];
		if (end < first - 1) result.push(start, end);
		else if (start > last + 1) {
			if (!isPlaced) result.push(first, last);
			isPlaced = true;
			result.push(start, end);
		} else {
			first = Math.min(first, start);
			last = Math.max(last, end);
		}
	}
	if (!isPlaced) result.push(first, last);
	return result;
}

/** A position, and the one before it where that is not the number before. */
export interface Placed {
	readonly position: number;
	readonly follows?: number;
}

/** Stretches of positions between which nothing is left out; the positions ascend. What has no place of its own in a gap belongs to it. */
export function stretchesOf(places: readonly Placed[]): Intervals {
	const stretches: number[] = [];
	for (const { position, follows = position - 1 } of places) {
		const last = stretches.at(-1);
		if (last !== undefined && follows <= last) stretches[stretches.length - 1] = Math.max(last, position);
		else stretches.push(follows + 1, position);
	}
	return stretches;
}
