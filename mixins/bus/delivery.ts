import { Errors, type Context, type Middleware, type EventSchema, type Service, type ServiceBroker } from "moleculer";
import type { Envelope } from "../../services/shared/events.ts";
import type { Runtime } from "../runtime.ts";
import type { Meta } from "../typed.ts";
import { addTo, isDurable, runsOf, type Groups } from "./groups.ts";
import type { Delivery } from "./port.ts";

const DELIVERED = Symbol("delivered by the bus");

/**
 * Joins the bus to Moleculer: a group hears what its local services handle, deliveries go through the broker and are
 * awaited, and a handler called by anything else than the bus refuses (outside development, where the REPL may fire it).
 */
export function durableEvents(runtime: Runtime): Middleware {
	const groups: Groups = new Map();
	const isOpen = runtime.settings.environment === "development";
	return {
		name: "DurableEvents",
		localEvent(next: NonNullable<EventSchema["handler"]>, event: EventSchema) {
			if (!isDurable(event)) return next;
			const isBatched = event.batch !== undefined;
			return function handle(this: Service, ctx: Context) {
				// A handler of everything ("**") also hears the framework's own notices; they are no facts.
				if (ctx.eventName?.startsWith("$") === true) return Promise.resolve();
				if (DELIVERED in ctx.locals) return next.call(this, ctx);
				if (isOpen) return next.call(this, isBatched ? asBatch(ctx) : ctx);
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
				const { batch, from, types, hearsAll } = group;
				runtime.bus.subscribe({
					group: name,
					types: hearsAll ? "*" : [...types],
					from,
					deliver: (event) => broadcast(broker, name, event.type, event, metaOf(runtime, event)),
					...(batch === undefined
						? {}
						: { batch: { max: batch, deliver: (all) => deliverRuns(broker, runtime, name, runsOf(all, group)) } }),
				});
			}
			await runtime.bus.start();
		},
		async stopping() {
			await runtime.bus.stop();
		},
	};
}

/** A handler that is fired by hand gets what it was fired with as a batch of one, with no place in any log. */
function asBatch(ctx: Context): Context {
	const event = ctx.params as Envelope;
	const delivery: Delivery = { stream: "none", position: 0, event };
	ctx.params = { deliveries: [delivery] };
	return ctx;
}

function metaOf({ clock }: Runtime, event: Envelope): Meta {
	return {
		correlationId: event.correlationid,
		causationId: event.id,
		causeTime: event.time,
		startedAt: clock.now(),
		actor: "SYSTEM",
	};
}

/** One call per handler and stretch of the batch that it handles; no event of a batch is any other's cause. */
async function deliverRuns(
	broker: ServiceBroker,
	{ clock }: Runtime,
	group: string,
	runs: readonly (readonly Delivery[])[],
): Promise<void> {
	for (const deliveries of runs) {
		const type = deliveries[0]?.event.type;
		if (type === undefined) continue;
		await broadcast(broker, group, type, { deliveries }, { startedAt: clock.now(), actor: "SYSTEM" });
	}
}

function broadcast(broker: ServiceBroker, group: string, name: string, params: object, meta: Meta): Promise<void> {
	const options = { meta, ...(meta.correlationId === undefined ? {} : { requestID: meta.correlationId }) };
	// The broker's types do not know that an endpoint may be absent for an event.
	const context = broker.ContextFactory.create(broker, null as never, params as never, options as never) as Context & {
		eventName: string;
		eventType: string;
		eventGroups: string[];
	};
	context.eventName = name;
	context.eventType = "emit";
	context.eventGroups = [group];
	context.locals = { [DELIVERED]: true };
	return (broker as unknown as { emitLocalServices(ctx: Context): Promise<void> }).emitLocalServices(context);
}
