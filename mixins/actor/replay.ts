import type { DomainEvent, Envelope } from "../../services/shared/events.ts";
import type { State, Store } from "../store/port.ts";
import type { Aggregate } from "./port.ts";

/** Events of one aggregate in today's shape, oldest first. */
export async function historyOf<S extends State, Command, Event extends DomainEvent>(
	{ kind, upcast }: Aggregate<S, Command, Event>,
	store: Store,
	id: string,
	options: { readonly from?: number; readonly upTo?: number } = {},
): Promise<readonly Envelope[]> {
	const events = await store.events(kind, id, options);
	return upcast === undefined ? events : events.map(upcast);
}

/** The state right after event `sequence`: a fold of the aggregate's own events. */
export async function stateAt<S extends State, Command, Event extends DomainEvent>(
	aggregate: Aggregate<S, Command, Event>,
	store: Store,
	id: string,
	sequence: number,
): Promise<S> {
	const events = await historyOf(aggregate, store, id, { upTo: sequence });
	return (events as readonly unknown[] as readonly Event[]).reduce(aggregate.decider.evolve, aggregate.decider.initial);
}

/** What a repeat of the command behind event `sequence` is answered. */
export async function answerAt<S extends State, Command, Event extends DomainEvent>(
	aggregate: Aggregate<S, Command, Event>,
	store: Store,
	id: string,
	sequence: number,
): Promise<S> {
	if (aggregate.answerFrom === undefined) return stateAt(aggregate, store, id, sequence);
	const [event] = await historyOf(aggregate, store, id, { from: sequence, upTo: sequence });
	if (event === undefined) throw new Error(`event ${sequence} of ${aggregate.kind} ${id} is missing`);
	return aggregate.answerFrom(event);
}
