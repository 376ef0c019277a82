import { median, show } from "./figures.ts";
import type { ScenarioOptions } from "./options.ts";
import { checkouts, drain, startFloor, startPlatform, startProvider, type Measured } from "./scenarios.ts";

const RUNS = 3;
const PORT = 28_080;
const PROVIDER_PORT = 28_090;
const BUYERS = [16, 64];
const REQUESTS_PER_PURCHASE = 2;

/** Purchases of one run; `sustained` counts the time until every saga and consumer had ended. */
interface Purchases {
	readonly perSecond: number;
	readonly sustainedPerSecond: number;
	readonly ratio: number;
	readonly runs: readonly (Measured & { drainMs: number; floorPerSecond: number })[];
}

/**
 * Whole purchases: create, confirm with the provider's HTTP call, then the saga with stock, points, ledger and the event
 * log. Beside each run the floor: a bare server that asks a bare provider and writes as many rows.
 */
export async function checkout({ seconds }: ScenarioOptions): Promise<unknown> {
	const results: Record<string, Purchases> = {};
	results["in process, 64"] = await purchases("provider in the same process, 64 buyers", { seconds, buyers: 64 });
	const provider = await startProvider(PROVIDER_PORT);
	const url = `http://127.0.0.1:${PROVIDER_PORT}`;
	for (const buyers of BUYERS)
		results[`own process, ${buyers}`] = await purchases(`provider in its own process, ${buyers} buyers`, {
			seconds,
			buyers,
			env: { TOSS_API_URL: url },
		});
	await provider.stop();
	return results;
}

async function purchases(
	what: string,
	{ seconds, buyers, env = {} }: { seconds: number; buyers: number; env?: Readonly<Record<string, string>> },
): Promise<Purchases> {
	const runs: (Measured & { drainMs: number; floorPerSecond: number })[] = [];
	for (let round = 0; round < RUNS; round++) {
		const floorPerSecond = await floor(seconds, buyers);
		const platform = await startPlatform(PORT, undefined, env);
		const measured = show(what, await checkouts(platform, { seconds, buyers }));
		runs.push({ ...measured, floorPerSecond, drainMs: await drain(PORT) });
		await platform.stop();
	}
	const perSecond = Math.round(median(runs.map((run) => run.perSecond)) / REQUESTS_PER_PURCHASE);
	const sustainedPerSecond = Math.round(median(runs.map(sustained)));
	const ratio = Math.round(median(runs.map((run) => run.perSecond / run.floorPerSecond)) * 100) / 100;
	const drains = runs.map((run) => run.drainMs).join(", ");
	console.log(`purchases ${perSecond}/s, ${ratio} of the floor, sustained ${sustainedPerSecond}/s, drain ${drains} ms`);
	return { perSecond, sustainedPerSecond, ratio, runs };
}

function sustained({ requests, seconds, drainMs }: Purchases["runs"][number]): number {
	return requests / REQUESTS_PER_PURCHASE / (seconds + drainMs / 1_000);
}

async function floor(seconds: number, buyers: number): Promise<number> {
	const provider = await startFloor("provider");
	const bare = await startFloor(`http://127.0.0.1:${provider.port}/v1/payments/confirm`);
	const { perSecond } = show("floor", await checkouts(bare, { seconds, buyers, isPlatform: false }));
	await bare.stop();
	await provider.stop();
	return perSecond;
}
