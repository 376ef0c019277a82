import type { Clock } from "../../clock/port.ts";
import type { EventLog, Store } from "../../store/port.ts";
import type { GroupStatus } from "../port.ts";
import type { ParkedLanes } from "./parked-lanes.ts";
import type { OnTrouble } from "./persist.ts";
import type { LogReader } from "./reader.ts";

/** What a group needs from the bus around it. */
export interface GroupDeps {
	readonly store: Store;
	readonly log: EventLog;
	readonly reader: LogReader;
	readonly clock: Clock;
	readonly onTrouble: OnTrouble;
	readonly onMoved: () => void;
	/** Deliveries that may be under way at this lag. */
	readonly windowOf: (lag: number) => number;
	/** Events that may be in a batch at this lag. */
	readonly batchOf: (lag: number) => number;
	/** Names the log to those who keep positions; `log` where there is only one. */
	readonly stream: string;
	/** Whether a parked subject (`<source>/<subject>`) belongs to this log; default all. */
	readonly isOwnLane?: (lane: string) => boolean;
}

/** A consumer group as the bus runs it, whether it takes events one by one or in batches. */
export interface Consumer {
	readonly name: string;
	/** Everything up to here is delivered or parked. */
	readonly position: number;
	/** The group's parked events: replay and skip. */
	readonly parked: ParkedLanes;
	/** Figures kept in memory; asks nobody. */
	status(): GroupStatus;
	/** Loads what is parked; nothing is delivered before the first `wake`. */
	open(): Promise<void>;
	/** There may be something new in the log. */
	wake(): void;
	/** Takes nothing new and resolves when the deliveries under way have ended. */
	stop(): Promise<void>;
}
