import { enableCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import type { TwinOptions } from "./twin.ts";

enableCompileCache();
const { createTwin } = await import("./twin.ts");

/** A Twin on a thread of its own: it says its address once it listens, and ends when it is told anything. */
const port = parentPort;
if (port === null) throw new Error("twin-thread.ts runs as a worker thread");
const twin = createTwin(workerData as TwinOptions);
port.once("message", () => {
	void twin.stop().then(() => port.close());
});
port.postMessage(await twin.start());
