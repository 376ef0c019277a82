import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ServerMissing } from "../../deploy/servers/index.ts";
import { compare } from "./compare.ts";
import { flameGraphs } from "./flame.ts";
import { profileInto, ROOT } from "./process.ts";
import { scenarios } from "./report.ts";

const OUT = join(ROOT, "bench-results");

/**
 * `npm run bench`, or `npm run bench -- --only order-creation,start --seconds 10`. Prints medians of three runs and
 * writes everything raw to bench-results/. `--compare FILE` prints the ratios to an earlier run; `--profile` writes a
 * CPU profile and a flame graph of every server beside the results (and slows it down). The scenarios of the cluster's
 * drivers (`kafka`, `jetstream`, `mongo-store`, `two-nodes`) need real servers: where one cannot be had they are left out with a
 * word about it, or fail if they were asked for by name.
 */
const { values } = parseArgs({
	options: {
		only: { type: "string" },
		seconds: { type: "string", default: "8" },
		orders: { type: "string", default: "1000000" },
		compare: { type: "string" },
		profile: { type: "boolean", default: false },
	},
});
const chosen = Object.entries(scenarios).filter(
	([name]) => values.only === undefined || values.only.split(",").includes(name),
);
if (chosen.length === 0) throw new Error(`--only knows: ${Object.keys(scenarios).join(", ")}`);

const head = {
	commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: ROOT }).toString().trim(),
	at: new Date().toISOString(),
	node: process.version,
	cpu: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
	memoryGiB: Math.round(totalmem() / 2 ** 30),
};
console.log(`commit ${head.commit}, Node ${head.node}, ${head.cpu}, ${head.memoryGiB} GiB`);
const stamp = head.at.replaceAll(/[:.]/g, "-");
const results: Record<string, unknown> = {};
for (const [name, scenario] of chosen) {
	console.log(`\n== ${name}`);
	results[name] = await unlessMissing(() =>
		profiled(name, () => scenario({ seconds: Number(values.seconds), orders: Number(values.orders) })),
	);
}
mkdirSync(OUT, { recursive: true });
const file = join(OUT, `${stamp}.json`);
writeFileSync(file, JSON.stringify({ ...head, results }, null, "\t"));
console.log(`\nraw results: ${file}`);
if (values.compare !== undefined) compare(values.compare, results);

async function unlessMissing(work: () => Promise<unknown>): Promise<unknown> {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof ServerMissing) || values.only !== undefined) throw error;
		console.log(`left out: ${error.message}`);
		return { leftOut: error.message };
	}
}

async function profiled<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
	if (!values.profile) return work();
	const folder = join(OUT, `${stamp}-${name}`);
	mkdirSync(folder, { recursive: true });
	profileInto(folder);
	try {
		return await work();
	} finally {
		profileInto(null);
		for (const graph of flameGraphs(folder)) console.log(`flame graph: ${graph}`);
	}
}
