import { parentPort, workerData } from "node:worker_threads";
import type { Bug } from "./bugs/bug.ts";
import { bugs } from "./bugs/bugs.ts";
import { importVariant } from "./bugs/variants.ts";
import type { RunOptions, RunResult } from "./run.ts";

/** Work for a worker. */
export interface Job {
	/** Name of a planted bug; null: the sources as they are. */
	readonly bug: string | null;
	readonly options: RunOptions;
}

/** What came of it. */
export type Done = { readonly result: RunResult } | { readonly failure: string };

interface Runner {
	runSeed(options: RunOptions): Promise<RunResult>;
}

const runners = new Map<string, Promise<Runner>>();

/** Runs a seed, with a bug or without. */
export async function perform({ bug, options }: Job): Promise<RunResult> {
	const planted = bug === null ? null : plantedAs(bug);
	const runner = runners.get(bug ?? "") ?? load(planted);
	runners.set(bug ?? "", runner);
	const { runSeed } = await runner;
	return runSeed(planted?.tampering === undefined ? options : { ...options, tampering: planted.tampering });
}

function plantedAs(name: string): Bug {
	const found = bugs.find((bug) => bug.name === name);
	if (found === undefined) throw new Error(`there is no bug ${name}`);
	return found;
}

function load(bug: Bug | null): Promise<Runner> {
	if (bug === null || bug.patches.length === 0) return import("./run.ts");
	return importVariant<Runner>("test/simulation/run.ts", bug.name, bug.patches);
}

if (workerData === "simulation")
	parentPort?.on("message", (job: Job) => {
		perform(job).then(
			(result) => parentPort?.postMessage({ result } satisfies Done),
			(error: unknown) => {
				const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
				parentPort?.postMessage({ failure } satisfies Done);
			},
		);
	});
