import type { LogEntry } from "../../store/port.ts";
import type { WrittenEvent } from "../port.ts";

/** A part of a topic; everything of one subject is in the same one. */
export interface PartitionId {
	/** Kind of the aggregates whose events it holds. */
	readonly kind: string;
	readonly partition: number;
}

/** A partition that is this process's to deliver to a group, for as long as the driver does not close it. */
export interface Seat {
	/** Everything up to here is delivered or parked. */
	readonly position: number;
	/** Hands over entries that are newer than all before. */
	push(entries: readonly LogEntry[]): void;
	/** Resolves when everything up to `position` is delivered or parked; rejects with `Stopping` when the seat is closed first. */
	passed(position: number): Promise<void>;
	/** Calls `listener` whenever the position has moved. */
	onMoved(listener: () => void): void;
	/** Takes nothing new and resolves when what is under way has ended. */
	close(): Promise<void>;
}

/** A group as a driver sees it. */
export interface Membership {
	readonly group: string;
	readonly kinds: readonly string[];
	readonly from: "beginning" | "now";
	/** Opens a seat whose first entry comes after `position`. */
	open(partition: PartitionId, position: number): Promise<Seat>;
}

/** How far a group is in one partition, all processes together. */
export interface PartitionLag extends PartitionId {
	readonly position: number;
	readonly head: number;
}

/** Names and sizes of the topics; the same for everybody who shares a log. */
export interface TopicPlan {
	/** First word of every name, so that several systems can share a server. */
	readonly prefix: string;
	/** Every kind that has a topic. */
	readonly kinds: readonly string[];
	readonly partitions: number;
	readonly replicas: number;
	/** Also mirrors facts to topics of the names they have elsewhere. */
	readonly hasAliases: boolean;
}

/** A durable log outside of the store. Every operation may take long while its server is away; none of them loses anything. */
export interface Driver {
	/** Resolves when all are durable. After a rejection any of them may be there; the same again, in the same order, is the cure. */
	publish(events: readonly WrittenEvent[]): Promise<void>;
	/** Stores the group's start if it is new, and takes part in it from then on. */
	join(membership: Membership): Promise<void>;
	lag(group: string, kinds: readonly string[]): Promise<readonly PartitionLag[]>;
	/** Leaves every group and disconnects. */
	close(): Promise<void>;
}
