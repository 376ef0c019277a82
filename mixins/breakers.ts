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

/** The breakers of all actions that have one. */
export interface Breakers {
	/** Those of this process, which guard its own calls; other processes have theirs. */
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
	/** ISO 8601; the later wish counts. */
	readonly at: string;
}

interface Endpoint {
	state: boolean;
	readonly id: string;
	readonly action: { readonly name: string; readonly circuitBreaker?: { readonly enabled?: boolean } };
}

const FORCED = "$breakers.forced";
/** Processes that come later have to be told what was wished before. */
const JOINING = ["$node.connected", "$node.updated"] as const;
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
	const wishes = new Map<string, Wish>();
	const forcedOf = (action: string): ForcedState | null => wishes.get(action)?.state ?? null;
	let endpointsOf: (action: string) => readonly Endpoint[] = () => [];

	function letThrough(action: string): void {
		for (const endpoint of endpointsOf(action)) endpoint.state = true;
	}

	function hear(state: BreakerState, { nodeID, action, failures = 0, count = 0 }: Notice): void {
		changes.set(`${action} ${nodeID}`, { state, failures, count, changedAt: iso() });
		if (forcedOf(action) === "CLOSED") letThrough(action);
	}

	function obey(wish: Wish): void {
		const { action, state, at } = wish;
		if (at < (wishes.get(action)?.at ?? "")) return;
		wishes.set(action, wish);
		if (state === "CLOSED") letThrough(action);
	}

	function guard(next: ActionHandler, action: ActionSchema): ActionHandler {
		if (!hasBreaker(action)) return next;
		const name = action.name ?? "";
		return function guarded(this: unknown, ctx: Context) {
			const wanted = forcedOf(name);
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
				list: () => breakersIn(broker).map((endpoint) => viewOf(endpoint, changes, forcedOf)),
				force(action, state) {
					if (!endpointsOf(action).some(({ action: schema }) => hasBreaker(schema))) return false;
					void broker.broadcast(FORCED, { action, state, at: iso() });
					return true;
				},
			});
			for (const change of JOINING) broker.localBus.on(change, () => repeat(broker, wishes));
			broker.createService(listener(hear, obey));
		},
		localAction: guard,
		remoteAction: guard,
	};
}

/** Tells again what operators want; the registry knows a process's services only after it has announced the process. */
function repeat(broker: ServiceBroker, wishes: ReadonlyMap<string, Wish>): void {
	queueMicrotask(() => {
		for (const wish of wishes.values()) void broker.broadcast(FORCED, wish);
	});
}

/** Hears what the breakers of this process say, and what operators want of them. */
function listener(hear: (state: BreakerState, notice: Notice) => void, obey: (wish: Wish) => void): ServiceSchema {
	const notices = Object.entries(NOTICES).map(([notice, state]) => [
		`$circuit-breaker.${notice}`,
		(ctx: Context<Notice>) => {
			if (ctx.nodeID === ctx.broker.nodeID) hear(state, ctx.params);
		},
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
	forcedOf: (action: string) => ForcedState | null,
): Breaker {
	const never = { state: "CLOSED", failures: null, count: null, changedAt: null } as const;
	return { action: name, nodeId: id, ...(changes.get(`${name} ${id}`) ?? never), forced: forcedOf(name) };
}
