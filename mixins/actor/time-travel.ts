import type { ServiceBroker, ServiceSchema } from "moleculer";
import type { DomainEvent, Envelope } from "../../services/shared/events.ts";
import { runtimeOf } from "../runtime.ts";
import type { State, Store } from "../store/port.ts";
import { mixin } from "../typed.ts";
import type { Aggregate } from "./port.ts";

/** How a kind's states follow from its events. */
export interface Fold<S extends State> {
	readonly kind: string;
	readonly initial: S;
	readonly evolve: (state: S, event: Envelope) => S;
}

/** Events folded between two turns of the event loop. */
const PAGE = 500;
const ACTION = "fold-";

/** The fold of an aggregate, with old events brought up to date. */
export function foldOf<S extends State, Command, Event extends DomainEvent>(
	aggregate: Pick<Aggregate<S, Command, Event>, "kind" | "upcast"> & {
		readonly decider: Pick<Aggregate<S, Command, Event>["decider"], "initial" | "evolve">;
	},
): Fold<S> {
	const { kind, upcast = (event: Envelope) => event, decider } = aggregate;
	return {
		kind,
		initial: decider.initial,
		evolve: (state, event) => decider.evolve(state, upcast(event) as unknown as Event),
	};
}

/** Lets every process ask the service for the states its aggregates were in: the action `<service>.fold-<kind>`. */
export function timeTravel<S extends State>(fold: Fold<S>): Partial<ServiceSchema> {
	return mixin<object>({
		actions: {
			[ACTION + fold.kind]: {
				visibility: "public",
				params: { id: "string", sequence: { type: "number", integer: true, min: 1 } },
				handler(ctx: { readonly params: { readonly id: string; readonly sequence: number } }): Promise<S> {
					const { store, clock } = runtimeOf(this.broker);
					return stateAfter(fold, store, ctx.params.id, ctx.params.sequence, () => clock.turn());
				},
			},
		},
	});
}

/** The state right after event `sequence`. */
export async function stateAfter<S extends State>(
	{ kind, initial, evolve }: Fold<S>,
	store: Pick<Store, "events">,
	id: string,
	sequence: number,
	pause: () => Promise<void>,
): Promise<S> {
	let state = initial;
	for (let from = 1; from <= sequence; from += PAGE) {
		if (from > 1) await pause();
		const upTo = Math.min(sequence, from + PAGE - 1);
		for (const event of await store.events(kind, id, { from, upTo })) state = evolve(state, event);
	}
	return state;
}

/** Answers states of aggregates of every service of the cluster. */
export interface TimeMachine {
	/** Kinds whose service is there. */
	kinds(): readonly string[];
	/** The state right after event `sequence`, as the aggregate's own service folds it. */
	stateAfter(kind: string, id: string, sequence: number): Promise<object>;
}

/** Finds the folds through the broker's registry. */
export function createTimeMachine(broker: ServiceBroker): TimeMachine {
	const folds = (): ReadonlyMap<string, string> => {
		const names = broker.registry.actions.list({ onlyAvailable: true }).map(({ name }) => name);
		const own = names.filter((name) => name.includes(`.${ACTION}`));
		return new Map(own.map((name) => [name.slice(name.indexOf(ACTION) + ACTION.length), name]));
	};
	return {
		kinds: () => [...folds().keys()],
		async stateAfter(kind, id, sequence) {
			const action = folds().get(kind);
			if (action === undefined) throw new Error(`nobody folds events of ${kind}`);
			// The action's name is only known at run time; what it answers is an aggregate's state.
			const caller = broker as unknown as { call(name: string, params: object): Promise<object> };
			return caller.call(action, { id, sequence });
		},
	};
}
