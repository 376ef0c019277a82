import type { Envelope } from "../../services/shared/events.ts";
import type { Aggregate } from "../actor/port.ts";
import type { Fold } from "../actor/time-travel.ts";
import { sagaDecider } from "./decider.ts";
import type { Saga, SagaCommand, SagaEvent } from "./model.ts";
import type { SagaPlan } from "./plan.ts";

/** The kind of every saga's document, whatever its definition. */
export const SAGA_KIND = "saga";

/** Sagas as they are stored: what is due is found by definition and time, the rest by status and by need. */
export function sagaAggregate<Input extends object>(
	plan: SagaPlan<Input>,
): Aggregate<Saga<Input>, SagaCommand<Input>, SagaEvent> {
	return {
		kind: SAGA_KIND,
		decider: sagaDecider(plan),
		schemaVersion: 1,
		indexes: [
			{ fields: ["saga", "dueAt"], sparse: true },
			{ fields: ["saga", "status"] },
			{ fields: ["saga"] },
			{ fields: ["saga", "needsAttention"] },
		],
	};
}

/** How states of sagas follow from their events: each event names the definition whose rules it was made by. */
export function sagaFold(plans: readonly SagaPlan<never>[]): Fold<Saga<object>> {
	const evolves = new Map(plans.map((plan) => [plan.name, sagaDecider(plan as unknown as SagaPlan<object>).evolve]));
	return {
		kind: SAGA_KIND,
		initial: { status: "none" },
		evolve(state, event: Envelope) {
			const { saga } = event.data as { readonly saga?: unknown };
			const evolve = evolves.get(String(saga));
			if (evolve === undefined) throw new Error(`no saga ${String(saga)} runs here`);
			return evolve(state, event as unknown as SagaEvent);
		},
	};
}
