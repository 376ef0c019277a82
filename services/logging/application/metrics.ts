import type { SagaMetrics } from "../../saga/contract.ts";
import type { LogMetrics } from "../contract.ts";
import { figuresOf, instantInSeoul } from "../domain/figures.ts";
import type { RecordSource } from "./ports.ts";
import { windowFrom } from "./window.ts";

const HOUR_MS = 3_600_000;

/** The figures of the last `hours`, the start of the window included. */
export async function metricsOf(
	source: RecordSource,
	now: number,
	{ hours, isFilled }: { readonly hours: number; readonly isFilled: boolean },
	saga: Promise<SagaMetrics | null>,
): Promise<LogMetrics> {
	const window = await windowFrom(source, now - hours * HOUR_MS);
	const hourOf = (at: number) => Math.floor(at / HOUR_MS) * HOUR_MS;
	const fill = isFilled ? { from: hourOf(window.startAt), to: hourOf(now) } : null;
	return {
		timeRange: `${hours} hours`,
		hours,
		windowStart: new Date(window.startAt).toISOString(),
		...figuresOf(window.hours, fill),
		saga: await saga,
		generatedAt: instantInSeoul(now),
	};
}
