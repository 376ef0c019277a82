import { virtualClock } from "../../../mixins/clock/virtual.ts";
import type { BusBed } from "../../support/bus-bed.ts";
import { createPublisher } from "../../support/envelopes.ts";
import { BusDisk, type BusFaults, createHostileBus, type HostileBus } from "../../support/hostile/bus.ts";
import { createHostileStore } from "../../support/hostile/store.ts";
import { describeBus } from "../../support/specifications/bus.specification.ts";

function hostileBusBed(seed: number, faults: Partial<BusFaults>): BusBed {
	const clock = virtualClock(Date.UTC(2026, 0, 1));
	const store = createHostileStore({ seed, faults: { gaps: 0.3 } });
	const disk = new BusDisk();
	let newest: HostileBus | null = null;
	let isRefused = false;
	return {
		clock,
		open() {
			newest = createHostileBus({ log: store, clock, seed, faults, disk });
			newest.refuseWrites(isRefused);
			return newest;
		},
		crash: () => newest?.crash(),
		refuseWrites(value) {
			isRefused = value;
			newest?.refuseWrites(value);
		},
		publish: createPublisher(store),
		close: () => store.close(),
	};
}

describeBus("the bus in memory", async () => hostileBusBed(1, {}), { isExact: true });

describe.each([41, 42, 43])("seed %i", (base) => {
	let seed = base * 1_000;
	describeBus("the hostile bus", async () => hostileBusBed(seed++, { lostAck: 0.2, slow: 0.3 }), { isExact: false });
});
