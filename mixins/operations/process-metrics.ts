import { collectDefaultMetrics, Registry, type Metric } from "prom-client";
import type { Breaker } from "../breakers.ts";
import type { CallSeries } from "../call-meter.ts";
import type { Runtime } from "../runtime.ts";
import { callReadings } from "./call-metrics.ts";
import { registered, type Reading } from "./metric.ts";
import { platformReadings } from "./platform-metrics.ts";

/** The process's metrics in Prometheus' text format. */
export interface ProcessMetrics {
	readonly contentType: string;
	text(): Promise<string>;
}

/** What the metrics of any process are read from, besides the runtime. */
export interface ProcessSources {
	readonly breakers: () => readonly Breaker[];
	readonly calls: () => readonly CallSeries[];
}

/** What a process has to tell besides. */
export interface MoreMetrics {
	readonly readings?: readonly Reading[];
	readonly metrics?: readonly Metric[];
}

/** Process, event loop, mailboxes, bus, store, breakers and counted calls, by the same names in every process; never by user or payment. */
export function createProcessMetrics(
	runtime: Runtime,
	{ breakers, calls }: ProcessSources,
	{ readings = [], metrics = [] }: MoreMetrics = {},
): ProcessMetrics {
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
	for (const metric of metrics) registry.registerMetric(metric);
	for (const reading of [...platformReadings(runtime, breakers), ...callReadings(calls), ...readings])
		registry.registerMetric(registered(reading));
	return { contentType: registry.contentType, text: () => registry.metrics() };
}
