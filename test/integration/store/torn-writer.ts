import { systemClock } from "../../../mixins/clock/system.ts";
import { openSqliteStore } from "../../../mixins/store/sqlite/index.ts";
import type { Commit } from "../../../mixins/store/port.ts";

/**
 * Writes to a disk that will run out, or that may not be written to: `torn-writer.ts FILE inline|thread|nobody`.
 * Says one line for each thing that happened.
 */
const [file = "", mode = "inline"] = process.argv.slice(2);
const NOBODY = 65_534;
const COMMITS_MAX = 10_000;
const TEXT = "full ".repeat(400);

// Root may write anywhere; somebody without rights may not.
if (mode === "nobody" && process.getuid?.() === 0) process.setuid?.(NOBODY);

try {
	await fill();
} catch (error) {
	console.log(`${(error as Error).name}: ${(error as Error).message}`);
}

async function fill(): Promise<void> {
	const store = await openSqliteStore({ file, clock: systemClock(), isThreaded: mode === "thread" });
	store.define({ kind: "note" });
	for (let number = 0; number < COMMITS_MAX; number++) {
		const [result] = await store.commit([note(number)]);
		if (result?.status === "ok") {
			console.log(`kept ${number}`);
			continue;
		}
		console.log(`${result?.status} ${number}`);
		console.log(`writable ${store.isWritable()}`);
		console.log(`reads ${(await store.load("note", `note-${number}`)) === null ? "nothing" : "it"}`);
		console.log(`reads ${(await store.load("note", "note-0"))?.version === 1 ? "the first" : "no first"}`);
		console.log(`later ${await later(() => store.commit([note(number + 1)]))}`);
		break;
	}
	await store.close();
	console.log("closed");
}

async function later(work: () => Promise<unknown>): Promise<string> {
	try {
		return JSON.stringify(await work());
	} catch (error) {
		return (error as Error).message;
	}
}

function note(number: number): Commit {
	return { kind: "note", id: `note-${number}`, expectedVersion: 0, state: { TEXT, number }, events: [], commands: [] };
}
