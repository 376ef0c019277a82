import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./process.ts";

/** What is asked for: `orders` is how many events are stored. */
interface ScenarioOptions {
	readonly seconds: number;
	readonly orders: number;
}

/** Shares of many times in ms. */
interface Times {
	readonly median: number;
	readonly p95: number;
}

/** What a run of `parts/log.ts` prints. */
interface LogResult {
	readonly seededMs: number;
	readonly ingest: {
		readonly events: number;
		readonly perSecond: number;
		readonly loopMicrosecondsPerEvent: number;
		readonly readMicrosecondsPerEvent: number;
		readonly allMicrosecondsPerEvent: number;
		readonly residentMiB: number;
	};
	readonly queries: Readonly<Record<string, Times>> | null;
	readonly visible: {
		readonly ordersPerSecond: number;
		readonly visibleAfterMs: Times;
		readonly loopShare: number;
		readonly residentMiB: number;
	} | null;
}

const RUN_MAX_MS = 1_800_000;

/** The rate at which a log of `orders` events is taken in from its beginning. */
export async function logIngest(options: ScenarioOptions): Promise<unknown> {
	return show(await log(options, "none"));
}

/** Figures, recent rows, traces and users with that many events stored. */
export async function logQueries(options: ScenarioOptions): Promise<unknown> {
	return show(await log(options, "queries"));
}

/** How soon a committed event has its row while 1,000 orders a second come in. */
export async function logVisible(options: ScenarioOptions): Promise<unknown> {
	return show(await log({ ...options, orders: Math.min(options.orders, 10_000) }, "visible"));
}

async function log({ seconds, orders }: ScenarioOptions, parts: string): Promise<LogResult> {
	const folder = mkdtempSync(join(tmpdir(), "payflow-log-"));
	const args = ["--folder", folder, "--events", String(orders), "--seconds", String(seconds), "--parts", parts];
	const child = await run("test/bench/parts/log.ts", args, {}, /result \{.*\}\n/, RUN_MAX_MS);
	return JSON.parse(/result (\{.*\})/.exec(child.output())?.[1] ?? "{}") as LogResult;
}

function show(result: LogResult): LogResult {
	const { ingest, queries, visible, seededMs } = result;
	console.log(
		`seeded ${ingest.events} events in ${seededMs} ms; taken in at ${ingest.perSecond}/s, event loop ` +
			`${ingest.loopMicrosecondsPerEvent} µs each (reading the file ${ingest.readMicrosecondsPerEvent} of them), ` +
			`both threads ${ingest.allMicrosecondsPerEvent} µs, ${ingest.residentMiB} MiB`,
	);
	for (const [name, { median, p95 }] of Object.entries(queries ?? {}))
		console.log(`${name}: median ${median} ms, p95 ${p95} ms`);
	if (visible !== null)
		console.log(
			`${visible.ordersPerSecond} orders/s: row visible after median ${visible.visibleAfterMs.median} ms, ` +
				`p95 ${visible.visibleAfterMs.p95} ms; event loop ${visible.loopShare}, ${visible.residentMiB} MiB`,
		);
	return result;
}
