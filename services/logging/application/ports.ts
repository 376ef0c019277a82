import type { Commit, CommitResult, Query, StoredDocument } from "../../../mixins/store/port.ts";

/** A document without events, as the log keeps them. */
export type RecordCommit = Commit;

/** What the log needs of the store to write. */
export interface RecordStore {
	commit(items: readonly RecordCommit[]): Promise<readonly CommitResult[]>;
	load<State extends object>(kind: string, id: string): Promise<StoredDocument<State> | null>;
}

/** What it needs to read. */
export interface RecordSource {
	find<State extends object>(kind: string, query: Query): Promise<readonly StoredDocument<State>[]>;
}
