import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../clock/port.ts";
import { StoreUnavailable } from "../port.ts";
import { isFatal } from "./database.ts";

/** What a job decides: `keep: false` takes its own writes back and nobody else's. */
export interface Applied<T> {
	readonly keep: boolean;
	readonly value: T;
}

/** The writer could not tell, or refuses to try: the job may or may not be stored. */
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

interface Job {
	readonly apply: () => Applied<unknown>;
	readonly resolve: (value: unknown) => void;
	readonly reject: (error: Error) => void;
	applied: Applied<unknown> | null;
	error: Error | null;
}

/** Jobs per transaction; a longer batch would hold the event loop for too long. */
const BATCH_MAX = 512;

/** Group commit: all jobs of one turn share one transaction, one savepoint each, and one fsync. */
export interface Writer {
	/** Resolves with the job's value after the fsync; rejects with the job's own error, or `WriteUnknown`. */
	write<T>(apply: () => Applied<T>): Promise<T>;
	isWritable(): boolean;
	/** Writes what is waiting and refuses everything later. */
	close(): void;
}

/** `onFlush` runs after each durable batch and before its callers are answered, `onUndone` after one that was taken back. */
export function createWriter(
	db: DatabaseSync,
	clock: Clock,
	onFlush: (flushed: Flushed) => void,
	onUndone: () => void,
): Writer {
	let waiting: Job[] = [];
	let isScheduled = false;
	let failure: Error | null = null;

	const begin = db.prepare("BEGIN IMMEDIATE");
	const end = db.prepare("COMMIT");
	const savepoint = db.prepare("SAVEPOINT item");
	const release = db.prepare("RELEASE item");
	const undo = db.prepare("ROLLBACK TO item");

	function applyOne(job: Job): void {
		savepoint.run();
		try {
			job.applied = job.apply();
			if (!job.applied.keep) undo.run();
		} catch (error) {
			if (!db.isTransaction || isFatal(error)) throw error;
			job.error = error as Error;
			undo.run();
		}
		release.run();
	}

	function transact(batch: readonly Job[]): void {
		const startedAt = clock.now();
		begin.run();
		for (const job of batch) applyOne(job);
		end.run();
		onFlush({ jobs: batch.length, durationMs: clock.now() - startedAt });
	}

	function flush(): void {
		isScheduled = false;
		const batch = waiting.length > BATCH_MAX ? waiting.splice(0, BATCH_MAX) : waiting;
		if (batch === waiting) waiting = [];
		else schedule();
		if (failure !== null) return refuse(batch, failure);
		try {
			transact(batch);
		} catch (error) {
			if (db.isTransaction) db.exec("ROLLBACK");
			onUndone();
			if (isFatal(error))
				failure = new StoreUnavailable("The disk or the data file has failed; restart after mending it.", error);
			return refuse(batch, new WriteUnknown(error));
		}
		for (const job of batch) settle(job);
	}

	function schedule(): void {
		if (isScheduled || waiting.length === 0) return;
		isScheduled = true;
		clock.nextTurn(flush);
	}

	return {
		write<T>(apply: () => Applied<T>): Promise<T> {
			if (failure !== null) return Promise.reject(failure);
			return new Promise<T>((resolve, reject) => {
				waiting.push({ apply, resolve: resolve as (value: unknown) => void, reject, applied: null, error: null });
				schedule();
			});
		},
		isWritable: () => failure === null,
		close() {
			while (waiting.length > 0) flush();
			failure ??= new StoreUnavailable("The store is closed.");
		},
	};
}

function settle(job: Job): void {
	if (job.error !== null) job.reject(job.error);
	else job.resolve(job.applied?.value);
}

function refuse(batch: readonly Job[], error: Error): void {
	for (const job of batch) job.reject(error);
}
