import type { RunOptions, RunResult } from "./run.ts";
import { planOf, TROUBLES, WHOLE, type Reduction } from "./world/plan.ts";

/** Runs a seed with something left out. */
export type Run = (options: RunOptions) => Promise<RunResult>;

/** Leaves out buyers and troubles for as long as the same check still fails. */
export async function shrink(run: Run, seed: number, check: string): Promise<Reduction> {
	let reduction: Reduction = { ...WHOLE, buyers: planOf(seed).buyers };
	const stillFails = async (wanted: Reduction) => (await run({ seed, reduction: wanted })).broken?.check === check;
	for (const trouble of TROUBLES) {
		const less = { ...reduction, without: [...reduction.without, trouble] };
		if (await stillFails(less)) reduction = less;
	}
	for (const buyer of reduction.buyers ?? []) {
		const less = { ...reduction, buyers: (reduction.buyers ?? []).filter((other) => other !== buyer) };
		if (await stillFails(less)) reduction = less;
	}
	return reduction;
}

/** The line that lives through it again. */
export function replayLine(seed: number, { buyers, without }: Reduction, bug: string | null): string {
	const words = ["npm run simulate -- --seed", String(seed)];
	if (without.length > 0) words.push("--without", without.join(","));
	if (buyers !== null) words.push("--buyers", buyers.length === 0 ? "none" : buyers.join(","));
	if (bug !== null) words.push("--bug", bug);
	return words.join(" ");
}
