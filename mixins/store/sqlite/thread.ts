import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../../clock/system.ts";
import { openConnection } from "./database.ts";
import { InlineWriter } from "./inline-writer.ts";
import type { Reply, Request, SentOutcome } from "./thread-protocol.ts";
import { unpack } from "./wire.ts";
import { WriteUnknown, type Flushed } from "./writer.ts";

/** The writing thread: it alone writes commits, so that an fsync never holds up a request. */
const port = parentPort;
if (port === null) throw new Error("thread.ts runs as a worker thread");
const { file } = workerData as { file: string };
const db = openConnection(file);
let flushes: Flushed[] = [];
const writer = new InlineWriter({ db, clock: systemClock(), onFlush: (flushed) => void flushes.push(flushed) });

port.on("message", (request: Request) => {
	if (request.type === "close") void close();
	else void write(request);
});

async function write({ id, jobs }: Extract<Request, { type: "write" }>): Promise<void> {
	const outcomes = await Promise.all(unpack(jobs).map((job) => writer.write(job).catch(failureOf)));
	const sent = outcomes.map((outcome) => (outcome.status === "ok" ? outcome.position : outcome));
	const reply: Reply = { type: "written", id, outcomes: sent, flushes, isWritable: writer.isWritable };
	flushes = [];
	port?.postMessage(reply);
}

async function close(): Promise<void> {
	await writer.close();
	db.close();
	port?.postMessage({ type: "closed" } satisfies Reply);
	port?.close();
}

function failureOf(error: unknown): SentOutcome {
	const message = error instanceof Error ? error.message : String(error);
	return error instanceof WriteUnknown ? { status: "unknown", message } : { status: "failed", message };
}
