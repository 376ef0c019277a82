import { systemClock } from "../../../mixins/clock/system.ts";
import { virtualClock } from "../../../mixins/clock/virtual.ts";
import { virtualTicker, systemTicker, tickerFor } from "../../../mixins/scheduler/ticker.ts";
import { turns } from "../../support/patience.ts";

const START = Date.UTC(2026, 0, 1, 0, 0, 30);

describe("a ticker on a virtual clock", () => {
	it("ticks at a fixed pace as time is moved", async () => {
		const clock = virtualClock(START);
		const ticks: number[] = [];
		virtualTicker(clock).start({ everyMs: 250 }, async () => ticks.push(clock.now() - START));
		await clock.advance(1_100);
		expect(ticks).toEqual([250, 500, 750, 1_000]);
	});

	it("ticks by a cron rule over months", async () => {
		const clock = virtualClock(START);
		const ticks: string[] = [];
		tickerFor(clock).start({ cron: "0 16 1 * *" }, async () => ticks.push(clock.iso()));
		await clock.advance(90 * 86_400_000);
		expect(ticks).toEqual(["2026-01-01T16:00:00.000Z", "2026-02-01T16:00:00.000Z", "2026-03-01T16:00:00.000Z"]);
	});

	it("lets a job finish before time moves on", async () => {
		const clock = virtualClock(START);
		const finished: number[] = [];
		virtualTicker(clock).start({ everyMs: 1_000 }, async () => {
			await turns(30);
			finished.push(clock.now() - START);
		});
		await clock.advance(3_500);
		expect(finished).toEqual([1_000, 2_000, 3_000]);
	});

	it("moves time for a job that waits for it", async () => {
		const clock = virtualClock(START);
		let finishedAt = 0;
		const timer = virtualTicker(clock).start({ everyMs: 1_000 }, async () => {
			timer.cancel();
			await clock.sleep(5_000);
			finishedAt = clock.now() - START;
		});
		await clock.advance(10_000);
		expect(finishedAt).toBe(6_000);
	});

	it("stops when it is told to", async () => {
		const clock = virtualClock(START);
		let ticks = 0;
		const timer = virtualTicker(clock).start({ everyMs: 100 }, async () => ticks++);
		await clock.advance(250);
		timer.cancel();
		await clock.advance(1_000);
		expect(ticks).toBe(2);
	});

	it.each([{ everyMs: 0 }, { everyMs: 1.5 }, { everyMs: Number.NaN }, { cron: "soon" }])("refuses %p", (rhythm) => {
		expect(() => virtualTicker(virtualClock(START)).start(rhythm, async () => undefined)).toThrow(/pace|cron/);
	});
});

describe("a ticker on the machine's clock", () => {
	it("ticks by node-schedule", async () => {
		const ticker = tickerFor(systemClock());
		await new Promise<void>((resolve) => {
			const timer = ticker.start({ cron: "* * * * * *" }, async () => {
				timer.cancel();
				resolve();
			});
		});
	});

	it("ticks at a fixed pace", async () => {
		let ticks = 0;
		await new Promise<void>((resolve) => {
			const timer = systemTicker(systemClock()).start({ everyMs: 5 }, async () => {
				if (++ticks < 3) return;
				timer.cancel();
				resolve();
			});
		});
		expect(ticks).toBe(3);
	});

	it("refuses what is no rule", () => {
		expect(() => systemTicker(systemClock()).start({ cron: "99 * * * *" }, async () => undefined)).toThrow(
			"is no cron rule",
		);
	});
});
