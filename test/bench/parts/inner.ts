import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadServices } from "../../../deploy/scripts/services.ts";
import { readSettings } from "../../../mixins/config/settings.ts";
import { createBroker, createRuntime } from "../../../mixins/platform.ts";
import { ROOT } from "../process.ts";
import { bareStore } from "./bare-store.ts";
import { hotAccount, hotProduct, type Part } from "./hot.ts";
import { timed, type LaneResult } from "./lanes.ts";

/**
 * One part of the platform without HTTP, in a process of its own: `node inner.ts --part hot-product --folder F --seconds 5`.
 * Prints the result as one line of JSON.
 */
const { values } = parseArgs({
	options: {
		part: { type: "string", default: "hot-product" },
		folder: { type: "string", default: "." },
		seconds: { type: "string", default: "5" },
		lanes: { type: "string", default: "256" },
	},
});
const parts: Readonly<Record<string, Part>> = { "hot-product": hotProduct, "hot-account": hotAccount };
const seconds = Number(values.seconds);
const lanes = Number(values.lanes);

async function bare(): Promise<LaneResult> {
	const store = bareStore(join(values.folder, "bare.db"));
	const result = await timed({ seconds, lanes, work: (n) => store.write(n) });
	store.close();
	return result;
}

async function platform(part: Part): Promise<LaneResult> {
	const settings = readSettings({ DATA_DIR: values.folder, LOG_LEVEL: "error", TOSS_API_URL: "http://127.0.0.1:1" });
	const runtime = await createRuntime(settings);
	const broker = createBroker(runtime, await loadServices(ROOT, part.services), { logger: false });
	await broker.start();
	const work = await part.prepare(broker, runtime.ids);
	const result = await timed({ seconds, lanes, work, settled: () => runtime.bus.drained() });
	await part.verify(broker, result.done);
	await broker.stop();
	return result;
}

const part = parts[values.part];
const result = part === undefined ? await bare() : await platform(part);
rmSync(values.folder, { recursive: true, force: true });
console.log(`result ${JSON.stringify(result)}`);
process.exit(0);
