import type { Metric as Registered } from "prom-client";
import type { Counts } from "../histogram.ts";

/** One value of a metric with its labels. */
export interface Sample {
	readonly labels?: Readonly<Record<string, string>>;
	readonly value: number;
	/** Only for the parts of a histogram: `_bucket`, `_sum`, `_count`. */
	readonly suffix?: string;
}

/** A metric that is read when somebody asks, so that what it counts costs nothing in between. */
export interface Reading {
	readonly name: string;
	readonly help: string;
	readonly type: "counter" | "gauge" | "histogram";
	readonly read: () => Promise<readonly Sample[]> | readonly Sample[];
}

/** In prom-client's terms, for its registry. A reading that fails has no values this time. */
export function registered({ name, help, type, read }: Reading): Registered {
	return {
		name,
		async get() {
			const samples = await Promise.resolve()
				.then(read)
				.catch(() => []);
			const values = samples.map(({ labels = {}, value, suffix = "" }) => {
				return { metricName: name + suffix, labels, value };
			});
			return { name, help, type, aggregator: "sum", values };
		},
	} as unknown as Registered;
}

/** The samples of one histogram. */
export function histogramSamples(
	{ bounds, counts, count, sum }: Counts,
	labels: Readonly<Record<string, string>> = {},
): readonly Sample[] {
	let below = 0;
	const buckets = bounds.map((bound, index): Sample => {
		below += counts[index] ?? 0;
		return { labels: { le: String(bound), ...labels }, value: below, suffix: "_bucket" };
	});
	return [
		...buckets,
		{ labels: { le: "+Inf", ...labels }, value: count, suffix: "_bucket" },
		{ labels, value: sum, suffix: "_sum" },
		{ labels, value: count, suffix: "_count" },
	];
}
