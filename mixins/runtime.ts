import type { Actors } from "./actor/port.ts";
import type { OnTrouble } from "./bus/embedded/persist.ts";
import type { Bus } from "./bus/port.ts";
import type { Clock } from "./clock/port.ts";
import type { Settings } from "./config/settings.ts";
import type { CommitMeter } from "./commit-meter.ts";
import type { FaultHook } from "./saga/port.ts";
import type { Pressure } from "./pressure.ts";
import type { EventLog, Store } from "./store/port.ts";
import type { Ids } from "../services/shared/ids.ts";

/** Unguessable bytes; a seeded source in the simulation. */
export type RandomBytes = (size: number) => Uint8Array;

/** The ports of one process. Services and mixins take everything that is not pure from here. */
export interface Runtime {
	readonly settings: Settings;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly random: RandomBytes;
	readonly store: Store;
	readonly log: EventLog;
	readonly bus: Bus;
	readonly actors: Actors;
	readonly pressure: Pressure;
	/** Batches that this process has made durable. */
	readonly commits: CommitMeter;
	/** Called at every fault point of every saga; only tests have one, to let the process die there. */
	readonly onSagaPoint?: FaultHook;
	/** Calls `listener` for every parked or dead event and every outage the bus meets. */
	onTrouble(listener: OnTrouble): void;
}

const runtimes = new WeakMap<object, Runtime>();

/** Gives a broker its ports; done once, before its services are created. */
export function attachRuntime(broker: object, runtime: Runtime): void {
	runtimes.set(broker, runtime);
}

/** The ports of a service's broker; throws when the broker was made without them. */
export function runtimeOf(broker: object): Runtime {
	const runtime = runtimes.get(broker);
	if (runtime === undefined) throw new Error("This broker has no runtime: create it with createBroker().");
	return runtime;
}
