import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../clock/port.ts";
import { Committer } from "./committer.ts";
import type { Outcome, Prepared, PreparedWriter } from "./prepared.ts";
import { Writer, type Flushed } from "./writer.ts";

/** What an inline writer stands on. */
export interface InlineWriterOptions {
	readonly db: DatabaseSync;
	readonly clock: Clock;
	/** After each durable batch, before its callers are answered. */
	readonly onFlush: (flushed: Flushed) => void;
	/** After a batch that was taken back as a whole. */
	readonly onUndone?: () => void;
	/** As a job is applied, before it is durable. */
	readonly onApplied?: (job: Prepared, outcome: Outcome) => void;
}

/** Writes on the thread it runs on; the writing thread has one inside. */
export class InlineWriter implements PreparedWriter {
	readonly #committer: Committer;
	readonly #writer: Writer;
	readonly #onApplied: (job: Prepared, outcome: Outcome) => void;

	constructor({ db, clock, onFlush, onUndone, onApplied }: InlineWriterOptions) {
		this.#committer = new Committer(db);
		this.#onApplied = onApplied ?? (() => undefined);
		this.#writer = new Writer({
			db,
			clock,
			onFlush,
			onUndone: () => {
				this.#committer.reset();
				onUndone?.();
			},
		});
	}

	get isWritable(): boolean {
		return this.#writer.isWritable;
	}

	write(job: Prepared): Promise<Outcome> {
		return this.#writer.write(() => {
			const applied = this.#committer.apply(job);
			this.#onApplied(job, applied.value);
			return applied;
		});
	}

	async close(): Promise<void> {
		this.#writer.close();
	}
}
