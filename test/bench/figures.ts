import type { Measured } from "./scenarios.ts";

/** Prints a measured run in one line and gives it back. */
export function show(what: string, result: Measured): Measured {
	const { perSecond, latency, serverCpu, generatorCpu, memoryMiB } = result;
	console.log(
		`${what}: ${perSecond}/s, p50 ${latency.p50} p95 ${latency.p95} p99 ${latency.p99} max ${latency.max} ms, ` +
			`CPU server ${serverCpu} generator ${generatorCpu}, ${memoryMiB} MiB`,
	);
	return result;
}

/** The middle of some values. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((left, right) => left - right);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
