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

/** The events after a position that pass the filter; at most `limit` are looked at. A position beyond the end is the end. */
export async function stretchAfter(
	log: EventLog,
	after: number | undefined,
	limit: number,
	filter: Filter,
): Promise<Stretch> {
	const head = log.head();
	if (after === undefined || after >= head) return { items: [], last: head, isAtEnd: true };
	const entries = await log.read(after, limit);
	const items = entries.map(liveOf).filter((event) => passes(event, filter));
	const last = entries.at(-1)?.position ?? after;
	return { items, last, isAtEnd: entries.length < limit };
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
