import { kindOf, type Envelope } from "../../shared/events.ts";
import type { EventRow } from "../../logging/contract.ts";
import type { StoryEvent } from "../contract.ts";

/** An event as a story needs it. `commandId` is null where only the log's row of it is known. */
export interface Fact extends StoryEvent {
	readonly kind: string;
	readonly aggregateId: string;
	readonly sequence: number;
	readonly commandId: string | null;
}

/** The order a story is about, and its payment. */
export interface Subject {
	readonly orderId: string;
	readonly paymentId: string | null;
}

const SECRET = /(password|secret|token|authorization|apiKey|providerIdempotencyKey)$/i;

/** A stored event. */
export function factOf(event: Envelope): Fact {
	const { id, type, time, correlationid, causationid, commandid, actor, subject, sequence } = event;
	return {
		eventId: id,
		type,
		at: time,
		correlationId: correlationid,
		causationId: causationid,
		actor,
		data: dataOf(event.data),
		kind: kindOf(event),
		aggregateId: subject,
		sequence,
		commandId: commandid,
	};
}

/** A row of the event log. */
export function factOfRow(row: EventRow): Fact {
	const { eventId, eventType, timestamp, correlationId, causationId, actor, payload, aggregateId, sequence } = row;
	return {
		...{ eventId, type: eventType, at: timestamp, correlationId, causationId, actor, data: payload },
		...{ kind: eventId.slice(0, eventId.indexOf(":")), aggregateId, sequence, commandId: null },
	};
}

/** A correlation id may be shared with other orders, also on purpose: only what names this one belongs to its story. */
export function isAbout({ data }: Fact, { orderId, paymentId }: Subject): boolean {
	const input = dataOf(data["input"]);
	const named = [data["orderId"], data["reference"], input["orderId"]];
	if (named.includes(orderId)) return true;
	return paymentId !== null && [data["paymentId"], data["reference"], input["paymentId"]].includes(paymentId);
}

/** Each event once; what comes first wins. */
export function distinct(facts: readonly Fact[]): Fact[] {
	const known = new Map<string, Fact>();
	for (const fact of facts) if (!known.has(fact.eventId)) known.set(fact.eventId, fact);
	return [...known.values()];
}

/** The event without what nobody may read. */
export function shownOf({ eventId, type, at, correlationId, causationId, actor, data }: Fact): StoryEvent {
	const shown = Object.fromEntries(Object.entries(data).filter(([name]) => !SECRET.test(name)));
	return { eventId, type, at, correlationId, causationId, actor, data: shown };
}

/** A text of the payload, or null. */
export function textIn({ data }: Fact, name: string): string | null {
	const value = data[name];
	return typeof value === "string" ? value : null;
}

/** A number of the payload, or null. */
export function numberIn({ data }: Fact, name: string): number | null {
	const value = data[name];
	return typeof value === "number" ? value : null;
}

function dataOf(value: unknown): Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
