import type { CHECKS } from "../oracle/violation.ts";
import type { Pool } from "../pool.ts";
import type { Bug } from "./bug.ts";
import { bugs } from "./bugs.ts";

/** How a bug was found. */
export interface Finding {
	readonly bug: Bug;
	/** Null: it was not. */
	readonly check: keyof typeof CHECKS | null;
	/** The first seed that catches it, from 1 on; so many seeds it takes. */
	readonly seed: number;
}

const TOGETHER = 4;

/** The first seed from 1 on that catches a bug, at most `limit`. */
export async function find(pool: Pool, bug: Bug, limit: number): Promise<Finding> {
	for (let first = 1; first <= limit; first += TOGETHER) {
		const seeds = Array.from({ length: TOGETHER }, (_none, index) => first + index);
		const results = await Promise.all(seeds.map((seed) => pool.run({ bug: bug.name, options: { seed } })));
		const caught = results.find(({ broken }) => broken !== null);
		if (caught?.broken != null) return { bug, check: caught.broken.check, seed: caught.seed };
	}
	return { bug, check: null, seed: limit };
}

/** Looks for every bug and prints the table; 1 when one was not found. */
export async function runBugs(pool: Pool, limit: number, print: (line: string) => void): Promise<number> {
	print("| planted bug | what is wrong | caught by | seeds |\n| --- | --- | --- | ---: |");
	let isComplete = true;
	for (const bug of bugs) {
		const { check, seed } = await find(pool, bug, limit);
		if (check === null) isComplete = false;
		print(`| ${bug.name} | ${bug.what} | ${check ?? "**nothing**"} | ${seed} |`);
	}
	return isComplete ? 0 : 1;
}
