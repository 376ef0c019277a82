import type { Runtime } from "../runtime.ts";

/** What readiness asks. */
export interface ReadinessOptions {
	readonly runtime: Pick<Runtime, "store" | "bus">;
	readonly isStopping: () => boolean;
	/** Actions that the routes call. */
	readonly actions: readonly string[];
	readonly isAvailable: (action: string) => boolean;
	/** Consumer groups that live in this process. */
	readonly groups: () => readonly string[];
}

/** Why requests cannot be served right now, by name only; empty when they can. */
export async function unreadyReasons(options: ReadinessOptions): Promise<readonly string[]> {
	const { runtime, actions, isAvailable } = options;
	const missing = new Set(actions.filter((action) => !isAvailable(action)).map(serviceOf));
	const groups = options.groups();
	const running = groups.length === 0 ? new Set() : await runningGroups(runtime.bus);
	return [
		...(options.isStopping() ? ["stopping"] : []),
		...(runtime.store.isWritable() ? [] : ["store"]),
		...[...missing].map((service) => `service:${service}`),
		...groups.filter((group) => running?.has(group) === false).map((group) => `bus:${group}`),
	];
}

/** Null while the log is away: requests are served all the same, their events wait in the store. */
async function runningGroups(bus: Runtime["bus"]): Promise<ReadonlySet<string> | null> {
	const statuses = await bus.status().catch(() => null);
	return statuses === null ? null : new Set(statuses.map(({ group }) => group));
}

function serviceOf(action: string): string {
	return action.slice(0, action.lastIndexOf("."));
}
