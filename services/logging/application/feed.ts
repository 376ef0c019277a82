import type { EventLog, LogEntry } from "../../../mixins/store/port.ts";
import { kindOf, type Outcome } from "../../shared/events.ts";
import type { LiveEvent } from "../contract.ts";
import { rowOf, serviceOf } from "../domain/event-row.ts";

/** What a reader of the stream wants to see. */
export interface Filter {
	readonly service?: string | undefined;
	readonly type?: string | undefined;
	readonly status?: Outcome | undefined;
}

/** A stretch of the log as the stream shows it. */
export interface Stretch {
	readonly items: readonly LiveEvent[];
	readonly last: number;
	readonly isAtEnd: boolean;
}

/** A stretch before anything is left out; `last` is the place to go on from. */
export interface LiveStretch {
	readonly events: readonly LiveEvent[];
	readonly last: number;
	readonly isAtEnd: boolean;
}

/** Events in the order in which they became visible, each at its place. */
export interface LiveLog {
	/** At most `limit` events after a position; none given, or one beyond the end, is the end. */
	after(position: number | undefined, limit: number): Promise<LiveStretch>;
	/** The position with `count` events between it and the end, or all there are. */
	before(count: number): Promise<number>;
}

/** The events after a position that pass the filter; at most `limit` are looked at. */
export async function stretchAfter(
	log: LiveLog,
	after: number | undefined,
	limit: number,
	filter: Filter,
): Promise<Stretch> {
	const { events, last, isAtEnd } = await log.after(after, limit);
	return { items: events.filter((event) => passes(event, filter)), last, isAtEnd };
}

/** The log of a process that has all events at hand. */
export function ownLiveLog(log: EventLog): LiveLog {
	return {
		async after(position, limit) {
			const head = log.head();
			if (position === undefined || position >= head) return { events: [], last: head, isAtEnd: true };
			const entries = await log.read(position, limit);
			const last = entries.at(-1)?.position ?? position;
			return { events: entries.map(liveOf), last, isAtEnd: entries.length < limit };
		},
		before: (count) => Promise.resolve(Math.max(0, log.head() - count)),
	};
}

function liveOf({ position, event }: LogEntry): LiveEvent {
	const { correlationId, timestamp, eventType, status, processingTimeMs } = rowOf(event);
	return {
		position,
		eventId: event.id,
		eventType,
		serviceName: serviceOf(eventType),
		status,
		timestamp,
		correlationId,
		kind: kindOf(event),
		aggregateId: event.subject,
		sequence: event.sequence,
		processingTimeMs,
	};
}

function passes({ serviceName, eventType, status }: LiveEvent, filter: Filter): boolean {
	return (
		(filter.service === undefined || filter.service === serviceName) &&
		(filter.type === undefined || filter.type === eventType) &&
		(filter.status === undefined || filter.status === status)
	);
}
