import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { runBugs, runKnown } from "./bugs/report.ts";
import { CHECKS } from "./oracle/violation.ts";
import { Pool } from "./pool.ts";
import type { RunResult } from "./run.ts";
import { replayLine, shrink } from "./shrink.ts";
import { TROUBLES, WHOLE, type Reduction, type Trouble } from "./world/plan.ts";

const { values } = parseArgs({
	options: {
		seeds: { type: "string", default: "1000" },
		from: { type: "string", default: "1" },
		seed: { type: "string" },
		without: { type: "string" },
		buyers: { type: "string" },
		bug: { type: "string" },
		bugs: { type: "boolean", default: false },
		known: { type: "boolean", default: false },
		limit: { type: "string", default: "2000" },
		twice: { type: "boolean", default: false },
		threads: { type: "string" },
	},
});

const FAILURES_SHOWN = 5;
const print = (line: string) => void process.stdout.write(`${line}\n`);
const pool = new Pool(Number(values.threads ?? Math.max(1, availableParallelism())));
const bug = values.bug ?? null;

try {
	if (values.known) process.exitCode = await runKnown(pool, Number(values.limit), print);
	else if (values.bugs) process.exitCode = await runBugs(pool, { limit: Number(values.limit), only: bug }, print);
	else if (values.seed === undefined) process.exitCode = await many(Number(values.from), Number(values.seeds));
	else process.exitCode = await one(Number(values.seed), reductionOf());
} finally {
	await pool.close();
}

/** Lives through many seeds; 1 when a promise was broken. */
async function many(from: number, seeds: number): Promise<number> {
	const startedAt = performance.now();
	const failures: RunResult[] = [];
	const sums = { steps: 0, orders: 0, charges: 0, crashes: 0, lasted: 0, different: 0 };
	const runOne = async (seed: number): Promise<void> => {
		const result = await pool.run({ bug, options: { seed } });
		if (values.twice && (await pool.run({ bug, options: { seed } })).hash !== result.hash) sums.different++;
		sums.steps += result.steps;
		sums.orders += result.orders;
		sums.charges += result.charges;
		sums.crashes += result.crashes;
		sums.lasted += result.lasted;
		if (result.broken !== null) failures.push(result);
	};
	await Promise.all(Array.from({ length: seeds }, (_none, index) => runOne(from + index)));
	const seconds = (performance.now() - startedAt) / 1_000;
	for (const { seed, broken } of failures.slice(0, FAILURES_SHOWN))
		print(`seed ${seed} breaks ${broken?.check ?? ""}: ${broken?.what ?? ""}\n  ${replayLine(seed, WHOLE, bug)}`);
	const { steps, orders, charges, crashes, lasted, different } = sums;
	print(
		`${seeds} seeds in ${seconds.toFixed(1)} s (${(seeds / seconds).toFixed(0)} per second): ${failures.length} violations, ` +
			`${orders} orders, ${charges} charges, ${crashes} crashes, ${steps} steps, ${(lasted / 86_400_000).toFixed(1)} virtual days` +
			(values.twice ? `, ${different} of ${seeds} repeats differ` : ""),
	);
	return failures.length + different === 0 ? 0 : 1;
}

/** Tells the shortest story of a seed that still breaks the same promise, or the whole one. */
async function one(seed: number, reduction: Reduction): Promise<number> {
	const run = (options: Parameters<Pool["run"]>[0]["options"]) => pool.run({ bug, options });
	const first = await run({ seed, reduction });
	const isReduced = reduction !== WHOLE;
	const { broken } = first;
	const least = broken === null || isReduced ? reduction : await shrink(run, seed, broken.check);
	const { lines, hash } = await run({ seed, reduction: least, isTold: true });
	for (const line of lines) print(line);
	print(`seed ${seed}, trace ${hash}: ${broken === null ? "every promise is kept" : `${broken.check} is broken`}`);
	if (broken !== null) print(`${CHECKS[broken.check]}\n${replayLine(seed, least, bug)}`);
	return broken === null ? 0 : 1;
}

function reductionOf(): Reduction {
	const { buyers, without } = values;
	if (buyers === undefined && without === undefined) return WHOLE;
	const left = (without ?? "")
		.split(",")
		.filter((name): name is Trouble => TROUBLES.some((trouble) => trouble === name));
	const numbers = buyers === "none" ? [] : buyers?.split(",").map(Number);
	return { without: left, buyers: numbers ?? null };
}
