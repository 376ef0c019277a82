import type { Envelope } from "../../services/shared/events.ts";

/** An event with its place: positions grow within a stream (the embedded log is one, a partition of a topic is another). */
export interface Delivery {
	readonly stream: string;
	readonly position: number;
	/** Place of the event before it in the stream, where it is known: nothing of the stream lies in between. */
	readonly follows?: number;
	readonly event: Envelope;
}

/** An event with its text as the store keeps it: what goes over the wire is written once. */
export interface WrittenEvent {
	readonly event: Envelope;
	readonly text: string;
}

/** Reads the text of an event that the store has kept; throws for text that is no JSON. */
export function written(text: string): WrittenEvent {
	return { event: JSON.parse(text) as Envelope, text };
}

/** Takes many events in one call. */
export interface BatchTaker {
	/** Events per call, at most. */
	readonly max: number;
	/**
	 * Resolves when the effects of all are durable. A rejection is no verdict on any of them: each is handed over again, alone,
	 * and one that is rejected alone is parked with its subject. One subject's events stand in their order.
	 */
	deliver(deliveries: readonly Delivery[]): Promise<void>;
}

/** What a group wants to hear, and how it is told. */
export interface Subscription {
	readonly group: string;
	/** Event types, or `*` for every domain event. */
	readonly types: readonly string[] | "*";
	/** Where a group that was never seen before starts; stored at its first start, before anything new is published. */
	readonly from: "beginning" | "now";
	/** Resolves when the effect is durable; a rejection parks the event with its subject. */
	deliver(event: Envelope): Promise<void>;
	/** For projections: events come in batches, one after another within a stream, and never through `deliver`. */
	readonly batch?: BatchTaker;
}

/** An event that could not be delivered, waiting with the later events of its subject. */
export interface ParkedEvent {
	/** `<group>:<event id>`. */
	readonly id: string;
	readonly group: string;
	readonly subject: string;
	readonly event: Envelope;
	/** Place in the log, which orders a subject's parked events. */
	readonly position: number;
	readonly attempts: number;
	/** Error name and message of the last attempt; null for an event that waits behind its subject's head. */
	readonly error: string | null;
	/** ISO 8601; null for a dead event. */
	readonly nextAttemptAt: string | null;
	/** No further automatic attempt: an operator replays or skips it. */
	readonly isDead: boolean;
}

/** How far a group is. */
export interface GroupStatus {
	readonly group: string;
	/** Everything up to here is delivered or parked. */
	readonly position: number;
	readonly lag: number;
	readonly parked: number;
	readonly dead: number;
}

/**
 * Delivers committed events: at least once, in order per subject, parallel across subjects (design: architecture.md).
 * `subscribe` comes before `start`.
 */
export interface Bus {
	subscribe(subscription: Subscription): void;
	start(): Promise<void>;
	/** Stops taking new events and waits for the deliveries under way. */
	stop(): Promise<void>;
	status(): Promise<readonly GroupStatus[]>;
	/**
	 * When the oldest event happened that waits in this process for a group (ISO 8601), null if none does; absent where the log is
	 * at hand and says it.
	 */
	oldest?(group: string): string | null;
	/** Parked events of a group, oldest first. */
	parked(group: string, limit: number): Promise<readonly ParkedEvent[]>;
	/** Tries a parked or dead event again now; false if there is none of that id. */
	replay(parkedId: string): Promise<boolean>;
	/** Gives a dead event up and lets its subject go on; false if there is none of that id. */
	skip(parkedId: string): Promise<boolean>;
	/** Resolves when every group has delivered or parked all that was committed before the call. */
	drained(): Promise<void>;
}

/** Attempts before a parked event is dead. */
export const DELIVERY_ATTEMPTS_MAX = 10;
/** Delay before the second attempt; it doubles up to the cap. */
export const RETRY_DELAY_MS = 1_000;
export const RETRY_DELAY_MAX_MS = 60_000;
/** A handler that takes longer counts as failed. */
export const DELIVERY_TIMEOUT_MS = 30_000;
