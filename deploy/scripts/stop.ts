import type { ServiceBroker } from "moleculer";

/** A stop that takes longer is cut short; every step is resumable. */
const STOP_MAX_MS = 10_000;

/** What Moleculer keeps of calls under way. */
interface Tracking {
	readonly _trackedContexts?: readonly { readonly action?: { readonly name?: string } | null }[];
}

/** Stops at the first SIGINT or SIGTERM. Exit code 0, or 1 when it was cut short, which says what it waited for. */
export function stopOnSignal(broker: ServiceBroker): void {
	for (const signal of ["SIGINT", "SIGTERM"] as const) {
		process.once(signal, () => {
			setTimeout(() => {
				console.error(`PayFlow did not stop in ${STOP_MAX_MS / 1_000} s and is cut short. ${underWay(broker)}`);
				process.exit(1);
			}, STOP_MAX_MS).unref();
			void broker.stop().then(() => process.exit(0));
		});
	}
}

/** Calls and resources that hold up a stop, counted. */
function underWay(broker: ServiceBroker): string {
	const owners: readonly Tracking[] = [broker, ...broker.services] as readonly Tracking[];
	const calls = owners.flatMap(({ _trackedContexts = [] }) =>
		_trackedContexts.map(({ action }) => action?.name ?? "?"),
	);
	return `Calls: ${counted(calls)}. Resources: ${counted(process.getActiveResourcesInfo())}.`;
}

function counted(names: readonly string[]): string {
	const counts = Map.groupBy(names, (name) => name);
	return [...counts].map(([name, each]) => `${name} ${each.length}`).join(", ") || "none";
}
