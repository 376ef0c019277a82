import { crc32 } from "node:zlib";
import type { Envelope } from "../../../services/shared/events.ts";
import { DamagedRow, type Commit, type Scalar, type State, type StoredDocument } from "../port.ts";

/** An event, or the id of a command, on its way from its document to the permanent collection. */
export interface OutboxEntry {
	/** Token of the bulk write that put it here; tokens grow with time. */
	readonly b: string;
	readonly s: number;
	/** The envelope as text, its type and its checksum; absent for a command that no event of its sequence stands for. */
	readonly e?: string;
	readonly t?: string;
	readonly k?: number;
	/** Id of a command that ended at this sequence. */
	readonly c?: string;
}

/** A document as MongoDB keeps it. */
export interface DocumentRow {
	readonly _id: string;
	readonly version: number;
	readonly sequence: number;
	/** The state as JSON text, so that what is read is byte for byte what was written. */
	readonly state: string;
	/** Top-level scalars of the state, for queries; nulls are left out. */
	readonly x: Readonly<Record<string, Scalar>>;
	readonly lastTime: string;
	readonly commandCount: number;
	readonly checksum: number;
	readonly recent: readonly { readonly c: string; readonly s: number }[];
	readonly outbox: readonly OutboxEntry[];
	/** `<name>=<value>` of unique values it holds. */
	readonly claims?: readonly string[];
}

/** A row of the permanent collection. */
export interface EventRow {
	readonly _id: string;
	readonly kind: string;
	readonly aggregate: string;
	readonly sequence: number;
	readonly type?: string;
	readonly envelope?: string;
	readonly checksum?: number;
	/** Key of the command that ended here. */
	readonly command?: string;
}

/** An event on its way to the bus. */
export interface FedEvent {
	readonly subject: string;
	readonly sequence: number;
	/** The envelope as it was committed. */
	readonly text: string;
}

/** Events that the bus has not acknowledged yet, as one process moved them on together; batches sort by time. */
export interface FeedBatch {
	readonly _id: string;
	readonly subjects: readonly string[];
	readonly count: number;
	/** A line for each: the place of its subject, its sequence, its envelope; so nothing has to be escaped. */
	readonly events: string;
}

const SEQUENCE_DIGITS = 12;
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9]{0,40}$/;
/** Longer text is no value to look for. */
const INDEXED_LENGTH_MAX = 256;

/** What stands before the sequence in the keys of one aggregate's events. */
export function subjectKey(kind: string, id: string): string {
	return `${kind}|${id}|`;
}

/** Key of an event: keys of one aggregate sort by sequence. */
export function eventKey(kind: string, id: string, sequence: number): string {
	return subjectKey(kind, id) + String(sequence).padStart(SEQUENCE_DIGITS, "0");
}

/** Key of a command, unique for ever. */
export function commandKey(kind: string, id: string, commandId: string): string {
	return `${kind}|${id}|${commandId}`;
}

/** Checksum of a document: everything that decides its meaning. Its sequence is checked against its events. */
export function documentChecksum(id: string, version: number, state: string): number {
	return crc32(state, crc32(`${id}|${version}|`));
}

/** Top-level scalars of a state, for queries. */
export function indexedOf(state: State, declared: ReadonlySet<string>): Record<string, Scalar> {
	const indexed: Record<string, Scalar> = {};
	for (const [field, value] of Object.entries(state)) {
		if (!FIELD_NAME.test(field) || !isIndexable(value)) continue;
		if (typeof value === "string" && value.length > INDEXED_LENGTH_MAX && !declared.has(field)) continue;
		indexed[field] = value;
	}
	return indexed;
}

function isIndexable(value: unknown): value is Exclude<Scalar, null> {
	return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** What a commit puts into its document's outbox, without the token of its bulk. */
export function outboxOf({ events, commands }: Commit): Omit<OutboxEntry, "b">[] {
	const ended = new Map(commands.map(({ commandId, sequence }) => [sequence, commandId]));
	const told = new Set<string>();
	const entries = events.map((event): Omit<OutboxEntry, "b"> => {
		const text = JSON.stringify(event);
		const entry = { s: event.sequence, e: text, t: event.type, k: crc32(text) };
		const commandId = ended.get(event.sequence);
		if (commandId === undefined) return entry;
		told.add(commandId);
		return { ...entry, c: commandId };
	});
	const untold = commands.filter(({ commandId }) => !told.has(commandId));
	return [...entries, ...untold.map(({ commandId, sequence }) => ({ s: sequence, c: commandId }))];
}

/** The permanent row of an outbox entry. */
export function eventRowOf(kind: string, id: string, { s, e, t, k, c }: OutboxEntry): EventRow {
	const key = e === undefined ? `${eventKey(kind, id, s)}:${c ?? ""}` : eventKey(kind, id, s);
	const event = e === undefined ? {} : { envelope: e, type: t ?? "", checksum: k ?? 0 };
	const command = c === undefined ? {} : { command: commandKey(kind, id, c) };
	return { _id: key, kind, aggregate: id, sequence: s, ...event, ...command };
}

/** A batch of the feed. */
export function feedBatchOf(id: string, events: readonly FedEvent[]): FeedBatch {
	const places = new Map<string, number>();
	const lines = events.map(({ subject, sequence, text }) => {
		const place = places.get(subject) ?? places.size;
		places.set(subject, place);
		return `${place} ${sequence} ${text}`;
	});
	return { _id: id, subjects: [...places.keys()], count: events.length, events: lines.join("\n") };
}

/** The events of a batch, in the order in which they were put there. */
export function fedEventsOf({ subjects, events }: Pick<FeedBatch, "subjects" | "events">): FedEvent[] {
	return events.split("\n").map((line) => {
		const place = line.indexOf(" ");
		const sequence = line.indexOf(" ", place + 1);
		return {
			subject: subjects[Number(line.slice(0, place))] ?? "",
			sequence: Number(line.slice(place + 1, sequence)),
			text: line.slice(sequence + 1),
		};
	});
}

/** The envelope in a row or an outbox entry; throws `DamagedRow`. */
export function parseEnvelope(key: string, text: string, checksum: number | undefined): Envelope {
	if (crc32(text) !== checksum) throw new DamagedRow(`event ${key}`);
	return JSON.parse(text) as Envelope;
}

/** The document of a row; throws `DamagedRow`. */
export function parseDocument<S extends State>(row: DocumentRow): StoredDocument<S> {
	const { _id: id, version, sequence, state, lastTime, commandCount } = row;
	if (documentChecksum(id, version, state) !== row.checksum) throw new DamagedRow(`document ${id}`, id);
	const recent = row.recent.map(({ c, s }) => ({ commandId: c, sequence: s }));
	return { id, version, sequence, state: JSON.parse(state) as S, recent, commandCount, lastTime };
}

/** A scalar as queries look for it; anything else is null, as nothing else is indexed. */
export function scalarOf(value: unknown): Scalar {
	return isIndexable(value) ? value : null;
}
