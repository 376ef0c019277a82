import type { ContestFigures, Rates } from "./side-by-side.ts";

/** Prints rows under their names, columns aligned. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
	const texts = [head, ...rows.map((row) => row.map((cell) => (typeof cell === "number" ? shown(cell) : cell)))];
	const widths = head.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
	for (const row of texts)
		console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
}

/** Prints what a contest came to. */
export function printContest(what: string, figures: ContestFigures): void {
	const { server, cores, load, publish, endToEnd, pace, latency } = figures;
	console.log(`${server}; ${cores} cores, load ${load.join(" → ")}`);
	printTable(
		["events per second", "bare", "PayFlow", "ratio"],
		[rowOf(`${what}: published`, publish), rowOf(`${what}: published and handled`, endToEnd)],
	);
	printTable(
		[`published to handled, ms, at ${pace}/s`, "bare", "PayFlow"],
		[
			["p50", latency.bare.p50, latency.ours.p50],
			["p95", latency.bare.p95, latency.ours.p95],
		],
	);
}

/** A row of rates. */
export function rowOf(what: string, { barePerSecond, perSecond, ratio }: Rates): readonly (string | number)[] {
	return [what, barePerSecond, perSecond, ratio];
}

function shown(value: number): string {
	return value.toLocaleString("en-US");
}
