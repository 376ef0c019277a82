import { sourceOf, type Envelope } from "../../../services/shared/events.ts";

/** Kinds of the bench's events: each has a topic or a stream of its own, as the platform's have. */
export const KINDS: readonly string[] = ["first", "second", "third", "fourth"];
/** Partitions of each topic: what the platform makes unless told otherwise. */
export const PARTITIONS = 6;
/** Which kinds state which events. */
export const BENCH_TOPICS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
	KINDS.map((kind) => [kind, [kind]]),
);
/** Events of one aggregate, as an order's creation states them. */
const EVENTS_EACH = 2;
const DATA = { note: "e".repeat(240) };

/** `count` events of new aggregates of all kinds, two of each aggregate one after the other. */
export function benchEvents(name: string, count: number): Envelope[] {
	return Array.from({ length: count }, (_, index) => {
		const aggregate = Math.floor(index / EVENTS_EACH);
		const kind = KINDS[aggregate % KINDS.length] ?? "first";
		return benchEvent(kind, `${name}-${aggregate}`, (index % EVENTS_EACH) + 1);
	});
}

/** One event with about 600 bytes of text. */
export function benchEvent(kind: string, subject: string, sequence: number): Envelope {
	return {
		specversion: "1.0",
		id: `${kind}:${subject}:${sequence}`,
		source: sourceOf(kind),
		type: `${kind}.happened`,
		subject,
		time: "2026-01-01T00:00:00.000Z",
		correlationid: "correlation",
		causationid: "command",
		commandid: "command",
		sequence,
		schemaversion: 1,
		actor: "SYSTEM",
		outcome: "SUCCESS",
		processingtimems: null,
		data: DATA,
	};
}

/** Cuts into parts of `size`. */
export function batchesOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
	return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
		items.slice(index * size, (index + 1) * size),
	);
}
