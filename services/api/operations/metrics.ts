import { collectDefaultMetrics, Registry } from "prom-client";
import type { Breaker } from "../../../mixins/breakers.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import { businessReadings, type BusinessSources } from "./business-metrics.ts";
import type { HttpMetrics } from "./http-metrics.ts";
import { registered } from "../../../mixins/operations/metric.ts";
import { platformReadings } from "../../../mixins/operations/platform-metrics.ts";

/** The process's metrics in Prometheus' text format. */
export interface Metrics {
	readonly contentType: string;
	text(): Promise<string>;
}

/** What the metrics are read from, besides the runtime. */
export interface MetricSources extends BusinessSources {
	readonly http: HttpMetrics;
	readonly breakers: () => readonly Breaker[];
}

/** Process, event loop, HTTP, mailboxes, bus, store and business; never labelled by user or payment. */
export function createMetrics(runtime: Runtime, { http, breakers, ...business }: MetricSources): Metrics {
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
	registry.registerMetric(http.histogram);
	for (const reading of [...platformReadings(runtime, breakers), ...businessReadings(business)])
		registry.registerMetric(registered(reading));
	return { contentType: registry.contentType, text: () => registry.metrics() };
}
