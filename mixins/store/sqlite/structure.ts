import type { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { inspectStructure } from "./integrity.ts";

/** Sentences one look at the structure answers. */
export const STRUCTURE_MAX = 100;

/** Looks at the file's structure, in a thread of its own when `file` names it: of a large file that takes seconds. */
export function inspectFile(db: DatabaseSync, file: string | null): Promise<readonly string[]> {
	if (file === null) return Promise.resolve(inspectStructure(db, STRUCTURE_MAX));
	return new Promise((resolve, reject) => {
		const worker = new Worker(new URL("./structure-thread.ts", import.meta.url), { workerData: { file } });
		worker.unref();
		worker.once("message", resolve);
		worker.once("error", reject);
		worker.once("exit", () => reject(new Error("the inspecting thread has ended")));
	});
}
