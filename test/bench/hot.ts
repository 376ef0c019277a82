import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./figures.ts";
import type { LaneResult } from "./parts/lanes.ts";
import { run } from "./process.ts";
import type { ScenarioOptions } from "./options.ts";

const RUNS = 3;

/** One document that 256 callers want at once, through the broker, beside the bare store doing as much. */
export async function hot(part: string, what: string, { seconds }: ScenarioOptions): Promise<unknown> {
	const floor: LaneResult[] = [];
	const platform: LaneResult[] = [];
	for (let round = 0; round < RUNS; round++) {
		floor.push(show("floor", await inner("bare", seconds)));
		platform.push(show(what, await inner(part, seconds)));
	}
	const ratio = median(platform.map((each, index) => each.perSecond / (floor[index]?.perSecond ?? Number.NaN)));
	const perSecond = median(platform.map((each) => each.sustainedPerSecond));
	console.log(`${what} ${perSecond}/s sustained, ${ratio.toFixed(2)} of the floor`);
	return { perSecond, ratio, floor, platform };
}

async function inner(part: string, seconds: number): Promise<LaneResult> {
	const folder = mkdtempSync(join(tmpdir(), "payflow-hot-"));
	const args = ["--part", part, "--folder", folder, "--seconds", String(seconds)];
	const child = await run("test/bench/parts/inner.ts", args, {}, /result \{.*\}\n/, (seconds + 60) * 1_000);
	return JSON.parse(/result (\{.*\})/.exec(child.output())?.[1] ?? "{}") as LaneResult;
}

function show(what: string, result: LaneResult): LaneResult {
	const { perSecond, sustainedPerSecond, latency, cpu, memoryMiB } = result;
	console.log(
		`${what}: ${perSecond}/s, sustained ${sustainedPerSecond}/s, p50 ${latency.p50} p95 ${latency.p95} p99 ${latency.p99} ` +
			`max ${latency.max} ms, CPU ${cpu}, ${memoryMiB} MiB`,
	);
	return result;
}
