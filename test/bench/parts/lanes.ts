/** What a run of lanes came to; times in ms. */
export interface LaneResult {
	readonly done: number;
	readonly perSecond: number;
	/** The same, counting the time until every consumer had caught up. */
	readonly sustainedPerSecond: number;
	readonly latency: { p50: number; p95: number; p99: number; max: number };
	/** Cores used by the process while it worked. */
	readonly cpu: number;
	readonly memoryMiB: number;
}

export interface LaneOptions {
	readonly seconds: number;
	readonly lanes: number;
	/** The n-th piece of work, n from 0, over all lanes. */
	work(n: number): Promise<unknown>;
	settled?(): Promise<void>;
}

const WARM_UP_PIECES = 5_000;

/** Keeps `lanes` pieces of work under way for `seconds`, after a warm-up. */
export async function timed({ seconds, lanes, work, settled }: LaneOptions): Promise<LaneResult> {
	let next = 0;
	const latencies: number[] = [];
	const lane = async (isOver: () => boolean, isCounted: boolean): Promise<void> => {
		while (!isOver()) {
			const startedAt = performance.now();
			await work(next++);
			if (isCounted) latencies.push(performance.now() - startedAt);
		}
	};
	const all = (isOver: () => boolean, isCounted: boolean) =>
		Promise.all(Array.from({ length: lanes }, () => lane(isOver, isCounted)));
	await all(() => next >= WARM_UP_PIECES, false);
	await settled?.();
	const cpu = process.cpuUsage();
	const startedAt = performance.now();
	await all(() => performance.now() - startedAt >= seconds * 1_000, true);
	const elapsed = performance.now() - startedAt;
	const { user, system } = process.cpuUsage(cpu);
	await settled?.();
	const drained = performance.now() - startedAt;
	const sorted = Float64Array.from(latencies).sort();
	const at = (share: number) => Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 100) / 100;
	return {
		done: next,
		perSecond: Math.round((latencies.length / elapsed) * 1_000),
		sustainedPerSecond: Math.round((latencies.length / drained) * 1_000),
		latency: { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) },
		cpu: Math.round((user + system) / elapsed / 10) / 100,
		memoryMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
	};
}
