import type { StoreBed } from "./store/bed.ts";
import { commitSpecification } from "./store/commits.ts";
import { faultySpecification } from "./store/faulty.ts";
import { findSpecification } from "./store/finding.ts";
import { historySpecification } from "./store/history.ts";
import { logSpecification } from "./store/log.ts";

export type { StoreBed } from "./store/bed.ts";

/** Whether the store is a log too. */
export interface StoreTraits {
	readonly hasLog: boolean;
}

/** The promises every store keeps, as tests. */
export function describeStore(name: string, open: () => Promise<StoreBed>, traits: StoreTraits): void {
	describe(`the store promises, on ${name}`, () => {
		const bed = useBed(open);
		describe("commits", () => commitSpecification(bed));
		describe("history", () => historySpecification(bed));
		describe("queries", () => findSpecification(bed));
		if (traits.hasLog) describe("log", () => logSpecification(bed));
		describe("trouble", () => faultySpecification(bed));
	});
}

/** What holds on a store that loses replies and races. */
export function describeStoreInTrouble(name: string, open: () => Promise<StoreBed>): void {
	describe(`the store promises in trouble, on ${name}`, () => faultySpecification(useBed(open)));
}

function useBed(open: () => Promise<StoreBed>): () => StoreBed {
	let bed: StoreBed;
	beforeEach(async () => {
		const opened = await open();
		const follow = (current: StoreBed): StoreBed => ({
			...current,
			reopen: async () => (bed = follow(await current.reopen())),
		});
		bed = follow(opened);
	});
	afterEach(() => bed.close());
	return () => bed;
}
