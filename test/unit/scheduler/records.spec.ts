import { changeRecord, RecordUnknown } from "../../../mixins/scheduler/records.ts";
import { finishSlot, isSlotDone, openSlot } from "../../../mixins/scheduler/slots.ts";
import { createHostileStore } from "../../support/hostile/store.ts";

const NOW = "2026-01-01T00:00:00.000Z";

interface Tally {
	readonly count: number;
	readonly by: string;
}

describe("a record that is changed by compare and set", () => {
	it("takes a change once, although replies get lost", async () => {
		const store = createHostileStore({ seed: 8, faults: { lostReply: 0.3, lostWrite: 0.1, lostRace: 0.1 } });
		for (let count = 1; count <= 100; count++) {
			const change = (tally: Tally | null): Tally => ({ count: (tally?.count ?? 0) + 1, by: `caller-${count}` });
			expect(await changeRecord<Tally>(store, "tally", "a", change)).toEqual({
				state: { count, by: `caller-${count}` },
			});
		}
	});

	it("leaves the record alone when the change refuses, and gives up when the store never answers", async () => {
		const store = createHostileStore({ seed: 8 });
		expect(await changeRecord<Tally>(store, "tally", "a", () => null)).toBe("refused");
		expect(await store.load("tally", "a")).toBeNull();
		store.refuse(() => true);
		const changing = changeRecord<Tally>(store, "tally", "a", () => ({ count: 1, by: "a" }));
		await expect(changing).rejects.toBeInstanceOf(RecordUnknown);
	});
});

describe("a period's slot", () => {
	it("is open until it is finished, and then never again", async () => {
		const store = createHostileStore({ seed: 8 });
		expect(await openSlot(store, "close", "2026-01-01", 1, NOW)).toBe(true);
		expect(await isSlotDone(store, "close", "2026-01-01")).toBe(false);
		await finishSlot(store, "close", "2026-01-01", 1, NOW);
		expect(await isSlotDone(store, "close", "2026-01-01")).toBe(true);
		expect(await openSlot(store, "close", "2026-01-01", 2, NOW)).toBe(false);
		expect(await openSlot(store, "close", "2026-01-02", 2, NOW)).toBe(true);
	});

	it("is taken over from a dead holder, who cannot open or finish it any more", async () => {
		const store = createHostileStore({ seed: 8 });
		await openSlot(store, "close", "2026-01-01", 1, NOW);
		expect(await openSlot(store, "close", "2026-01-01", 2, NOW)).toBe(true);
		await expect(openSlot(store, "close", "2026-01-01", 1, NOW)).rejects.toThrow("past token 1");
		await expect(finishSlot(store, "close", "2026-01-01", 1, NOW)).rejects.toThrow("past token 1");
		await finishSlot(store, "close", "2026-01-01", 2, NOW);
	});
});
