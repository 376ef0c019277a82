import type { Envelope } from "../../../services/shared/events.ts";
import type { ParkedState } from "./parking.ts";
import type { Slot } from "./progress.ts";

/** An event that was read and is not settled yet. */
export interface Pending {
	readonly event: Envelope;
	readonly position: number;
	readonly slot: Slot;
}

/** What is known of a subject whose events are parked; the events themselves stay in the store. */
export interface ParkedLane {
	/** Position of the newest parked event; whatever comes up to here again is dealt with already. */
	last: number;
	count: number;
	isDead: boolean;
	/** When the head is tried again, in clock milliseconds; infinity for a dead one. */
	dueAt: number;
}

/** One subject of one group: its events go one after another. */
export interface Lane {
	readonly key: string;
	readonly queue: Pending[];
	/** Work on the lane's parked events, done between deliveries. */
	readonly tasks: (() => Promise<void>)[];
	parked: ParkedLane | null;
	/** Queued for work or at work. */
	isActive: boolean;
}

/** A lane with nothing in it. */
export function emptyLane(key: string): Lane {
	return { key, queue: [], tasks: [], parked: null, isActive: false };
}

/** Puts a stored parked event, the next in order, into its lane. */
export function restoreParked(lane: Lane, state: ParkedState, now: number): ParkedLane {
	if (lane.parked !== null) {
		lane.parked.last = state.position;
		lane.parked.count++;
		return lane.parked;
	}
	lane.parked = { last: state.position, count: 1, isDead: state.isDead, dueAt: dueAt(state, now) };
	return lane.parked;
}

/** When a head is tried again; one without a time, whose predecessor was just delivered, at once. */
export function dueAt(verdict: Pick<ParkedState, "isDead" | "nextAttemptAt">, now: number): number {
	if (verdict.isDead) return Number.POSITIVE_INFINITY;
	return verdict.nextAttemptAt === null ? now : Date.parse(verdict.nextAttemptAt);
}
