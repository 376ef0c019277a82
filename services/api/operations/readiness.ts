import type { Runtime } from "../../../mixins/runtime.ts";

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
	const running = new Set((await runtime.bus.status()).map(({ group }) => group));
	return [
		...(options.isStopping() ? ["stopping"] : []),
		...(runtime.store.isWritable() ? [] : ["store"]),
		...[...missing].map((service) => `service:${service}`),
		...options
			.groups()
			.filter((group) => !running.has(group))
			.map((group) => `bus:${group}`),
	];
}

function serviceOf(action: string): string {
	return action.slice(0, action.lastIndexOf("."));
}
