import type { Store } from "../../../mixins/store/port.ts";
import type { Envelope } from "../../shared/events.ts";
import type { StreamEvent, StreamState } from "../contract.ts";
import { mayReadStream, type Reader } from "../domain/access.ts";
import { outcomeOf } from "../domain/event-row.ts";
import { withoutPersonalData } from "../domain/masking.ts";
import { LoggingRejected } from "../domain/rejected.ts";

/** What time travel needs: the events of the store, and who can fold them. */
export interface Archive {
	readonly store: Pick<Store, "events" | "load">;
	readonly folds: {
		kinds(): readonly string[];
		stateAfter(kind: string, id: string, sequence: number): Promise<object>;
	};
}

/** Names one aggregate. */
export interface StreamName {
	readonly kind: string;
	readonly id: string;
}

/** A page of an aggregate's events, for whoever may see it; to others it does not exist. */
export async function streamEvents(
	{ store, folds }: Archive,
	reader: Reader,
	{ kind, id }: StreamName,
	{ after, limit }: { readonly after: number; readonly limit: number },
): Promise<{ items: readonly StreamEvent[]; nextAfter: number | null }> {
	await openStream({ store, folds }, reader, { kind, id });
	const events = await store.events(kind, id, { from: after + 1, upTo: after + limit + 1 });
	const items = events.slice(0, limit).map(streamEventOf);
	return { items, nextAfter: events.length > limit ? (items.at(-1)?.sequence ?? null) : null };
}

/** The state after an event or at an instant; the last one where none is asked for. */
export async function streamState(
	archive: Archive,
	reader: Reader,
	{ kind, id }: StreamName,
	{ sequence, at }: { readonly sequence?: number | undefined; readonly at?: string | undefined },
): Promise<StreamState> {
	const { store, folds } = archive;
	await openStream(archive, reader, { kind, id });
	const lastSequence = (await store.load(kind, id))?.sequence ?? 0;
	const wanted =
		at === undefined
			? Math.min(sequence ?? lastSequence, lastSequence)
			: await sequenceAt(store, { kind, id }, lastSequence, Date.parse(at));
	const [event] = await store.events(kind, id, { from: wanted, upTo: wanted });
	if (event === undefined) throw new LoggingRejected("STREAM_NOT_FOUND");
	return {
		kind,
		id,
		requestedSequence: sequence ?? null,
		sequence: wanted,
		lastSequence,
		eventType: event.type,
		occurredAt: event.time,
		state: withoutPersonalData({ ...(await folds.stateAfter(kind, id, wanted)) }),
	};
}

/** Refuses what is not there, and what is somebody else's, alike. */
async function openStream({ store, folds }: Archive, reader: Reader, { kind, id }: StreamName): Promise<void> {
	const [first] = folds.kinds().includes(kind) ? await store.events(kind, id, { from: 1, upTo: 1 }) : [];
	if (!mayReadStream(reader, kind, first === undefined ? null : ownerIn(first)) || first === undefined)
		throw new LoggingRejected("STREAM_NOT_FOUND");
}

function ownerIn({ data }: Envelope): string | null {
	return "userId" in data && typeof data.userId === "string" ? data.userId : null;
}

/** The last event that is not younger than `at`; times of one aggregate never go back. 0 if there is none. */
async function sequenceAt(
	store: Archive["store"],
	{ kind, id }: StreamName,
	last: number,
	at: number,
): Promise<number> {
	let [low, high] = [0, last];
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		const [event] = await store.events(kind, id, { from: middle, upTo: middle });
		if (event !== undefined && Date.parse(event.time) <= at) low = middle;
		else high = middle - 1;
	}
	return low;
}

function streamEventOf(event: Envelope): StreamEvent {
	return {
		eventId: event.id,
		sequence: event.sequence,
		eventType: event.type,
		occurredAt: event.time,
		actor: event.actor,
		status: outcomeOf(event),
		correlationId: event.correlationid,
		causationId: event.causationid,
		data: withoutPersonalData(event.data as Readonly<Record<string, unknown>>),
	};
}
