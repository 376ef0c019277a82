import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Clock } from "../../clock/port.ts";
import { StoreUnavailable } from "../port.ts";
import { isFatal } from "./database.ts";

/** What a job decides: `keep: false` takes its own writes back and nobody else's. */
export interface Applied<T> {
	readonly keep: boolean;
	readonly value: T;
}

/** The writer could not tell: the job may or may not be stored. */
export class WriteUnknown extends Error {
	constructor(cause: unknown) {
		super(cause instanceof Error ? cause.message : "the write was interrupted", { cause });
		this.name = "WriteUnknown";
	}
}

/** One batch as it went to disk. */
export interface Flushed {
	readonly jobs: number;
	readonly durationMs: number;
}

/** What a writer stands on and whom it tells. */
export interface WriterOptions {
	readonly db: DatabaseSync;
	readonly clock: Clock;
	/** After each durable batch, before its callers are answered. */
	readonly onFlush: (flushed: Flushed) => void;
	/** After a batch that was taken back as a whole. */
	readonly onUndone: () => void;
}

interface Job {
	readonly apply: () => Applied<unknown>;
	readonly resolve: (value: unknown) => void;
	readonly reject: (error: Error) => void;
	value: unknown;
	error: Error | null;
}

/** Jobs per transaction; a longer batch would hold the event loop for too long. */
const BATCH_MAX = 512;

/** Group commit: all jobs of one turn share one transaction, one savepoint each, and one fsync. */
export class Writer {
	readonly #options: WriterOptions;
	readonly #begin: StatementSync;
	readonly #commit: StatementSync;
	readonly #savepoint: StatementSync;
	readonly #release: StatementSync;
	readonly #undo: StatementSync;
	#waiting: Job[] = [];
	#isScheduled = false;
	#failure: Error | null = null;

	constructor(options: WriterOptions) {
		const { db } = options;
		this.#options = options;
		this.#begin = db.prepare("BEGIN IMMEDIATE");
		this.#commit = db.prepare("COMMIT");
		this.#savepoint = db.prepare("SAVEPOINT item");
		this.#release = db.prepare("RELEASE item");
		this.#undo = db.prepare("ROLLBACK TO item");
	}

	get isWritable(): boolean {
		return this.#failure === null;
	}

	/** Resolves with the job's value after the fsync; rejects with the job's own error, `WriteUnknown` or `StoreUnavailable`. */
	write<T>(apply: () => Applied<T>): Promise<T> {
		if (this.#failure !== null) return Promise.reject(this.#failure);
		return new Promise<T>((resolve, reject) => {
			this.#waiting.push({
				apply,
				resolve: resolve as (value: unknown) => void,
				reject,
				value: undefined,
				error: null,
			});
			this.#schedule();
		});
	}

	/** Writes what is waiting and refuses everything later. */
	close(): void {
		while (this.#waiting.length > 0) this.#flush();
		this.#failure ??= new StoreUnavailable("The store is closed.");
	}

	#schedule(): void {
		if (this.#isScheduled || this.#waiting.length === 0) return;
		this.#isScheduled = true;
		this.#options.clock.nextTurn(() => {
			this.#isScheduled = false;
			this.#flush();
			this.#schedule();
		});
	}

	#flush(): void {
		const batch = this.#waiting.splice(0, BATCH_MAX);
		if (batch.length === 0) return;
		if (this.#failure !== null) {
			refuse(batch, this.#failure);
			return;
		}
		const { clock, onFlush } = this.#options;
		const startedAt = clock.now();
		try {
			this.#transact(batch);
		} catch (error) {
			this.#takeBack(error);
			refuse(batch, new WriteUnknown(error));
			return;
		}
		try {
			onFlush({ jobs: batch.length, durationMs: clock.now() - startedAt });
		} finally {
			// A listener that throws changes nothing about what is durable.
			settle(batch);
		}
	}

	#transact(batch: readonly Job[]): void {
		this.#begin.run();
		for (const job of batch) this.#apply(job);
		this.#commit.run();
	}

	#apply(job: Job): void {
		this.#savepoint.run();
		try {
			const { keep, value } = job.apply();
			job.value = value;
			if (!keep) this.#undo.run();
		} catch (error) {
			// SQLITE_FULL and the like take the whole transaction along: nothing more may run in it.
			if (!this.#options.db.isTransaction || isFatal(error)) throw error;
			job.error = error as Error;
			this.#undo.run();
		}
		this.#release.run();
	}

	#takeBack(error: unknown): void {
		const { db, onUndone } = this.#options;
		if (db.isTransaction) db.exec("ROLLBACK");
		onUndone();
		if (isFatal(error))
			this.#failure = new StoreUnavailable("The disk or the data file has failed; restart after mending it.", error);
	}
}

function settle(batch: readonly Job[]): void {
	for (const { error, value, resolve, reject } of batch) {
		if (error === null) resolve(value);
		else reject(error);
	}
}

function refuse(batch: readonly Job[], error: Error): void {
	for (const job of batch) job.reject(error);
}
