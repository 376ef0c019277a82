import type { DomainEvent } from "./events.ts";

/** The pure core of a service: same inputs, same answer. */
export interface Decider<State, Command, Event extends DomainEvent> {
	readonly initial: State;
	readonly decide: (state: State, command: Command) => readonly Event[];
	readonly evolve: (state: State, event: Event) => State;
}

/** State after `events`, from the beginning or from `from`. */
export function fold<State, Command, Event extends DomainEvent>(
	decider: Decider<State, Command, Event>,
	events: readonly Event[],
	from: State = decider.initial,
): State {
	return events.reduce(decider.evolve, from);
}
