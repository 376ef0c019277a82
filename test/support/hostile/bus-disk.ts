import type { Attempts } from "../../../mixins/bus/embedded/attempts.ts";
import { WAITING } from "../../../mixins/bus/embedded/parking.ts";
import type { Clock } from "../../../mixins/clock/port.ts";
import type { Bus, ParkedEvent, Subscription } from "../../../mixins/bus/port.ts";
import type { EventLog, LogEntry } from "../../../mixins/store/port.ts";
import type { SeededRandom } from "./random.ts";

/** Shares (0 to 1) of deliveries that meet each trouble. */
export interface BusFaults {
	/** The confirmation is lost: the subject goes back by up to three events and they come again, in order. */
	readonly lostAck: number;
	/** Deliveries that wait many turns while other subjects overtake. */
	readonly slow: number;
}

/** A bus in memory that repeats, rewinds and lets subjects overtake each other at random. */
export interface HostileBus extends Bus {
	/** The process dies: no handler is called and nothing is written any more. */
	crash(): void;
	/** While true nothing can be parked and nothing settled. */
	refuseWrites(isRefused: boolean): void;
}

/** What survives a crash: per group where it started, what is settled of each subject, and what is parked. */
export class BusDisk {
	readonly groups = new Map<string, GroupDisk>();
}

/** What is stored of one group. */
export interface GroupDisk {
	readonly start: number;
	readonly settled: Map<string, number>;
	readonly parked: Map<string, ParkedEvent[]>;
}

/** One subject's events and how far it is. */
export interface Lane {
	readonly key: string;
	readonly entries: LogEntry[];
	next: number;
	isWorking: boolean;
	/** Set while the head's next attempt is due: forced ones revive a dead head. */
	retry: { readonly isForced: boolean; readonly attempted: () => void } | null;
}

/** A group at work. */
export interface Running {
	readonly subscription: Subscription;
	readonly disk: GroupDisk;
	/** One event, or a batch of one subject. */
	readonly attempts: Attempts<readonly LogEntry[]>;
	readonly lanes: Map<string, Lane>;
}

/** How a subscription is told of events: all at once if it takes batches, else there is only one. */
export function handOver({ batch, deliver }: Subscription, entries: readonly LogEntry[]): Promise<void> {
	if (batch !== undefined)
		return batch.deliver(entries.map(({ event, position }) => ({ stream: "memory", position, event })));
	const [entry] = entries;
	return entry === undefined ? Promise.resolve() : deliver(entry.event);
}

/** A lane's next events: one, or as many as its group takes at once. */
export function stretchOf(group: Running, { entries, next }: Lane, random: SeededRandom): readonly LogEntry[] {
	const { batch } = group.subscription;
	return entries.slice(next, next + 1 + (batch === undefined ? 0 : random.below(batch.max)));
}

/** The lane of a key, made when it is first needed. */
export function laneIn(group: Running, key: string): Lane {
	const lane = group.lanes.get(key) ?? { key, entries: [], next: 0, isWorking: false, retry: null };
	group.lanes.set(key, lane);
	return lane;
}

/** Whether something up to `target` is not settled. */
export function isBehind(lanes: ReadonlyMap<string, Lane>, target: number): boolean {
	return [...lanes.values()].some(({ entries, next }) => (entries[next]?.position ?? Infinity) <= target);
}

/** An event as it waits behind its subject's head. */
export function parkedOf(group: Running, { event, position }: LogEntry): ParkedEvent {
	const { group: name } = group.subscription;
	return { id: `${name}:${event.id}`, group: name, subject: event.subject, event, position, ...WAITING };
}

/** Parked events of all subjects. */
export function allParked(disk: GroupDisk | undefined): ParkedEvent[] {
	return [...(disk?.parked.values() ?? [])].flat();
}

/** What a hostile bus stands on; without `disk` it remembers nothing. */
export interface HostileBusOptions {
	readonly log: EventLog;
	readonly clock: Clock;
	readonly seed: number;
	readonly faults?: Partial<BusFaults>;
	readonly disk?: BusDisk;
}
