import { ALL_FAULTS, createHostileStore, type HostileStoreOptions } from "../../support/hostile/store.ts";
import {
	describeStore,
	describeStoreInTrouble,
	type StoreBed,
} from "../../support/specifications/store.specification.ts";

async function bedOf(options: HostileStoreOptions): Promise<StoreBed> {
	const store = createHostileStore(options);
	return {
		store,
		log: store,
		async reopen() {
			await store.close();
			return bedOf({ ...options, disk: store.disk });
		},
		close: () => store.close(),
	};
}

describeStore("the store in memory", () => bedOf({ seed: 1 }), { hasLog: true });

describeStore(
	"the store in memory that is slow and torn",
	() => bedOf({ seed: 2, faults: { slow: 0.3, isScattered: true } }),
	{
		hasLog: false,
	},
);

describe.each([31, 32, 33, 34, 35])("seed %i", (seed) => {
	describeStoreInTrouble("the hostile store", () => bedOf({ seed, faults: ALL_FAULTS }));
});
