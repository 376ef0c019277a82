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
		for (const { seed, broken } of results) {
			if (broken === null) continue;
			// What the seed breaks anyway is no finding.
			const plain = await pool.run({ bug: null, options: { seed } });
			if (plain.broken === null) return { bug, check: broken.check, seed };
		}
	}
	return { bug, check: null, seed: limit };
}

/** What came of a bug and the seed that is known to catch it. */
export interface KnownFinding {
	readonly name: string;
	readonly check: string | null;
	readonly seed: number;
	/** What the same seed breaks without the bug; null: nothing. */
	readonly without: string | null;
}

/** Tries each bug with its known seed, then with others, and the seed that caught it without the bug. */
export async function runKnown(pool: Pool, limit: number, print: (line: string) => void): Promise<number> {
	const findings = await Promise.all(bugs.map((bug) => tryKnown(pool, bug, limit)));
	print(JSON.stringify(findings));
	return findings.every(({ check, without }) => check !== null && without === null) ? 0 : 1;
}

async function tryKnown(pool: Pool, bug: Bug, limit: number): Promise<KnownFinding> {
	const { name, seed: known } = bug;
	const { broken } = await pool.run({ bug: name, options: { seed: known } });
	const { check, seed } = broken === null ? await find(pool, bug, limit) : { check: broken.check, seed: known };
	const plain = await pool.run({ bug: null, options: { seed } });
	return { name, check, seed, without: plain.broken?.what ?? null };
}

/** Looks for every bug and prints the table; 1 when one was not found. */
export async function runBugs(
	pool: Pool,
	{ limit, only }: { readonly limit: number; readonly only: string | null },
	print: (line: string) => void,
): Promise<number> {
	print("| planted bug | what is wrong | caught by | seeds |\n| --- | --- | --- | ---: |");
	let isComplete = true;
	for (const bug of bugs.filter(({ name }) => only === null || name === only)) {
		const { check, seed } = await find(pool, bug, limit);
		if (check === null) isComplete = false;
		print(`| ${bug.name} | ${bug.what} | ${check ?? "**nothing**"} | ${seed} |`);
	}
	return isComplete ? 0 : 1;
}
