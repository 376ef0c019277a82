import { crc32 } from "node:zlib";
import { asError } from "../embedded/attempts.ts";
import { laneOf } from "../embedded/parking.ts";
import type { WrittenEvent } from "../port.ts";

/** The partition of a lane (`<source>/<subject>`); the number of partitions is never changed once there are events. */
export function partitionOf(lane: string, partitions: number): number {
	return crc32(lane) % partitions;
}

/** A batch by subject, each subject's events in their order. */
export function lanesOf(events: readonly WrittenEvent[]): readonly (readonly WrittenEvent[])[] {
	return [...Map.groupBy(events, ({ event }) => laneOf(event)).values()];
}

/**
 * Sends each lane's events one after another, up to `max` lanes at a time. After a failure nothing more is sent; it rejects with it
 * when what was under way has ended, so that a repeat meets nothing of its own.
 */
export async function inLanes<Event>(
	lanes: readonly (readonly Event[])[],
	max: number,
	send: (event: Event) => Promise<void>,
): Promise<void> {
	const run: { next: number; failure: Error | null } = { next: 0, failure: null };
	const work = async (): Promise<void> => {
		for (let lane = lanes[run.next++]; lane !== undefined; lane = lanes[run.next++])
			for (const event of lane) {
				if (run.failure !== null) return;
				await send(event);
			}
	};
	const fail = (error: unknown): void => {
		run.failure ??= asError(error);
	};
	await Promise.all(Array.from({ length: Math.min(max, lanes.length) }, () => work().catch(fail)));
	if (run.failure !== null) throw run.failure;
}
