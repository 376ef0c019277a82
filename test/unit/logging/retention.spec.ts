import { purgeRows } from "../../../services/logging/application/retention.ts";
import { EVENT_ROW } from "../../../services/logging/domain/event-row.ts";
import { createHostileStore } from "../../support/hostile/store.ts";

const ROWS = 2_500;

async function storeWithRows() {
	const store = createHostileStore({ seed: 1 });
	store.define({ kind: EVENT_ROW, indexes: [{ fields: ["timestamp"] }] });
	await store.commit(
		Array.from({ length: ROWS }, (_, index) => ({
			kind: EVENT_ROW,
			id: `order:ORD_${index}:1`,
			expectedVersion: 0,
			state: { timestamp: new Date(index * 1_000).toISOString() },
			events: [],
			commands: [],
		})),
	);
	return store;
}

describe("the purge of old rows", () => {
	it("removes what is as old as the limit, page by page, and nothing younger", async () => {
		const store = await storeWithRows();
		expect(await purgeRows(store, new Date(2_199_000).toISOString(), () => false)).toBe(2_200);
		expect(await store.count(EVENT_ROW)).toBe(ROWS - 2_200);
		expect(await store.load(EVENT_ROW, "order:ORD_2199:1")).toBeNull();
		expect(await store.load(EVENT_ROW, "order:ORD_2200:1")).not.toBeNull();
	});

	it("stops between two pages when it is told to", async () => {
		const store = await storeWithRows();
		let asked = 0;
		expect(await purgeRows(store, new Date(ROWS * 1_000).toISOString(), () => ++asked > 1)).toBe(1_000);
		expect(await store.count(EVENT_ROW)).toBe(1_500);
	});
});
