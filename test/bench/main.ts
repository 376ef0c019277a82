import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./process.ts";
import { scenarios } from "./report.ts";

/**
 * `npm run bench`, or `npm run bench -- --only order-creation --seconds 10`. Prints medians of three runs and writes
 * everything raw to bench-results/.
 */
const { values } = parseArgs({
	options: {
		only: { type: "string" },
		seconds: { type: "string", default: "8" },
		orders: { type: "string", default: "1000000" },
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
const results: Record<string, unknown> = {};
for (const [name, scenario] of chosen) {
	console.log(`\n== ${name}`);
	results[name] = await scenario({ seconds: Number(values.seconds), orders: Number(values.orders) });
}
mkdirSync(join(ROOT, "bench-results"), { recursive: true });
const file = join(ROOT, "bench-results", `${head.at.replaceAll(/[:.]/g, "-")}.json`);
writeFileSync(file, JSON.stringify({ ...head, results }, null, "\t"));
console.log(`\nraw results: ${file}`);
