import { DomainError } from "../../services/shared/errors.ts";
import type { CommandContext } from "../actor/port.ts";
import type { Store } from "../store/port.ts";
import { SAGA_KIND } from "./aggregate.ts";
import type { RunningSaga, Saga } from "./model.ts";
import type { SagaPlan } from "./plan.ts";
import type { SagaRunner } from "./runner.ts";

/** The sagas of a service, of every definition that it runs. */
export interface Sagas {
	/** The runner of a definition; throws for one that the service does not run. */
	of<Input extends object>(plan: SagaPlan<Input>): SagaRunner<Input>;
	/** A saga of any of the definitions; one of somebody else is none. */
	read(sagaId: string): Promise<Saga<object>>;
	/** Makes one that waits for its next attempt due at once; refuses with SAGA_NOT_FOUND and SAGA_ENDED. */
	retry(sagaId: string, context: CommandContext): Promise<RunningSaga<object>>;
	/** Each runner with the name of its definition. */
	runners(): readonly { readonly name: string; readonly runner: SagaRunner<object> }[];
}

/** One runner per definition; two of one name are a mistake. */
export function createSagas(
	plans: readonly SagaPlan<never>[],
	store: Store,
	runnerOf: (plan: SagaPlan<object>) => SagaRunner<object>,
): Sagas {
	const runners = new Map<string, SagaRunner<object>>();
	for (const plan of plans) {
		if (runners.has(plan.name)) throw new Error(`two sagas have the name ${plan.name}`);
		// Each runner only ever sees inputs of its own definition: a saga is found by the name that is stored with it.
		runners.set(plan.name, runnerOf(plan as unknown as SagaPlan<object>));
	}

	function runnerFor(name: string): SagaRunner<object> {
		const runner = runners.get(name);
		if (runner === undefined) throw new Error(`no saga ${name} runs here`);
		return runner;
	}

	async function read(sagaId: string): Promise<Saga<object>> {
		const stored = await store.load<RunningSaga<object>>(SAGA_KIND, sagaId);
		return stored !== null && runners.has(stored.state.saga) ? stored.state : { status: "none" };
	}

	return {
		of: <Input extends object>({ name }: SagaPlan<Input>) => runnerFor(name) as unknown as SagaRunner<Input>,
		read,
		async retry(sagaId, context) {
			const state = await read(sagaId);
			if (state.status === "none") throw new DomainError("SAGA_NOT_FOUND");
			return runnerFor(state.saga).retry(sagaId, context);
		},
		runners: () => [...runners].map(([name, runner]) => ({ name, runner })),
	};
}
