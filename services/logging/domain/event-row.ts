import type { EventRow } from "../contract.ts";
import { kindOf, type Envelope, type Outcome } from "../../shared/events.ts";

/** Kind of the rows' documents; a document's id is its event's id. */
export const EVENT_ROW = "event-row";

/** What is stored of an event: only what rows are looked for by. The event itself is kept for ever in the event log. */
export type StoredRow = Pick<
	EventRow,
	"correlationId" | "timestamp" | "eventType" | "userId" | "status" | "processingTimeMs"
>;

/** Event names start with their service, but for those of accounts. */
const SERVICE_OF: Readonly<Record<string, string>> = { user: "auth" };
const USER_ID = /^USR_/;
const SAGA_COMMAND = /^SAG_/;
const SAGA_EVENT = /^saga:/;
const ERROR_FIELDS = ["errorMessage", "errorCode", "reason"] as const;
/** What undoes something: COMPENSATED when a saga asked for it. */
const UNDOING: ReadonlySet<string> = new Set([
	"order.cancelled",
	"payment.cancelled",
	"inventory.released",
	"points.revoked",
	"saga.compensated",
]);

/** The row of an event; an event that cannot be read becomes a FAILED row, so that it is seen. */
export function rowOf(event: Envelope): StoredRow {
	return {
		correlationId: event.correlationid,
		timestamp: event.time,
		eventType: event.type,
		userId: userOf(event),
		status: outcomeOf(event),
		processingTimeMs: event.processingtimems,
	};
}

/** The whole row, as its readers see it. */
export function viewOf(event: Envelope): EventRow {
	const row = rowOf(event);
	return {
		id: event.id,
		eventId: event.id,
		...row,
		causationId: event.causationid,
		serviceName: serviceOf(event.type),
		aggregateId: event.subject,
		sequence: event.sequence,
		payload: payloadOf(event) ?? {},
		actor: event.actor,
		errorMessage: row.status === "FAILED" ? errorOf(event) : null,
	};
}

/** The service that an event's name belongs to. */
export function serviceOf(eventType: string): string {
	const [first = eventType] = eventType.split(".", 1);
	return SERVICE_OF[first] ?? first;
}

/** Where an event stands: its id is `<kind>:<aggregate id>:<sequence>`. */
export function placeOf(eventId: string): { kind: string; aggregateId: string; sequence: number } {
	const first = eventId.indexOf(":");
	const last = eventId.lastIndexOf(":");
	return {
		kind: eventId.slice(0, first),
		aggregateId: eventId.slice(first + 1, last),
		sequence: Number(eventId.slice(last + 1)),
	};
}

/** How an event ended, as the log shows it. */
export function outcomeOf(event: Envelope): Outcome {
	if (payloadOf(event) === null) return "FAILED";
	if (event.outcome !== "SUCCESS" || !UNDOING.has(event.type)) return event.outcome;
	const isAsked = kindOf(event) === "saga" || SAGA_COMMAND.test(event.commandid) || SAGA_EVENT.test(event.causationid);
	return isAsked ? "COMPENSATED" : "SUCCESS";
}

function userOf(event: Envelope): string | null {
	const userId = payloadOf(event)?.["userId"];
	if (typeof userId === "string") return userId;
	return USER_ID.test(event.actor) ? event.actor : null;
}

function errorOf(event: Envelope): string | null {
	const payload = payloadOf(event);
	if (payload === null) return "The event's data is not an object.";
	const texts = ERROR_FIELDS.map((field) => payload[field]);
	return texts.find((text) => typeof text === "string") ?? null;
}

function payloadOf({ data }: { readonly data: unknown }): Readonly<Record<string, unknown>> | null {
	return typeof data === "object" && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>) : null;
}
