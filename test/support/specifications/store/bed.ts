import type { Commit, CommitResult, EventLog, State, Store, UniqueValue } from "../../../../mixins/store/port.ts";
import type { Envelope } from "../../../../services/shared/events.ts";
import { envelope } from "../../envelopes.ts";

/** A store under test. */
export interface StoreBed {
	readonly store: Store;
	/** The store's log, where it has one. */
	readonly log?: EventLog;
	/** Closes the store and opens it again over the same durable state. */
	reopen(): Promise<StoreBed>;
	close(): Promise<void>;
}

/** The bed of the running test. */
export type Bed = () => StoreBed;

/** What a test says of a commit; the rest is filled in. */
export interface CommitSketch {
	readonly kind?: string;
	readonly version?: number;
	readonly state?: State;
	readonly events?: readonly Envelope[];
	readonly commands?: readonly string[];
	readonly claim?: readonly UniqueValue[];
	readonly release?: readonly UniqueValue[];
}

/** A commit of `id`; its commands take effect at the sequence of its last event, or at its version. */
export function commitOf(id: string, sketch: CommitSketch = {}): Commit {
	const { kind, version, state, events, commands, claim, release } = { ...PLAIN, ...sketch };
	const sequence = events.at(-1)?.sequence ?? version + 1;
	const records = commands.map((commandId) => ({ commandId, sequence }));
	const commit: Commit = { kind, id, expectedVersion: version, state, events, commands: records };
	return claim.length + release.length > 0 ? { ...commit, unique: { claim, release } } : commit;
}

const PLAIN: Required<CommitSketch> = {
	kind: "thing",
	version: 0,
	state: {},
	events: [],
	commands: [],
	claim: [],
	release: [],
};

/** Events of a subject from sequence `from` to `upTo`. */
export function eventsOf(subject: string, from: number, upTo: number): Envelope[] {
	return Array.from({ length: upTo - from + 1 }, (_, index) => envelope({ subject }, from + index));
}

/** One event by one command of its own name, as an aggregate takes it. */
export function turnOf(id: string, version: number, commandId = `command-${id}-${version + 1}`): Commit {
	const event: Envelope = { ...envelope({ subject: id }, version + 1), commandid: commandId };
	return commitOf(id, { version, state: { count: version + 1 }, events: [event], commands: [commandId] });
}

/** Commits one item and returns its result. */
export async function commitOne(store: Store, item: Commit): Promise<CommitResult> {
	const [result] = await store.commit([item]);
	if (result === undefined) throw new Error("no result");
	return result;
}

/** Commits items that must all be stored. */
export async function commitAll(store: Store, items: readonly Commit[]): Promise<void> {
	const results = await store.commit(items);
	expect(results).toEqual(items.map(() => ({ status: "ok" })));
}
