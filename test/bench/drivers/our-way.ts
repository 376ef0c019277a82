import { createOutsideBus } from "../../../mixins/bus/outside/bus.ts";
import type { Driver, TopicPlan } from "../../../mixins/bus/outside/driver.ts";
import { written } from "../../../mixins/bus/port.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import type { Store } from "../../../mixins/store/port.ts";
import { openSqliteStore } from "../../../mixins/store/sqlite/index.ts";
import { BENCH_TOPICS, KINDS, PARTITIONS } from "./events.ts";
import type { Way } from "./side-by-side.ts";

/** The topics of one measurement. */
export function planOf(prefix: string): TopicPlan {
	return { prefix, kinds: KINDS, partitions: PARTITIONS, replicas: 1, hasAliases: false };
}

/**
 * The platform's bus over a driver, as a process of the cluster uses it: `written` texts from the relay on one side, a group with
 * a handler on the other. What it keeps of itself (starts, seats, positions) stands in a store in memory.
 */
export async function ourWay(
	prefix: string,
	make: (options: { plan: TopicPlan; store: Store; node: string }) => Driver,
): Promise<Way> {
	const clock = systemClock();
	const store = await openSqliteStore({ file: ":memory:", clock });
	const plan = planOf(prefix);
	const driver = make({ plan, store, node: "bench" });
	const bus = createOutsideBus({
		driver,
		store,
		clock,
		outsideClock: clock,
		partitions: PARTITIONS,
		topics: BENCH_TOPICS,
		onTrouble: (error) => console.error(`trouble: ${error.message}`),
	});
	return {
		prepare(batch) {
			const texts = batch.map((event) => JSON.stringify(event));
			return () => driver.publish(texts.map(written));
		},
		async consume(onHandled) {
			bus.subscribe({
				group: "bench",
				types: "*",
				from: "beginning",
				deliver: async ({ id }) => onHandled(id),
			});
			await bus.start();
		},
		async close() {
			await bus.stop();
			await store.close();
		},
	};
}
