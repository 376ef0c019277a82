import { within } from "../../../mixins/clock/within.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import type { Deliveries, Stuck } from "../application/ports.ts";

/** A consumer that needs longer than this is told as behind. */
const DRAIN_MAX_MS = 10_000;

/** The bus of this process, as the doctor sees it. */
export function createDeliveries({ bus, clock }: Pick<Runtime, "bus" | "clock">): Deliveries {
	return {
		async drained() {
			let isDrained = false;
			const drained = bus.drained().then(() => {
				isDrained = true;
			});
			await within(clock, DRAIN_MAX_MS, drained);
			return isDrained;
		},
		async stuck(limit) {
			const stuck: Stuck[] = [];
			for (const { group } of (await bus.status()).filter(({ parked, dead }) => parked + dead > 0))
				for (const { id, error, isDead } of await bus.parked(group, limit - stuck.length))
					stuck.push({ id, group, error: error ?? "waits behind an event before it", isDead });
			return stuck.slice(0, limit);
		},
		async behind() {
			const isFar = await this.drained();
			if (isFar) return [];
			return (await bus.status()).filter(({ lag }) => lag > 0).map(({ group, lag }) => ({ group, lag }));
		},
	};
}
