import type { Decider } from "../../services/shared/decider.ts";
import { isDomainError } from "../../services/shared/errors.ts";
import type { DomainEvent } from "../../services/shared/events.ts";

/** `given(...past events).when(command).then(...new events)`, `.thenRejected(code)` or `.thenNothing()` for any decider. */
export function specificationOf<State, Command, Event extends DomainEvent>(decider: Decider<State, Command, Event>) {
	return (...past: Event[]) => {
		const before = past.reduce(decider.evolve, decider.initial);
		return {
			state: before,
			when(command: Command) {
				const decide = () => decider.decide(before, command);
				return {
					then: (...expected: Event[]) => expect(decide()).toEqual(expected),
					thenNothing: () => expect(decide()).toEqual([]),
					thenRejected(code: string) {
						expect(refusalOf(decide)).toBe(code);
					},
					/** The state after what was decided. */
					state: () => decide().reduce(decider.evolve, before),
				};
			},
		};
	};
}

function refusalOf(decide: () => unknown): string | null {
	try {
		decide();
		return null;
	} catch (error) {
		if (isDomainError(error)) return error.code;
		throw error;
	}
}
