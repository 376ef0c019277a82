import type { IncomingMessage } from "node:http";
import type { Metric } from "prom-client";
import { createHistogram, type Histogram } from "../../../mixins/histogram.ts";
import { histogramSamples, registered } from "../../../mixins/operations/metric.ts";
import type { GatewayRequest } from "../exchange.ts";

/** Counts requests and their durations; an array per route, method and status, so that a request costs nothing. */
export interface HttpMetrics {
	observe(route: string, request: GatewayRequest, status: number): void;
	/** The histogram in prom-client's terms, for its registry. */
	readonly histogram: Metric;
}

interface Series {
	readonly labels: { readonly route: string; readonly method: string; readonly status: string };
	readonly seconds: Histogram;
}

/** Upper bounds in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const NAME = "payflow_http_request_duration_seconds";
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]);

/** Durations of HTTP requests by route (the table's key, never a path), method and status. */
export function createHttpMetrics(): HttpMetrics {
	const series = new Map<string, Series>();

	function seriesOf(route: string, request: IncomingMessage, status: number): Series {
		const key = `${route} ${request.method ?? ""} ${status}`;
		const known = series.get(key);
		if (known !== undefined) return known;
		const method = METHODS.has(request.method ?? "") ? (request.method ?? "") : "other";
		const labels = { route, method, status: String(status) };
		const created: Series = { labels, seconds: createHistogram(BUCKETS) };
		series.set(key, created);
		return created;
	}

	return {
		observe(route, request, status) {
			const seconds = (performance.now() - request.exchange.startedTick) / 1_000;
			const one = seriesOf(route, request, status);
			one.seconds.add(seconds);
		},
		histogram: registered({
			name: NAME,
			help: "Duration of HTTP requests in seconds.",
			type: "histogram",
			read: () => [...series.values()].flatMap(({ labels, seconds }) => histogramSamples(seconds.read(), labels)),
		}),
	};
}
