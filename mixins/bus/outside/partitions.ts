import { crc32 } from "node:zlib";
import { kindOf, type Envelope } from "../../../services/shared/events.ts";

/** The partition of a lane (`<source>/<subject>`); the number of partitions is never changed once there are events. */
export function partitionOf(lane: string, partitions: number): number {
	return crc32(lane) % partitions;
}

/** A batch in the order of its events, cut into waves in which no subject occurs twice. */
export function wavesOf(events: readonly Envelope[]): readonly (readonly Envelope[])[] {
	const waves: Envelope[][] = [];
	const depth = new Map<string, number>();
	for (const event of events) {
		const key = `${kindOf(event)}/${event.subject}`;
		const wave = depth.get(key) ?? 0;
		depth.set(key, wave + 1);
		(waves[wave] ??= []).push(event);
	}
	return waves;
}
