import {
	Errors,
	type ActionHandler,
	type ActionSchema,
	type Context,
	type Middleware,
	type ServiceBroker,
	type ServiceSchema,
} from "moleculer";

/** What a breaker does: lets everything through, nothing, or one call to try. */
export type BreakerState = "CLOSED" | "OPEN" | "HALF_OPEN";
/** What an operator wants whatever happens. */
export type ForcedState = "OPEN" | "CLOSED";

/** The breaker of an action on one process. */
export interface Breaker {
	readonly action: string;
	readonly nodeId: string;
	readonly state: BreakerState;
	readonly forced: ForcedState | null;
	/** Of the window in which it last changed; null when it never did. */
	readonly failures: number | null;
	readonly count: number | null;
	/** ISO 8601. */
	readonly changedAt: string | null;
}

/** The breakers of all actions that have one, as far as this process has heard of them. */
export interface Breakers {
	list(): readonly Breaker[];
	/** Holds an action's breaker in every process, or lets it go (null); false if the action has none. */
	force(action: string, forced: ForcedState | null): boolean;
}

interface Notice {
	readonly nodeID: string;
	readonly action: string;
	readonly failures?: number;
	readonly count?: number;
}

interface Wish {
	readonly action: string;
	readonly state: ForcedState | null;
}

interface Endpoint {
	state: boolean;
	readonly id: string;
	readonly action: { readonly name: string; readonly circuitBreaker?: { readonly enabled?: boolean } };
}

const FORCED = "$breakers.forced";
const NOTICES = { opened: "OPEN", "half-opened": "HALF_OPEN", closed: "CLOSED" } as const;
const desks = new WeakMap<object, Breakers>();

/** The breakers of a broker made by `createBroker`. */
export function breakersOf(broker: object): Breakers {
	const desk = desks.get(broker);
	if (desk === undefined) throw new Error("This broker has no breakers: create it with createBroker().");
	return desk;
}

/**
 * Keeps what Moleculer tells about its circuit breakers, which it only announces, and lets an operator overrule them. Forced open,
 * an action refuses like one whose breaker is open; forced closed, calls go through whatever has failed.
 */
export function breakerDesk(iso: () => string): Middleware {
	const changes = new Map<string, Pick<Breaker, "state" | "failures" | "count" | "changedAt">>();
	const forced = new Map<string, ForcedState>();
	let endpointsOf: (action: string) => readonly Endpoint[] = () => [];

	function letThrough(action: string): void {
		for (const endpoint of endpointsOf(action)) endpoint.state = true;
	}

	function hear(state: BreakerState, { nodeID, action, failures = 0, count = 0 }: Notice): void {
		changes.set(`${action} ${nodeID}`, { state, failures, count, changedAt: iso() });
		if (forced.get(action) === "CLOSED") letThrough(action);
	}

	function obey({ action, state }: Wish): void {
		if (state === null) forced.delete(action);
		else forced.set(action, state);
		if (state === "CLOSED") letThrough(action);
	}

	function guard(next: ActionHandler, action: ActionSchema): ActionHandler {
		if (!hasBreaker(action)) return next;
		const name = action.name ?? "";
		return function guarded(this: unknown, ctx: Context) {
			const wanted = forced.get(name);
			if (wanted === "OPEN")
				return Promise.reject(new Errors.ServiceNotAvailableError({ action: name, nodeID: ctx.nodeID ?? "" }));
			// The call that tries whether a breaker may close shuts it for all others.
			if (wanted === "CLOSED") letThrough(name);
			return next.call(this as never, ctx) as Promise<unknown>;
		};
	}

	return {
		name: "BreakerDesk",
		created(broker: ServiceBroker) {
			endpointsOf = (action) =>
				(broker.registry.actions.get(action)?.endpoints ?? []) as unknown as readonly Endpoint[];
			desks.set(broker, {
				list: () => breakersIn(broker).map((endpoint) => viewOf(endpoint, changes, forced)),
				force(action, state) {
					if (!endpointsOf(action).some(({ action: schema }) => hasBreaker(schema))) return false;
					void broker.broadcast(FORCED, { action, state });
					return true;
				},
			});
			broker.createService(listener(hear, obey));
		},
		localAction: guard,
		remoteAction: guard,
	};
}

/** Hears what the breakers of all processes say, and what operators want of them. */
function listener(hear: (state: BreakerState, notice: Notice) => void, obey: (wish: Wish) => void): ServiceSchema {
	const notices = Object.entries(NOTICES).map(([notice, state]) => [
		`$circuit-breaker.${notice}`,
		(ctx: Context<Notice>) => hear(state, ctx.params),
	]);
	const events = { ...Object.fromEntries(notices), [FORCED]: (ctx: Context<Wish>) => obey(ctx.params) } as NonNullable<
		ServiceSchema["events"]
	>;
	return { name: "$breakers", events };
}

function hasBreaker({ circuitBreaker }: { readonly circuitBreaker?: { readonly enabled?: boolean } }): boolean {
	return circuitBreaker?.enabled === true;
}

function breakersIn(broker: ServiceBroker): readonly Endpoint[] {
	const names = broker.registry.actions.list({ skipInternal: true }).map(({ name }) => name);
	return names
		.toSorted()
		.flatMap((name) => (broker.registry.actions.get(name)?.endpoints ?? []) as unknown as readonly Endpoint[])
		.filter(({ action }) => hasBreaker(action));
}

function viewOf(
	{ action: { name }, id }: Endpoint,
	changes: ReadonlyMap<string, Pick<Breaker, "state" | "failures" | "count" | "changedAt">>,
	forced: ReadonlyMap<string, ForcedState>,
): Breaker {
	const never = { state: "CLOSED", failures: null, count: null, changedAt: null } as const;
	return { action: name, nodeId: id, ...(changes.get(`${name} ${id}`) ?? never), forced: forced.get(name) ?? null };
}
