import { parseArgs } from "node:util";
import { Progress } from "../prove/progress.ts";
import { fuzz, type FuzzReport } from "./run.ts";

/**
 * `npm run fuzz -- --requests 20000 --seed 1`: requests made from the OpenAPI document, as they should be, almost so, and
 * nothing of the kind, by everybody, to every door. Exit code 0 when every answer was as it should be.
 */
const { values } = parseArgs({
	options: { requests: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } },
});
const requests = Number(values.requests);
const seed = Number(values.seed);
if (!Number.isSafeInteger(requests) || requests < 1 || !Number.isSafeInteger(seed)) {
	console.error("npm run fuzz -- [--requests 20000] [--seed N]");
	process.exit(2);
}
const progress = new Progress(process.stderr, () => Date.now());
const report = await fuzz({
	requests,
	seed,
	onProgress: (done) => progress.show(done / requests, `${done}/${requests} requests`),
});
progress.end();
console.log(pageOf(report));
process.exitCode = report.findings.length === 0 && report.printed.length === 0 && report.isAlive ? 0 : 1;

function pageOf({ findings, statuses, printed, opened, closed, ...rest }: FuzzReport): string {
	const counts = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
	return [
		"",
		`  PayFlow, fuzz with seed ${seed}: ${rest.requests} requests in ${rest.seconds} s over ${rest.operations} operations`,
		`  answers        ${counts.join("  ")}`,
		`  forbidden      ${rest.invalid} requests that the document does not allow`,
		`  read back      ${rest.readBack} things that were made`,
		`  opened         ${opened.length} doors; never: ${closed.join(", ") || "none"}`,
		`  slowest        ${rest.slowest.map(([key, ms]) => `${key} ${ms} ms`).join(", ")}`,
		`  alive          ${rest.isAlive ? "yes" : "no"}`,
		`  findings       ${findings.length}`,
		...findings.flatMap(({ number, request, faults }) => [
			`    #${number} ${request}`,
			...faults.map((text) => `      ✗ ${text}`),
		]),
		...printed.map((line) => `    printed: ${line}`),
		"",
	].join("\n");
}
