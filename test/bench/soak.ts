import { median, show } from "./figures.ts";
import type { ScenarioOptions } from "./options.ts";
import { checkouts, drain, startPlatform } from "./scenarios.ts";

const PORT = 28_080;
const ROUNDS = 12;
/** Rounds at the start that fill caches and compile code. */
const WARM_UP_ROUNDS = 3;

/** Purchases for a dozen rounds with a pause to drain between them: memory after each, and how much it grew after the warm-up. */
export async function soak({ seconds }: ScenarioOptions): Promise<unknown> {
	const platform = await startPlatform(PORT);
	const memory: number[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		show(`round ${round + 1}`, await checkouts(platform, { seconds, buyers: 16 }));
		await drain(PORT);
		memory.push(Math.round(platform.server.memory()));
	}
	await platform.stop();
	const warm = memory.slice(WARM_UP_ROUNDS);
	const half = Math.floor(warm.length / 2);
	const ratio = median(warm.slice(half)) / median(warm.slice(0, half));
	console.log(`memory ${memory.join(", ")} MiB; second half to first half after the warm-up ${ratio.toFixed(3)}`);
	return { memory, growth: ratio };
}
