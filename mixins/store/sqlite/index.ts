import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../clock/port.ts";
import {
	StoreUnavailable,
	type Commit,
	type CommitResult,
	type EventLog,
	type KindDefinition,
	type LogEntry,
	type Query,
	type Scalar,
	type State,
	type Store,
	type StoredDocument,
} from "../port.ts";
import { Committer } from "./committer.ts";
import { openDatabase } from "./database.ts";
import { checkRows } from "./integrity.ts";
import { prepareKind, type Kind } from "./kinds.ts";
import { createLog, type SqliteLog } from "./log.ts";
import { createQueries, type Queries } from "./queries.ts";
import { Reads } from "./reads.ts";
import { Writer, WriteUnknown, type Flushed } from "./writer.ts";

/** Where the file is, and what the store needs. */
export interface SqliteOptions {
	/** Path of the data file; `:memory:` keeps nothing. */
	readonly file: string;
	readonly clock: Clock;
	/** Called after each durable batch, for metrics. */
	readonly onFlush?: (flushed: Flushed) => void;
}

/** The embedded store: one SQLite file that is the store and the log. */
export interface SqliteStore extends Store, EventLog {
	/** Names of stored rows whose checksum does not match, at most `limit`. */
	damagedRows(limit: number): readonly string[];
}

/** Opens the store; throws `StoreUnavailable` when another process has the file or it cannot be opened. */
export async function openSqliteStore(options: SqliteOptions): Promise<SqliteStore> {
	return new Sqlite(options);
}

class Sqlite implements SqliteStore {
	readonly #db: DatabaseSync;
	readonly #committer: Committer;
	readonly #log: SqliteLog;
	readonly #queries: Queries;
	readonly #reads: Reads;
	readonly #writer: Writer;
	readonly #kinds = new Map<string, Kind>();

	constructor({ file, clock, onFlush }: SqliteOptions) {
		this.#db = openDatabase(file);
		this.#committer = new Committer(this.#db);
		this.#log = createLog(this.#db);
		this.#queries = createQueries(this.#db);
		this.#reads = new Reads(this.#db);
		this.#writer = new Writer({
			db: this.#db,
			clock,
			onFlush: (flushed) => {
				this.#log.appended(this.#committer.takeAppended());
				onFlush?.(flushed);
			},
			onUndone: () => this.#committer.discardAppended(),
		});
	}

	define({ kind, indexes = [] }: KindDefinition): void {
		const known = this.#kinds.get(kind)?.indexes ?? [];
		this.#kinds.set(kind, prepareKind(this.#db, { kind, indexes: [...known, ...indexes] }));
	}

	commit(items: readonly Commit[]): Promise<readonly CommitResult[]> {
		return Promise.all(items.map((item) => this.#commitOne(item)));
	}

	async load<S extends State>(kind: string, id: string): Promise<StoredDocument<S> | null> {
		const row = this.#kind(kind).select.get(id);
		return row === undefined ? null : this.#reads.document<S>(kind, row);
	}

	async events(kind: string, id: string, options: { from?: number; upTo?: number; limit?: number } = {}) {
		const { from = 1, upTo = Number.MAX_SAFE_INTEGER, limit = Number.MAX_SAFE_INTEGER } = options;
		return this.#reads.events(kind, id, from, upTo, limit);
	}

	async findCommand(kind: string, id: string, commandId: string): Promise<number | null> {
		return this.#reads.command(kind, id, commandId);
	}

	async findUnique(kind: string, name: string, value: string): Promise<string | null> {
		return this.#reads.unique(kind, name, value);
	}

	async find<S extends State>(kind: string, query: Query): Promise<readonly StoredDocument<S>[]> {
		return this.#queries.find(this.#kind(kind), query).map((row) => this.#reads.document<S>(kind, row));
	}

	async count(kind: string, where: Readonly<Record<string, Scalar>> = {}): Promise<number> {
		return this.#queries.count(this.#kind(kind), where);
	}

	remove(kind: string, ids: readonly string[]): Promise<void> {
		const { remove } = this.#kind(kind);
		return this.#writer.write(() => {
			for (const id of ids) remove.run(id);
			return { keep: true, value: undefined };
		});
	}

	isWritable(): boolean {
		return this.#writer.isWritable;
	}

	async close(): Promise<void> {
		this.#writer.close();
		if (this.#db.isOpen) this.#db.close();
	}

	read(position: number, limit: number): Promise<readonly LogEntry[]> {
		return this.#log.read(position, limit);
	}

	head(): number {
		return this.#log.head();
	}

	onAppend(listener: () => void): () => void {
		return this.#log.onAppend(listener);
	}

	damagedRows(limit: number): readonly string[] {
		return checkRows(this.#db, [...this.#kinds.values()], limit);
	}

	async #commitOne(item: Commit): Promise<CommitResult> {
		const kind = this.#kind(item.kind);
		try {
			return await this.#writer.write(() => this.#committer.apply(kind, item));
		} catch (error) {
			if (error instanceof WriteUnknown) return { status: "unknown", error };
			throw error;
		}
	}

	#kind(name: string): Kind {
		if (!this.#db.isOpen) throw new StoreUnavailable("The store is closed.");
		const known = this.#kinds.get(name);
		if (known !== undefined) return known;
		this.define({ kind: name });
		return this.#kind(name);
	}
}
