import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Runtime } from "../../../mixins/runtime.ts";
import type { HttpMetrics } from "./http-metrics.ts";

/** The process's metrics in Prometheus' text format. */
export interface Metrics {
	readonly contentType: string;
	text(): Promise<string>;
}

/** Process, event loop, HTTP, mailboxes, bus and store; never labelled by user or payment. */
export function createMetrics({ actors, bus, store }: Runtime, http: HttpMetrics): Metrics {
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
	registry.registerMetric(http.histogram);
	gauge(registry, "payflow_store_writable", "1 while the store accepts writes.", () => Number(store.isWritable()));
	gauge(registry, "payflow_actors_active", "Aggregates with work under way.", () => actors.figures().active);
	gauge(registry, "payflow_mailbox_waiting", "Commands waiting in mailboxes.", () => actors.figures().waiting);
	gauge(registry, "payflow_mailbox_deepest", "Commands in the fullest mailbox.", () => actors.figures().deepest);
	for (const figure of ["lag", "parked", "dead"] as const)
		registry.registerMetric(
			new Gauge({
				name: `payflow_bus_${figure}`,
				help: `Events of a consumer group: ${figure}.`,
				labelNames: ["group"],
				registers: [],
				async collect() {
					for (const status of await bus.status()) this.set({ group: status.group }, status[figure]);
				},
			}),
		);
	return { contentType: registry.contentType, text: () => registry.metrics() };
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
	registry.registerMetric(
		new Gauge({
			name,
			help,
			registers: [],
			collect() {
				this.set(read());
			},
		}),
	);
}
