import type { ServiceBroker } from "moleculer";

/** A stop that takes longer is cut short; every step is resumable. */
const STOP_MAX_MS = 10_000;
/** Calls that are still under way then are named; a moment later Moleculer waits for them no longer. */
const LONG_MS = 4_000;

/** What Moleculer keeps of calls under way. */
interface Tracking {
	readonly _trackedContexts?: readonly { readonly action?: { readonly name?: string } | null }[];
}

/** Stops at the first SIGINT or SIGTERM. Exit code 0, or 1 when it was cut short, which says what it waited for. */
export function stopOnSignal(broker: ServiceBroker): void {
	for (const signal of ["SIGINT", "SIGTERM"] as const) {
		process.once(signal, () => {
			setTimeout(() => {
				const calls = callsOf(broker);
				if (calls.length > 0) console.error(`PayFlow stops and waits. Calls: ${counted(calls)}.`);
			}, LONG_MS).unref();
			setTimeout(() => {
				const resources = counted(process.getActiveResourcesInfo());
				console.error(
					`PayFlow did not stop in ${STOP_MAX_MS / 1_000} s and is cut short. ` +
						`Calls: ${counted(callsOf(broker))}. Resources: ${resources}.`,
				);
				process.exit(1);
			}, STOP_MAX_MS).unref();
			void broker.stop().then(() => process.exit(0));
		});
	}
}

function callsOf(broker: ServiceBroker): readonly string[] {
	const owners: readonly Tracking[] = [broker, ...broker.services] as readonly Tracking[];
	return owners.flatMap(({ _trackedContexts = [] }) => _trackedContexts.map(({ action }) => action?.name ?? "?"));
}

function counted(names: readonly string[]): string {
	const counts = Map.groupBy(names, (name) => name);
	return [...counts].map(([name, each]) => `${name} ${each.length}`).join(", ") || "none";
}
