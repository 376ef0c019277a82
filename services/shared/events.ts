/** What happened, in the words of the domain. `type` is also the topic. */
export interface DomainEvent<Type extends string = string, Data extends object = object> {
	readonly type: Type;
	readonly data: Data;
}

/** Turns an interface of `topic: payload` into the union of its events. */
export type EventsFrom<Table> = {
	[Type in keyof Table & string]: DomainEvent<Type, Table[Type] & object>;
}[keyof Table & string];

/** Result of the step an event tells of, as the event log shows it. */
export type Outcome = "SUCCESS" | "FAILED" | "PROCESSING" | "COMPENSATED";

/**
 * A stored fact: CloudEvents 1.0 attributes and PayFlow's extensions (docs/events.md).
 * `id` is `<kind>:<aggregate id>:<sequence>`, `subject` the aggregate id, `source` `/payflow/<kind>`.
 */
export interface Envelope<Type extends string = string, Data extends object = object> extends DomainEvent<Type, Data> {
	readonly specversion: "1.0";
	readonly id: string;
	readonly source: string;
	readonly subject: string;
	/** ISO 8601; max(now, time of the cause, last time of the aggregate), so that a trace sorted by time is causal. */
	readonly time: string;
	readonly correlationid: string;
	/** Id of the event or command that caused this one. */
	readonly causationid: string;
	readonly commandid: string;
	/** 1, 2, 3 … within the aggregate. */
	readonly sequence: number;
	readonly schemaversion: number;
	/** Who asked for it: a user id, SYSTEM, or the provider's name. Never personal data. */
	readonly actor: string;
	readonly outcome: Outcome;
	/** From the start of the causing request to the decision; null where no request is behind it. */
	readonly processingtimems: number | null;
}

/** The aggregate kind an envelope belongs to, from its `source`. */
export function kindOf(envelope: Pick<Envelope, "source">): string {
	return envelope.source.slice(SOURCE_PREFIX.length);
}

/** The `source` attribute of a kind's events. */
export function sourceOf(kind: string): string {
	return SOURCE_PREFIX + kind;
}

const SOURCE_PREFIX = "/payflow/";
