import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { GroupStatus } from "../bus/port.ts";
import type { Runtime } from "../runtime.ts";

/** The process's metrics in Prometheus' text format. */
export interface ProcessMetrics {
	readonly contentType: string;
	text(): Promise<string>;
}

/** Process, event loop, mailboxes, bus and store of a process without a gateway, by the names they have at the gateway. */
export function createProcessMetrics({
	actors,
	bus,
	store,
}: Pick<Runtime, "actors" | "bus" | "store">): ProcessMetrics {
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
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
					for (const status of await statusesOf(bus)) this.set({ group: status.group }, status[figure]);
				},
			}),
		);
	return { contentType: registry.contentType, text: () => registry.metrics() };
}

/** While the log is away nothing is known of the groups; the other figures are as good as ever. */
function statusesOf(bus: Runtime["bus"]): Promise<readonly GroupStatus[]> {
	return bus.status().catch(() => []);
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
