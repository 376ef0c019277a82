import type { LogMetrics } from "../contract.ts";
import { serviceOf } from "./event-row.ts";
import { linesOf, mergedTallies, type Counted, type Tally } from "./tally.ts";
import { mergedTimes, percentile, type Times } from "./times.ts";

/** A tally and the hour it belongs to: the clock milliseconds at which that began. */
export interface HourTally {
	readonly hourAt: number;
	readonly tally: Tally;
}

/** What follows from counting; the rest of an answer is about who asks and when. */
export type Figures = Omit<LogMetrics, "timeRange" | "hours" | "windowStart" | "saga" | "generatedAt">;

const P95 = 0.95;
const HOUR_MS = 3_600_000;
/** Seoul keeps no summer time, and its hours begin when those of UTC do. */
const SEOUL_MS = 9 * HOUR_MS;

/** The figures of a window; with `filledFrom` (the hour of its start) hours without events are listed too, up to `lastHourAt`. */
export function figuresOf(
	hours: readonly HourTally[],
	fill: { readonly from: number; readonly to: number } | null,
): Figures {
	const total = mergedTallies(hours.map(({ tally }) => tally));
	const lines = linesOf(total);
	const times = mergedTimes(Object.values(total.times));
	const failedEvents = countOf(lines, ({ status }) => status === "FAILED");
	return {
		totalEvents: countOf(lines, () => true),
		failedEvents,
		overallSuccessRate: rateOf(
			countOf(lines, ({ status }) => status === "SUCCESS"),
			failedEvents,
		),
		avgProcessingTimeMs: meanOf(times),
		p95ProcessingTimeMs: percentile(times, P95),
		hourlyEventCounts: hourlyOf(hours, fill),
		eventTypeCounts: typesOf(lines),
		serviceSuccessRates: successRates(lines),
		serviceProcessingTimes: Object.entries(total.times)
			.map(([serviceName, own]) => ({
				serviceName,
				avgProcessingTimeMs: meanOf(own) ?? 0,
				p95ProcessingTimeMs: percentile(own, P95) ?? 0,
			}))
			.sort(byName("serviceName")),
	};
}

/** `2025-11-10 10:00:00`: the hour in Seoul. */
export function hourInSeoul(at: number): string {
	return `${new Date(at + SEOUL_MS).toISOString().slice(0, 13).replace("T", " ")}:00:00`;
}

/** An instant with Seoul's offset. */
export function instantInSeoul(at: number): string {
	return `${new Date(at + SEOUL_MS).toISOString().slice(0, 19)}+09:00`;
}

function hourlyOf(hours: readonly HourTally[], fill: { from: number; to: number } | null) {
	const counts = new Map<number, number>();
	if (fill !== null) for (let at = fill.from; at <= fill.to; at += HOUR_MS) counts.set(at, 0);
	for (const { hourAt, tally } of hours) {
		const count = countOf(linesOf(tally), () => true);
		if (count > 0) counts.set(hourAt, (counts.get(hourAt) ?? 0) + count);
	}
	return [...counts]
		.sort(([left], [right]) => right - left)
		.map(([at, count]) => ({ timestamp: hourInSeoul(at), count }));
}

function typesOf(lines: readonly Counted[]) {
	return [...sumBy(lines, ({ eventType }) => eventType)]
		.map(([eventType, count]) => ({ eventType, count }))
		.sort((left, right) => right.count - left.count || byName<"eventType">("eventType")(left, right));
}

function successRates(lines: readonly Counted[]) {
	const succeeded = sumBy(
		lines.filter(({ status }) => status === "SUCCESS"),
		serviceNameOf,
	);
	const failed = sumBy(
		lines.filter(({ status }) => status === "FAILED"),
		serviceNameOf,
	);
	return [...new Set([...succeeded.keys(), ...failed.keys()])]
		.map((serviceName) => ({
			serviceName,
			successRate: rateOf(succeeded.get(serviceName) ?? 0, failed.get(serviceName) ?? 0) ?? 0,
		}))
		.sort(byName("serviceName"));
}

function serviceNameOf({ eventType }: Counted): string {
	return serviceOf(eventType);
}

function sumBy(lines: readonly Counted[], keyOf: (line: Counted) => string): ReadonlyMap<string, number> {
	const sums = new Map<string, number>();
	for (const line of lines) sums.set(keyOf(line), (sums.get(keyOf(line)) ?? 0) + line.count);
	return sums;
}

function countOf(lines: readonly Counted[], isWanted: (line: Counted) => boolean): number {
	return lines.reduce((sum, line) => sum + (isWanted(line) ? line.count : 0), 0);
}

function meanOf({ count, sum }: Times): number | null {
	return count === 0 ? null : oneDecimal(sum / count);
}

function rateOf(succeeded: number, failed: number): number | null {
	return succeeded + failed === 0 ? null : oneDecimal((succeeded / (succeeded + failed)) * 100);
}

function oneDecimal(value: number): number {
	return Math.round(value * 10) / 10;
}

function byName<Field extends string>(field: Field) {
	return (left: Readonly<Record<Field, string>>, right: Readonly<Record<Field, string>>): number =>
		left[field] < right[field] ? -1 : Number(left[field] > right[field]);
}
