import { Worker } from "node:worker_threads";
import type { Clock } from "../../clock/port.ts";
import { StoreUnavailable } from "../port.ts";
import type { Outcome, Prepared, PreparedWriter } from "./prepared.ts";
import type { Reply, Request, SentOutcome } from "./thread-protocol.ts";
import { pack, type Wire } from "./wire.ts";
import { WriteUnknown, type Flushed } from "./writer.ts";

/** What a threaded writer stands on. */
export interface ThreadedWriterOptions {
	readonly file: string;
	readonly clock: Clock;
	/** A batch is durable; called in log order, before its callers are answered. */
	readonly onWritten: (written: readonly { readonly job: Prepared; readonly outcome: Outcome }[]) => void;
	readonly onFlush: (flushed: Flushed) => void;
}

/** The thread holds one batch at a time; a heap without a limit would grow to no use. */
const HEAP_LIMITS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 } as const;

interface Waiting {
	readonly job: Prepared;
	readonly resolve: (outcome: Outcome) => void;
	readonly reject: (error: Error) => void;
}

/** Sends all work of one turn to the writing thread as one message; the thread makes one fsync of what has arrived. */
export class ThreadedWriter implements PreparedWriter {
	readonly #options: ThreadedWriterOptions;
	readonly #worker: Worker;
	/**
	 * Batches at the thread, few at a time. Not a Map: what is put in and taken out all the time leaves a trail of old tables that
	 * keeps everything alive until the next full collection.
	 */
	readonly #sent: { readonly id: number; readonly batch: readonly Waiting[] }[] = [];
	#waiting: Waiting[] = [];
	#nextId = 1;
	#failure: Error | null = null;
	#closed: (() => void) | null = null;
	#hasEnded = false;

	constructor(options: ThreadedWriterOptions) {
		this.#options = options;
		this.#worker = new Worker(new URL("./thread.ts", import.meta.url), {
			workerData: { file: options.file },
			resourceLimits: HEAP_LIMITS,
		});
		this.#worker.unref();
		this.#worker.on("message", (reply: Reply) => this.#receive(reply));
		this.#worker.on("error", (error: Error) => this.#fail(error));
		this.#worker.on("exit", () => {
			this.#hasEnded = true;
			this.#fail(new Error("the writing thread has ended"));
		});
	}

	get isWritable(): boolean {
		return this.#failure === null;
	}

	write(job: Prepared): Promise<Outcome> {
		if (this.#failure !== null) return Promise.reject(this.#failure);
		return new Promise((resolve, reject) => {
			if (this.#waiting.push({ job, resolve, reject }) === 1) this.#options.clock.nextTurn(() => this.#send());
		});
	}

	async close(): Promise<void> {
		if (this.#hasEnded) return;
		this.#send();
		this.#failure ??= new StoreUnavailable("The store is closed.");
		this.#worker.ref();
		await new Promise<void>((resolve) => {
			this.#closed = resolve;
			this.#post({ type: "close" });
		});
	}

	#send(): void {
		if (this.#waiting.length === 0) return;
		const batch = this.#waiting;
		this.#waiting = [];
		const id = this.#nextId++;
		this.#sent.push({ id, batch });
		const jobs: Wire = [];
		for (const { job } of batch) pack(jobs, job);
		this.#post({ type: "write", id, jobs });
		this.#worker.ref();
	}

	#post(request: Request): void {
		this.#worker.postMessage(request);
	}

	#receive(reply: Reply): void {
		if (reply.type === "closed") {
			this.#hasEnded = true;
			this.#closed?.();
		} else this.#written(reply);
	}

	#written({ id, outcomes: sent, flushes, isWritable }: Extract<Reply, { type: "written" }>): void {
		const batch = this.#take(id);
		const outcomes = sent.map(outcomeOf);
		if (this.#sent.length === 0 && this.#closed === null) this.#worker.unref();
		if (!isWritable)
			this.#failure ??= new StoreUnavailable("The disk or the data file has failed; restart after mending it.");
		for (const flushed of flushes) this.#options.onFlush(flushed);
		this.#options.onWritten(storedOf(batch, outcomes));
		for (const [index, waiting] of batch.entries()) answer(waiting, outcomes[index]);
	}

	#take(id: number): readonly Waiting[] {
		const place = this.#sent.findIndex((known) => known.id === id);
		return place < 0 ? [] : (this.#sent.splice(place, 1)[0]?.batch ?? []);
	}

	/** The thread is gone: what it had taken may or may not be stored. */
	#fail(error: Error): void {
		this.#failure ??= new StoreUnavailable("The writing thread has failed; restart.", error);
		const lost = [...this.#sent.splice(0).map(({ batch }) => batch), this.#waiting].flat();
		this.#waiting = [];
		for (const { reject } of lost) reject(new WriteUnknown(error));
		this.#closed?.();
	}
}

function storedOf(batch: readonly Waiting[], outcomes: readonly SentOutcome[]) {
	return batch.flatMap(({ job }, index) => {
		const outcome = outcomes[index];
		return outcome?.status === "ok" ? [{ job, outcome }] : [];
	});
}

function outcomeOf(sent: number | SentOutcome): SentOutcome {
	return typeof sent === "number" ? { status: "ok", position: sent } : sent;
}

function answer({ resolve, reject }: Waiting, outcome: SentOutcome | undefined): void {
	if (outcome === undefined) reject(new WriteUnknown(new Error("the writing thread gave no answer")));
	else if (outcome.status === "unknown") reject(new WriteUnknown(new Error(outcome.message)));
	else if (outcome.status === "failed") reject(new StoreUnavailable(outcome.message));
	else resolve(outcome);
}
