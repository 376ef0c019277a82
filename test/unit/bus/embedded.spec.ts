import { embeddedBusBed } from "../../support/bus-bed.ts";
import { ALL_FAULTS, createHostileStore } from "../../support/hostile/store.ts";
import { describeBus } from "../../support/specifications/bus.specification.ts";

describeBus("the embedded bus over a plain store", async () => embeddedBusBed(createHostileStore({ seed: 1 })), {
	isExact: true,
});

describeBus(
	"the embedded bus with batches",
	async () => embeddedBusBed(createHostileStore({ seed: 2 }), undefined, 1),
	{
		isExact: true,
		isParallel: false,
	},
);

describe.each([27, 28])("seed %i", (base) => {
	let seed = base * 1_000;
	describeBus(
		"the embedded bus with batches over a hostile store",
		async () => {
			const hostile = createHostileStore({ seed: seed++, faults: ALL_FAULTS });
			const publishing = createHostileStore({ seed, disk: hostile.disk, faults: { gaps: 0.3 } });
			return embeddedBusBed(hostile, publishing, 1);
		},
		{ isExact: true, isParallel: false },
	);
});

describe.each([21, 22, 23, 24, 25, 26])("seed %i", (base) => {
	let seed = base * 1_000;
	describeBus(
		"the embedded bus over a hostile store",
		async () => {
			const hostile = createHostileStore({ seed: seed++, faults: ALL_FAULTS });
			return embeddedBusBed(hostile, createHostileStore({ seed, disk: hostile.disk, faults: { gaps: 0.3 } }));
		},
		{ isExact: true },
	);
});
