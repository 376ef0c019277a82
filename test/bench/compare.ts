import { readFileSync } from "node:fs";

/** Paths of figures that are rates: more is better. */
const RATE = /perSecond$|ratio$/i;
const TIME = /p50$|p95$|p99$|median$|Ms$|memoryMiB$/;

/** Prints every rate and time of a run beside those of an earlier one, as ratios new to old. */
export function compare(file: string, results: Readonly<Record<string, unknown>>): void {
	const earlier = JSON.parse(readFileSync(file, "utf8")) as { commit: string; results: Record<string, unknown> };
	const before = new Map(figures(earlier.results));
	console.log(`\ncompared with ${earlier.commit}:`);
	for (const [path, now] of figures(results)) {
		const then = before.get(path);
		if (then === undefined || then === 0) continue;
		console.log(`${path}: ${then} → ${now}, ${(now / then).toFixed(2)}${RATE.test(path) ? "" : " (less is better)"}`);
	}
}

function figures(value: unknown, path = ""): (readonly [string, number])[] {
	if (typeof value === "number") return RATE.test(path) || TIME.test(path) ? [[path, value]] : [];
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([key, below]) => figures(below, path === "" ? key : `${path}.${key}`));
}
