import type { EventRow } from "../contract.ts";
import { inCausalOrder } from "../domain/causal-order.ts";
import { placeOf, viewOf } from "../domain/event-row.ts";
import type { Envelope } from "../../shared/events.ts";

/** What a trace needs of the store. */
export interface EventSource {
	events(
		kind: string,
		aggregateId: string,
		options: { readonly from: number; readonly upTo: number },
	): Promise<readonly Envelope[]>;
}

interface Stretch {
	readonly kind: string;
	readonly aggregateId: string;
	from: number;
	upTo: number;
}

/** The whole rows of these events in causal order; one read per aggregate. */
export async function traceOf(source: EventSource, eventIds: readonly string[]): Promise<EventRow[]> {
	const wanted = new Set(eventIds);
	const read = ({ kind, aggregateId, from, upTo }: Stretch) => source.events(kind, aggregateId, { from, upTo });
	const events = (await Promise.all(stretchesOf(eventIds).map(read))).flat();
	return inCausalOrder(events.filter(({ id }) => wanted.has(id)).map(viewOf));
}

function stretchesOf(eventIds: readonly string[]): Stretch[] {
	const stretches = new Map<string, Stretch>();
	for (const { kind, aggregateId, sequence } of eventIds.map(placeOf)) {
		const key = `${kind}:${aggregateId}`;
		const known = stretches.get(key);
		if (known === undefined) stretches.set(key, { kind, aggregateId, from: sequence, upTo: sequence });
		else {
			known.from = Math.min(known.from, sequence);
			known.upTo = Math.max(known.upTo, sequence);
		}
	}
	return [...stretches.values()];
}
