import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { inspectStructure } from "./integrity.ts";

const STRUCTURE_MAX = 100;

/** Reads the whole file beside its writer; it only reads. */
const { file } = workerData as { file: string };
const db = new DatabaseSync(file, { readOnly: true });
const damaged = inspectStructure(db, STRUCTURE_MAX);
db.close();
parentPort?.postMessage(damaged);
