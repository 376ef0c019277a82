import { purgeAll } from "../../../services/logging/application/retention.ts";
import { EVENT_ROW } from "../../../services/logging/domain/event-row.ts";
import { HOUR, MINUTE } from "../../../services/logging/domain/roll-up.ts";
import { createHostileStore } from "../../support/hostile/store.ts";

const ROWS = 2_500;
const DAY_MS = 86_400_000;

async function storeWith(kind: string, field: string, times: readonly number[]) {
	const store = createHostileStore({ seed: 1 });
	store.define({ kind: EVENT_ROW, indexes: [{ fields: ["timestamp"] }] });
	for (const unit of [HOUR, MINUTE]) store.define({ kind: unit, indexes: [{ fields: ["from"] }] });
	await store.commit(
		times.map((time, index) => ({
			kind,
			id: `record-${index}`,
			expectedVersion: 0,
			state: { [field]: new Date(time).toISOString() },
			events: [],
			commands: [],
		})),
	);
	return store;
}

const seconds = Array.from({ length: ROWS }, (_, index) => index * 1_000);

describe("the purge", () => {
	it("removes rows as old as the limit, page by page, and nothing younger", async () => {
		const store = await storeWith(EVENT_ROW, "timestamp", seconds);
		expect(await purgeAll(store, 2_199_000 + DAY_MS, DAY_MS, () => false)).toBe(2_200);
		expect(await store.count(EVENT_ROW)).toBe(ROWS - 2_200);
		expect(await store.load(EVENT_ROW, "record-2199")).toBeNull();
		expect(await store.load(EVENT_ROW, "record-2200")).not.toBeNull();
	});

	it("stops between two pages when it is told to", async () => {
		const store = await storeWith(EVENT_ROW, "timestamp", seconds);
		let asked = 0;
		expect(await purgeAll(store, ROWS * 1_000 + DAY_MS, DAY_MS, () => ++asked > 1)).toBe(1_000);
		expect(await store.count(EVENT_ROW)).toBe(1_500);
	});

	it.each([
		[MINUTE, 7, 31],
		[MINUTE, 90, 31],
		[HOUR, 7, 31],
		[HOUR, 90, 90],
	])("keeps each %s after a retention of %i days for %i", async (kind, retentionDays, keptDays) => {
		const days = Array.from({ length: 120 }, (_, index) => index * DAY_MS);
		const store = await storeWith(kind, "from", days);
		await purgeAll(store, 120 * DAY_MS, retentionDays * DAY_MS, () => false);
		expect(await store.count(kind)).toBe(keptDays - 1);
	});
});
