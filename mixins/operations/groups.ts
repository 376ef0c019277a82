import type { ServiceBroker } from "moleculer";

/** Groups of durable handlers in this process; the bus has to know them all. */
export function groupsOf(broker: ServiceBroker): readonly string[] {
	const handlers = broker.services.flatMap((service) => Object.values(service.schema.events ?? {}) as unknown[]);
	return [
		...new Set(
			handlers.flatMap((handler) => {
				if (typeof handler !== "object" || handler === null || !("from" in handler) || !("group" in handler)) return [];
				return typeof handler.group === "string" ? [handler.group] : [];
			}),
		),
	];
}
