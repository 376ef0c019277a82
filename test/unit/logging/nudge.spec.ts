import { virtualClock } from "../../../mixins/clock/virtual.ts";
import { createNudge, NUDGE_EVERY_MS } from "../../../services/logging/application/nudge.ts";
import { EPOCH } from "../../support/broker.ts";

describe("the nudge", () => {
	it("tells the first news at once, what follows soon together, and nothing when nothing follows", async () => {
		const clock = virtualClock(EPOCH);
		const told: number[] = [];
		const nudge = createNudge(clock, () => told.push(clock.now() - EPOCH));
		for (let time = 0; time < 100; time++) nudge.give();
		expect(told).toEqual([0]);
		await clock.advance(NUDGE_EVERY_MS);
		expect(told).toEqual([0, NUDGE_EVERY_MS]);
		await clock.advance(4 * NUDGE_EVERY_MS);
		expect(told).toHaveLength(2);
		nudge.give();
		expect(told.at(-1)).toBe(5 * NUDGE_EVERY_MS);
	});

	it("is four times a second at most, and never after its end", async () => {
		const clock = virtualClock(EPOCH);
		let told = 0;
		const nudge = createNudge(clock, () => told++);
		for (let ms = 0; ms < 1_000; ms += 5) {
			nudge.give();
			await clock.advance(5);
		}
		expect(told).toBeGreaterThan(3);
		expect(told).toBeLessThanOrEqual(5);
		nudge.give();
		nudge.stop();
		const before = told;
		await clock.advance(1_000);
		nudge.give();
		expect(told).toBe(before);
	});
});
