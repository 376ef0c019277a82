import {
	createProcessMetrics,
	type ProcessMetrics,
	type ProcessSources,
} from "../../../mixins/operations/process-metrics.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import { businessReadings, type BusinessSources } from "./business-metrics.ts";
import type { HttpMetrics } from "./http-metrics.ts";

/** What the metrics are read from, besides the runtime. */
export interface MetricSources extends ProcessSources, BusinessSources {
	readonly http: HttpMetrics;
}

/**
 * What every process tells, and HTTP. The figures of the whole platform are asked of their services by each gateway: they are the
 * same at all of them, so whoever reads several takes the greatest and never the sum.
 */
export function createMetrics(runtime: Runtime, { http, ...sources }: MetricSources): ProcessMetrics {
	return createProcessMetrics(runtime, sources, { readings: businessReadings(sources), metrics: [http.histogram] });
}
