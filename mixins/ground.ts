import { join } from "node:path";
import { createEmbeddedBus } from "./bus/embedded.ts";
import type { OnTrouble } from "./bus/embedded/persist.ts";
import type { Bus } from "./bus/port.ts";
import type { Clock } from "./clock/port.ts";
import type { Settings } from "./config/settings.ts";
import type { Pressure } from "./pressure.ts";
import type { EventLog, Store } from "./store/port.ts";
import { openSqliteStore } from "./store/sqlite/index.ts";

/** Name of the data file in the data folder. */
export const DATA_FILE = "payflow.db";

/** What the platform keeps its data in and sends its events through. */
export interface Ground {
	readonly store: Store;
	readonly log: EventLog;
	readonly bus: Bus;
	/** The store's time where several processes share it. */
	readonly clock: Clock;
	/** Other processes work on the same store. */
	readonly isShared: boolean;
}

/** What a ground is made with. */
export interface GroundOptions {
	readonly settings: Settings;
	readonly clock: Clock;
	readonly pressure: Pressure;
	readonly onTrouble: OnTrouble;
}

/** The embedded store and bus, or those of a cluster; the clients of the latter are loaded only then. Throws `StoreUnavailable`. */
export async function openGround(options: GroundOptions): Promise<Ground> {
	const { settings, clock, pressure, onTrouble } = options;
	if (settings.cluster !== null) {
		const { openClusterGround } = await import("./cluster/ground.ts");
		return openClusterGround(settings.cluster, options);
	}
	const file = settings.dataDir === ":memory:" ? ":memory:" : join(settings.dataDir, DATA_FILE);
	const store = await openSqliteStore({ file, clock, isThreaded: settings.hasStoreThread });
	const bus = createEmbeddedBus({ log: store, store, clock, pressure, onError: onTrouble });
	return { store, log: store, bus, clock, isShared: false };
}
