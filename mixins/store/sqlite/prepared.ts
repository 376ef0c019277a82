import type { Commit, LogEntry } from "../port.ts";
import { indexedValues, type Bound } from "./kinds.ts";

/** A commit as the writing thread takes it: all text is made, nothing is left to decide. */
export interface PreparedCommit {
	/** What was asked for; stays on this side, for its events. Null on the other. */
	readonly item: Commit | null;
	readonly kind: string;
	readonly id: string;
	readonly expectedVersion: number;
	readonly state: string;
	/** Values of the indexed columns, in the table's order. */
	readonly indexed: readonly Bound[];
	readonly commands: Commit["commands"];
	readonly unique: Commit["unique"];
	readonly events: readonly {
		readonly sequence: number;
		readonly commandId: string;
		readonly time: string;
		readonly text: string;
	}[];
}

/** Takes away documents of a kind. */
export interface PreparedRemoval {
	readonly kind: string;
	readonly remove: readonly string[];
}

export type Prepared = PreparedCommit | PreparedRemoval;

/** `position`: place of the commit's first event in the log. */
export type Outcome =
	| { readonly status: "ok"; readonly position: number }
	| { readonly status: "conflict" }
	| { readonly status: "duplicate"; readonly name: string };

/** Writes prepared work durably; the same inside the process and in a thread of its own. */
export interface PreparedWriter {
	/** Resolves after the fsync; rejects with `WriteUnknown`, `StoreUnavailable` or the job's own error. */
	write(job: Prepared): Promise<Outcome>;
	readonly isWritable: boolean;
	/** Writes what is waiting and refuses everything later. */
	close(): Promise<void>;
}

/** Makes a commit's text. */
export function prepareCommit(fields: readonly string[], item: Commit): PreparedCommit {
	return {
		item,
		kind: item.kind,
		id: item.id,
		expectedVersion: item.expectedVersion,
		state: JSON.stringify(item.state),
		indexed: indexedValues(fields, item.state),
		commands: item.commands,
		unique: item.unique,
		events: item.events.map((event) => ({
			sequence: event.sequence,
			commandId: event.commandid,
			time: event.time,
			text: JSON.stringify(event),
		})),
	};
}

/** The log entries of a commit that was stored from `position` on. */
export function entriesOf(item: Commit, position: number): readonly LogEntry[] {
	return item.events.map((event, index) => ({ position: position + index, event }));
}
