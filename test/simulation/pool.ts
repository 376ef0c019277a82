import { Worker } from "node:worker_threads";
import type { RunResult } from "./run.ts";
import type { Done, Job } from "./worker.ts";

interface Waiting {
	readonly job: Job;
	readonly resolve: (result: RunResult) => void;
	readonly reject: (error: Error) => void;
}

/** Threads that live through seeds side by side; each keeps the sources it has loaded. */
export class Pool {
	readonly #workers: Worker[];
	readonly #idle: Worker[] = [];
	readonly #waiting: Waiting[] = [];
	readonly #busy = new Map<Worker, Waiting>();

	constructor(width: number) {
		const url = new URL("./worker.ts", import.meta.url);
		this.#workers = Array.from({ length: width }, () => new Worker(url, { workerData: "simulation" }));
		for (const worker of this.#workers) {
			worker.on("message", (done: Done) => this.#done(worker, done));
			worker.on("error", (error: unknown) => this.#lost(worker, error as Error));
			this.#idle.push(worker);
		}
	}

	run(job: Job): Promise<RunResult> {
		return new Promise((resolve, reject) => {
			this.#waiting.push({ job, resolve, reject });
			this.#next();
		});
	}

	async close(): Promise<void> {
		await Promise.all(this.#workers.map((worker) => worker.terminate()));
	}

	#next(): void {
		const worker = this.#idle.shift();
		const waiting = worker === undefined ? undefined : this.#waiting.shift();
		if (worker === undefined) return;
		if (waiting === undefined) {
			this.#idle.unshift(worker);
			return;
		}
		this.#busy.set(worker, waiting);
		worker.postMessage(waiting.job);
	}

	#done(worker: Worker, done: Done): void {
		const waiting = this.#busy.get(worker);
		this.#busy.delete(worker);
		this.#idle.push(worker);
		if ("result" in done) waiting?.resolve(done.result);
		else waiting?.reject(new Error(done.failure));
		this.#next();
	}

	#lost(worker: Worker, error: Error): void {
		this.#busy.get(worker)?.reject(error);
		this.#busy.delete(worker);
	}
}
