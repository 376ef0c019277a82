import type { OnTrouble } from "./bus/embedded/persist.ts";
import type { Bus } from "./bus/port.ts";
import type { Clock } from "./clock/port.ts";
import type { Flush } from "./commit-meter.ts";
import type { Settings } from "./config/settings.ts";
import type { Pressure } from "./pressure.ts";
import type { EventLog, Store } from "./store/port.ts";

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
	/** Called after each durable batch, where the store has such. */
	readonly onFlush?: (flush: Flush) => void;
}
