import { join } from "node:path";
import { createEmbeddedBus } from "./bus/embedded.ts";
import type { Ground, GroundOptions } from "./ground-port.ts";
import { openSqliteStore } from "./store/sqlite/index.ts";

/** Name of the data file in the data folder. */
export const DATA_FILE = "payflow.db";

/** The embedded store and bus, or those of a cluster; the clients of the latter are loaded only then. Throws `StoreUnavailable`. */
export async function openGround(options: GroundOptions): Promise<Ground> {
	const { settings, clock, pressure, onTrouble, onFlush = () => undefined } = options;
	if (settings.cluster !== null) {
		const { openClusterGround } = await import("./cluster/ground.ts");
		return openClusterGround(settings.cluster, options);
	}
	const file = settings.dataDir === ":memory:" ? ":memory:" : join(settings.dataDir, DATA_FILE);
	const store = await openSqliteStore({ file, clock, isThreaded: settings.hasStoreThread, onFlush });
	const bus = createEmbeddedBus({ log: store, store, clock, pressure, onError: onTrouble });
	return { store, log: store, bus, clock, isShared: false };
}
