import type { Aggregate } from "../actor/port.ts";
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
