import { Errors, type Context, type Middleware, type EventSchema, type Service, type ServiceBroker } from "moleculer";
import type { Envelope } from "../../services/shared/events.ts";
import type { Runtime } from "../runtime.ts";
import type { Meta, StartPolicy } from "../typed.ts";

const DELIVERED = Symbol("delivered by the bus");

interface Group {
	from: StartPolicy;
	types: Set<string>;
	hearsAll: boolean;
}

interface DurableEvent {
	readonly name: string;
	readonly group: string;
	readonly from: StartPolicy;
}

/**
 * Joins the bus to Moleculer: a group hears what its local services handle, deliveries go through the broker and are
 * awaited, and a handler called by anything else than the bus refuses (outside development, where the REPL may fire it).
 */
export function durableEvents(runtime: Runtime): Middleware {
	const groups = new Map<string, Group>();
	const isOpen = runtime.settings.environment === "development";
	return {
		name: "DurableEvents",
		localEvent(next: NonNullable<EventSchema["handler"]>, event: EventSchema) {
			if (!isDurable(event)) return next;
			return function handle(this: Service, ctx: Context) {
				// A handler of everything ("**") also hears the framework's own notices; they are no facts.
				if (ctx.eventName?.startsWith("$") === true) return Promise.resolve();
				if (isOpen || DELIVERED in ctx.locals) return next.call(this, ctx);
				return Promise.reject(
					new Errors.MoleculerClientError("Facts come from the bus only", 403, "EVENT_NOT_DELIVERED"),
				);
			};
		},
		async serviceStarted(service: Service) {
			for (const [name, event] of Object.entries(service.schema.events ?? {})) {
				const named = { ...(event as object), name } as unknown as EventSchema;
				if (isDurable(named)) addTo(groups, named, service.fullName);
			}
		},
		async started(broker: ServiceBroker) {
			for (const [name, group] of groups) {
				runtime.bus.subscribe({
					group: name,
					types: group.hearsAll ? "*" : [...group.types],
					from: group.from,
					deliver: (event) => deliver(broker, runtime, name, event),
				});
			}
			await runtime.bus.start();
		},
		async stopping() {
			await runtime.bus.stop();
		},
	};
}

function isDurable(event: object): event is DurableEvent {
	return "from" in event && "group" in event && "name" in event && !String(event.name).startsWith("$");
}

function addTo(groups: Map<string, Group>, { name, group, from }: DurableEvent, service: string): void {
	const known = groups.get(group) ?? { from, types: new Set<string>(), hearsAll: false };
	if (known.from !== from) throw new Error(`${service}: group ${group} must start at one place, "beginning" or "now"`);
	if (name === "**") known.hearsAll = true;
	else known.types.add(name);
	groups.set(group, known);
}

function deliver(broker: ServiceBroker, { clock }: Runtime, group: string, event: Envelope): Promise<void> {
	const meta: Meta = {
		correlationId: event.correlationid,
		causationId: event.id,
		causeTime: event.time,
		startedAt: clock.now(),
		actor: "SYSTEM",
	};
	// The broker's types do not know that an endpoint may be absent for an event.
	const context = broker.ContextFactory.create(
		broker,
		null as never,
		event as never,
		{
			meta,
			requestID: event.correlationid,
		} as never,
	) as Context & { eventName: string; eventType: string; eventGroups: string[] };
	context.eventName = event.type;
	context.eventType = "emit";
	context.eventGroups = [group];
	context.locals = { [DELIVERED]: true };
	return (broker as unknown as { emitLocalServices(ctx: Context): Promise<void> }).emitLocalServices(context);
}
