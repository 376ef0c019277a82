import type { Envelope } from "../../services/shared/events.ts";

/** What an index may hold. */
export type Scalar = string | number | boolean | null;

/** A document's state as it is stored: plain JSON, an object at the top. */
export type State = object;

/**
 * An index over top-level fields of the state, always ending in the document id. A `sparse` index leaves out
 * documents whose last field is absent or null; it serves sweeps ("everything with a dueAt").
 */
export interface IndexDefinition {
	readonly fields: readonly string[];
	readonly sparse?: boolean;
}

/** A kind of document: its name (lower case, hyphens) and the indexes its queries need. */
export interface KindDefinition {
	readonly kind: string;
	readonly indexes?: readonly IndexDefinition[];
}

/** A value that at most one document of the kind may hold, e.g. `{ name: "email", value: "…" }`. */
export interface UniqueValue {
	readonly name: string;
	readonly value: string;
}

/** The id of a command that took effect, and the aggregate's sequence after it. */
export interface CommandRecord {
	readonly commandId: string;
	readonly sequence: number;
}

/** One document's next version, with the events that led to it. */
export interface Commit {
	readonly kind: string;
	readonly id: string;
	/** The version that was read; 0 for a document that does not exist yet. */
	readonly expectedVersion: number;
	readonly state: State;
	readonly events: readonly Envelope[];
	/** Commands of this commit; each id is unique within the aggregate for ever. */
	readonly commands: readonly CommandRecord[];
	readonly unique?: { readonly claim: readonly UniqueValue[]; readonly release: readonly UniqueValue[] };
}

/** `conflict`: another version was there. `duplicate`: a unique value or command id is taken. `unknown`: it may or may not be stored. */
export type CommitResult =
	| { readonly status: "ok" }
	| { readonly status: "conflict" }
	| { readonly status: "duplicate"; readonly name: string }
	| { readonly status: "unknown"; readonly error: Error };

/** The name a `duplicate` result carries when a command id was used before; no unique value may be called so. */
export const COMMAND_ID_TAKEN = "command";

/** A document as it was loaded. `recent` holds the newest command ids, oldest first; it is complete when `commandCount` equals its length. */
export interface StoredDocument<S extends State = State> {
	readonly id: string;
	readonly version: number;
	readonly sequence: number;
	readonly state: S;
	readonly recent: readonly CommandRecord[];
	readonly commandCount: number;
	/** Time of the aggregate's last event, ISO 8601; empty before the first. */
	readonly lastTime: string;
}

/** Equality on `where`, at most one range, ordered by the range's field and then by id. An index over exactly these fields must be defined. */
export interface Query {
	readonly where?: Readonly<Record<string, Scalar>>;
	/** Inclusive bounds. */
	readonly range?: { readonly field: string; readonly from?: Scalar; readonly to?: Scalar };
	readonly direction: "asc" | "desc";
	/** Exclusive start: the last row of the page before, as `[range value, id]` or `[id]`. */
	readonly after?: readonly Scalar[];
	readonly limit: number;
}

/** Thrown by every operation once the disk or the file has failed; the process must be restarted. */
export class StoreUnavailable extends Error {
	constructor(reason: string, cause?: unknown) {
		super(reason, { cause });
		this.name = "StoreUnavailable";
	}
}

/** Thrown by reads: a stored row no longer is what was written. `id` names the document, if it is one. */
export class DamagedRow extends Error {
	readonly id: string | null;

	constructor(what: string, id: string | null = null) {
		super(`${what} is damaged: it is not what was written`);
		this.name = "DamagedRow";
		this.id = id;
	}
}

/** Thrown by a query that no index serves; a programming error. */
export class MissingIndex extends Error {
	constructor(kind: string, fields: readonly string[]) {
		super(`${kind} has no index over ${fields.join(", ")}`);
		this.name = "MissingIndex";
	}
}

/** Recent command ids kept in a document; older ones are found with `findCommand`. */
export const RECENT_COMMANDS_MAX = 32;

/** State and events, durable together. Every result is durable when its promise resolves. */
export interface Store {
	/** Only this process works on it, for as long as it is open. */
	readonly isExclusive?: true;
	/** Declares a kind and makes its indexes; repeating it is harmless. */
	define(definition: KindDefinition): void;
	/** Commits each item alone: one item's failure never touches another. Results stand at the item's index. */
	commit(items: readonly Commit[]): Promise<readonly CommitResult[]>;
	load<S extends State = State>(kind: string, id: string): Promise<StoredDocument<S> | null>;
	/** Events of one aggregate in sequence order, from `from` (default 1) to `upTo` (default the last), at most `limit` (default all). */
	events(
		kind: string,
		id: string,
		options?: { readonly from?: number; readonly upTo?: number; readonly limit?: number },
	): Promise<readonly Envelope[]>;
	/** Sequence after the command, or null if the aggregate never took it. */
	findCommand(kind: string, id: string, commandId: string): Promise<number | null>;
	/** Id of the document that holds the value, or null. */
	findUnique(kind: string, name: string, value: string): Promise<string | null>;
	find<S extends State = State>(kind: string, query: Query): Promise<readonly StoredDocument<S>[]>;
	count(kind: string, where?: Readonly<Record<string, Scalar>>): Promise<number>;
	/** Removes documents by id; for records without events (claims, leases, parked), never for aggregates. */
	remove(kind: string, ids: readonly string[]): Promise<void>;
	/** Whether writes are accepted, for readiness. */
	isWritable(): boolean;
	close(): Promise<void>;
}

/** A page of an inspection: how many rows were read, and a sentence for each that is not what was written. */
export interface InspectedPage {
	readonly rows: number;
	readonly damaged: readonly string[];
}

/** A store that can read every row it has and compare it with what was written, for audits. */
export interface Inspection {
	/** The pages of a whole inspection; the caller lets others work between two of them. */
	inspect(): AsyncIterable<InspectedPage>;
	/** Rows of a whole inspection, about. */
	inspectedRows(): Promise<number>;
}

/** The store's inspection; null for one that has none. */
export function inspectionOf(store: Store): Inspection | null {
	return "inspect" in store && "inspectedRows" in store ? (store as Store & Inspection) : null;
}

/** A store that can name the kinds it holds. */
export interface KindList {
	kinds(): Promise<readonly string[]>;
}

/** Names of the kinds in a store, in any order; none where it does not say. */
export async function kindsOf(store: Store): Promise<readonly string[]> {
	return "kinds" in store ? (store as Store & KindList).kinds() : [];
}

/** An event at its place in the log. Positions are 1, 2, 3 … without gaps on the embedded store. */
export interface LogEntry {
	readonly position: number;
	/** In a log with gaps: place of the entry before it, where it is known. */
	readonly follows?: number;
	readonly event: Envelope;
}

/** The store's event table as a log, for the embedded bus. */
export interface EventLog {
	/** At most `limit` entries after `position`, in order. */
	read(position: number, limit: number): Promise<readonly LogEntry[]>;
	/** Position of the newest entry; 0 when empty. */
	head(): number;
	/** Calls `listener` after each commit that appended events; returns the way to stop it. */
	onAppend(listener: () => void): () => void;
}
