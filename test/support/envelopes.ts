import { type Envelope, sourceOf } from "../../services/shared/events.ts";
import type { WrittenEvent } from "../../mixins/bus/port.ts";
import type { Commit, Store } from "../../mixins/store/port.ts";

/** What a test says of an event; the rest is filled in. */
export interface EventSketch {
	readonly subject: string;
	readonly type?: string;
	readonly kind?: string;
	readonly data?: object;
}

/** A complete envelope; its time grows with the sequence. */
export function envelope(sketch: EventSketch, sequence: number): Envelope {
	const { subject, kind = "thing", type = "thing.happened", data = {} } = sketch;
	return {
		specversion: "1.0",
		id: `${kind}:${subject}:${sequence}`,
		source: sourceOf(kind),
		type,
		subject,
		time: new Date(Date.UTC(2026, 0, 1) + sequence).toISOString(),
		correlationid: `correlation-${subject}`,
		causationid: `command-${subject}-${sequence}`,
		commandid: `command-${subject}-${sequence}`,
		sequence,
		schemaversion: 1,
		actor: "SYSTEM",
		outcome: "SUCCESS",
		processingtimems: null,
		data,
	};
}

/** Events with their texts, as the store's relay hands them over. */
export function writtenAll(events: readonly Envelope[]): readonly WrittenEvent[] {
	return events.map((event) => ({ event, text: JSON.stringify(event) }));
}

/** Commits events as their aggregates would, one commit per event, in the given order; resolves when all are stored. */
export function createPublisher(store: Store): (sketches: readonly EventSketch[]) => Promise<void> {
	const versions = new Map<string, number>();
	const commitOf = (sketch: EventSketch): Commit => {
		const { kind = "thing", subject } = sketch;
		const version = versions.get(`${kind}/${subject}`) ?? 0;
		versions.set(`${kind}/${subject}`, version + 1);
		const event = envelope(sketch, version + 1);
		const commands = [{ commandId: event.commandid, sequence: event.sequence }];
		return { kind, id: subject, expectedVersion: version, state: { sequence: version + 1 }, events: [event], commands };
	};
	return async (sketches) => {
		const results = await store.commit(sketches.map(commitOf));
		const failed = results.find(({ status }) => status !== "ok");
		if (failed !== undefined) throw new Error(`an event was not published: ${failed.status}`);
	};
}
