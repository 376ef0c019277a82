import type { BusBed } from "../bus-bed.ts";
import type { BusTraits } from "./bus/consumers.ts";
import { batchSpecification } from "./bus/batches.ts";
import { deliverySpecification } from "./bus/delivery.ts";
import { parallelSpecification } from "./bus/parallel.ts";
import { operatorSpecification } from "./bus/operator.ts";
import { outageSpecification } from "./bus/outage.ts";
import { parkingSpecification } from "./bus/parking.ts";
import { startSpecification } from "./bus/start.ts";

/** The promises every bus keeps, as tests. */
export function describeBus(name: string, createBed: () => Promise<BusBed>, traits: BusTraits): void {
	describe(`the bus promises, on ${name}`, () => {
		let bed: BusBed;
		beforeEach(async () => {
			bed = await createBed();
		});
		afterEach(async () => {
			bed.crash();
			await bed.close();
		});
		deliverySpecification(() => bed, traits);
		startSpecification(() => bed, traits);
		parkingSpecification(() => bed);
		operatorSpecification(() => bed);
		outageSpecification(() => bed);
		batchSpecification(() => bed);
		if (traits.isParallel !== false) parallelSpecification(() => bed);
	});
}
