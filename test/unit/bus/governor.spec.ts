import {
	BATCH_BUSY,
	BATCH_MAX,
	batchOf,
	IN_FLIGHT_BUSY,
	IN_FLIGHT_MAX,
	LAG_MAX,
	windowOf,
} from "../../../mixins/bus/embedded/governor.ts";
import { virtualClock } from "../../../mixins/clock/virtual.ts";
import { BUSY_MS, BUSY_REQUESTS, Pressure } from "../../../mixins/pressure.ts";

describe("requests before deliveries", () => {
	it("gives a group its full window while nobody waits", () => {
		expect(windowOf(0, false)).toBe(IN_FLIGHT_MAX);
		expect(windowOf(LAG_MAX * 2, false)).toBe(IN_FLIGHT_MAX);
	});

	it("narrows the window while many wait, but not for a group that is too far behind", () => {
		expect(windowOf(0, true)).toBe(IN_FLIGHT_BUSY);
		expect(windowOf(LAG_MAX, true)).toBe(IN_FLIGHT_BUSY);
		expect(windowOf(LAG_MAX + 1, true)).toBe(IN_FLIGHT_MAX);
	});

	it("makes batches smaller while many wait, by the same rule", () => {
		expect([batchOf(0, false), batchOf(0, true)]).toEqual([BATCH_MAX, BATCH_BUSY]);
		expect([batchOf(LAG_MAX, true), batchOf(LAG_MAX + 1, true)]).toEqual([BATCH_BUSY, BATCH_MAX]);
	});

	it("counts as busy from many requests at a time, and a little longer", async () => {
		const clock = virtualClock(1_000);
		const pressure = new Pressure(clock);
		const enter = (times: number) => Array.from({ length: times }).forEach(() => pressure.enter());
		enter(BUSY_REQUESTS - 1);
		expect(pressure.isBusy).toBe(false);
		pressure.enter();
		expect(pressure.isBusy).toBe(true);
		for (let left = 0; left < BUSY_REQUESTS; left++) pressure.leave();
		await clock.advance(BUSY_MS - 1);
		expect(pressure.isBusy).toBe(true);
		await clock.advance(1);
		expect(pressure.isBusy).toBe(false);
		pressure.leave();
		enter(BUSY_REQUESTS - 1);
		expect(pressure.isBusy).toBe(false);
	});
});
