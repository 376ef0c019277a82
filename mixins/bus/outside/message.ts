import type { Envelope } from "../../../services/shared/events.ts";

/** A CloudEvent in structured mode: the whole envelope as JSON. */
export const CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8";

/** The event's attributes as headers too, for tools that route and filter without reading the body. */
export function headersOf(event: Envelope, prefix: string): Record<string, string> {
	return {
		"content-type": CONTENT_TYPE,
		[`${prefix}specversion`]: event.specversion,
		[`${prefix}id`]: event.id,
		[`${prefix}type`]: event.type,
		[`${prefix}source`]: event.source,
		[`${prefix}subject`]: event.subject,
		[`${prefix}time`]: event.time,
		[`${prefix}correlationid`]: event.correlationid,
		[`${prefix}sequence`]: String(event.sequence),
	};
}

/** Reads a message back; null for something that is no event of ours. */
export function envelopeOf(text: string): Envelope | null {
	try {
		const value = JSON.parse(text) as Partial<Envelope> | null;
		const isEnvelope =
			typeof value?.id === "string" && typeof value.type === "string" && typeof value.source === "string";
		return isEnvelope && typeof value.subject === "string" ? (value as Envelope) : null;
	} catch {
		return null;
	}
}
