import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../clock/port.ts";
import {
	StoreUnavailable,
	type Commit,
	type CommitResult,
	type EventLog,
	type InspectedPage,
	type Inspection,
	type KindDefinition,
	type LogEntry,
	type Query,
	type Scalar,
	type State,
	type Store,
	type StoredDocument,
} from "../port.ts";
import { createTables } from "./committer.ts";
import { isFatal, openDatabase } from "./database.ts";
import { checkRows, estimateRows, inspectRows } from "./integrity.ts";
import { inspectFile } from "./structure.ts";
import { prepareKind, type Kind } from "./kinds.ts";
import { createLog, type SqliteLog } from "./log.ts";
import { createQueries, type Queries } from "./queries.ts";
import { InlineWriter } from "./inline-writer.ts";
import { entriesOf, prepareCommit, type Outcome, type Prepared, type PreparedWriter } from "./prepared.ts";
import { Reads } from "./reads.ts";
import { ThreadedWriter } from "./threaded-writer.ts";
import { WriteUnknown, type Flushed } from "./writer.ts";

/** Where the file is, and what the store needs. */
export interface SqliteOptions {
	/** Path of the data file; `:memory:` keeps nothing. */
	readonly file: string;
	readonly clock: Clock;
	/** Writes in a thread of its own, so that an fsync holds up nothing; not for `:memory:`. Default false. */
	readonly isThreaded?: boolean;
	/** Called after each durable batch, for metrics. */
	readonly onFlush?: (flushed: Flushed) => void;
}

/** The embedded store: one SQLite file that is the store and the log. */
export interface SqliteStore extends Store, EventLog, Inspection {
	/** Names of stored rows that are not what was written, at most `limit`. Reads the whole file: for audits. */
	damagedRows(limit: number): readonly string[];
}

/** Opens the store; throws `StoreUnavailable` when another process has the file or it cannot be opened. */
export async function openSqliteStore(options: SqliteOptions): Promise<SqliteStore> {
	return new Sqlite(options);
}

class Sqlite implements SqliteStore {
	readonly isExclusive = true;
	readonly #db: DatabaseSync;
	readonly #unlock: () => void;
	readonly #log: SqliteLog;
	readonly #queries: Queries;
	readonly #reads: Reads;
	readonly #writer: PreparedWriter;
	readonly #kinds = new Map<string, Kind>();
	#applied: LogEntry[] = [];
	/** Null: this process starts no threads. */
	readonly #fileOfThread: string | null;

	constructor(options: SqliteOptions) {
		const { db, unlock } = openDatabase(options.file);
		this.#db = db;
		this.#unlock = unlock;
		this.#fileOfThread = options.isThreaded === true ? options.file : null;
		createTables(db);
		this.#log = createLog(db);
		this.#queries = createQueries(db);
		this.#reads = new Reads(db);
		this.#writer = options.isThreaded === true ? this.#threaded(options) : this.#inline(options);
	}

	define({ kind, indexes = [] }: KindDefinition): void {
		const known = this.#kinds.get(kind)?.indexes ?? [];
		try {
			this.#kinds.set(kind, prepareKind(this.#db, { kind, indexes: [...known, ...indexes] }));
		} catch (error) {
			if (!isFatal(error)) throw error;
			throw new StoreUnavailable(`The disk or the data file has failed: ${(error as Error).message}.`, error);
		}
	}

	async kinds(): Promise<readonly string[]> {
		return [...this.#kinds.keys()];
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

	async remove(kind: string, ids: readonly string[]): Promise<void> {
		await this.#writer.write({ kind: this.#kind(kind).name, remove: ids });
	}

	isWritable(): boolean {
		return this.#writer.isWritable;
	}

	async close(): Promise<void> {
		await this.#writer.close();
		if (!this.#db.isOpen) return;
		this.#db.close();
		this.#unlock();
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
		return checkRows(this.#db, [...this.#kinds.values()], this.#log.head(), limit);
	}

	async *inspect(): AsyncGenerator<InspectedPage> {
		yield* inspectRows(this.#db, [...this.#kinds.values()], this.#log.head());
		yield { rows: 0, damaged: await inspectFile(this.#db, this.#fileOfThread) };
	}

	async inspectedRows(): Promise<number> {
		return estimateRows(this.#db, [...this.#kinds.values()], this.#log.head());
	}

	async #commitOne(item: Commit): Promise<CommitResult> {
		const prepared = prepareCommit(this.#kind(item.kind).fields, item);
		try {
			return resultOf(await this.#writer.write(prepared));
		} catch (error) {
			if (error instanceof WriteUnknown) return { status: "unknown", error };
			throw error;
		}
	}

	#inline({ clock, onFlush }: SqliteOptions): PreparedWriter {
		return new InlineWriter({
			db: this.#db,
			clock,
			onApplied: (job, outcome) => this.#collect(job, outcome),
			onUndone: () => (this.#applied = []),
			onFlush: (flushed) => {
				this.#publish();
				onFlush?.(flushed);
			},
		});
	}

	#threaded({ file, clock, onFlush }: SqliteOptions): PreparedWriter {
		return new ThreadedWriter({
			file,
			clock,
			onFlush: (flushed) => onFlush?.(flushed),
			onWritten: (written) => {
				for (const { job, outcome } of written) this.#collect(job, outcome);
				this.#publish();
			},
		});
	}

	#collect(job: Prepared, outcome: Outcome): void {
		if ("remove" in job || job.item === null || outcome.status !== "ok") return;
		for (const entry of entriesOf(job.item, outcome.position)) this.#applied.push(entry);
	}

	#publish(): void {
		const entries = this.#applied;
		this.#applied = [];
		this.#log.appended(entries);
	}

	#kind(name: string): Kind {
		if (!this.#db.isOpen) throw new StoreUnavailable("The store is closed.");
		const known = this.#kinds.get(name);
		if (known !== undefined) return known;
		this.define({ kind: name });
		return this.#kind(name);
	}
}

function resultOf(outcome: Outcome): CommitResult {
	return outcome.status === "ok" ? { status: "ok" } : outcome;
}
