import type { Clock } from "../../../mixins/clock/port.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import { virtualClock } from "../../../mixins/clock/virtual.ts";

const START = Date.parse("2030-01-07T00:00:00.000Z");
const DAY_MS = 86_400_000;
const clocks: readonly (readonly [string, () => Clock & { advance?(ms: number): Promise<void> }])[] = [
	["the system's clock", systemClock],
	["a virtual clock", () => virtualClock(START)],
];

describe.each(clocks)("%s", (_name, make) => {
	const clock = make();

	it("tells the instant in both forms", () => {
		expect(Math.abs(Date.parse(clock.iso()) - clock.now())).toBeLessThan(1_000);
		expect(clock.iso()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	});

	it("wakes sleepers in the order of their times", async () => {
		const woken: string[] = [];
		const sleep = (name: string, ms: number) => clock.sleep(ms).then(() => woken.push(name));
		const all = Promise.all([sleep("late", 15), sleep("soon", 1), sleep("later", 30)]);
		await clock.advance?.(30);
		await all;
		expect(woken).toEqual(["soon", "late", "later"]);
	});

	it("stops a sleep with the signal's reason, before and during it", async () => {
		const controller = new AbortController();
		const during = clock.sleep(60_000, controller.signal);
		controller.abort(new Error("enough"));
		await expect(during).rejects.toThrow("enough");
		await expect(clock.sleep(60_000, controller.signal)).rejects.toThrow("enough");
		const untouched = new AbortController();
		const quick = clock.sleep(1, untouched.signal);
		await clock.advance?.(1);
		await quick;
		untouched.abort(new Error("too late"));
	});

	it("calls a task once, unless it was called off", async () => {
		const called: string[] = [];
		clock.after(2, () => called.push("kept"));
		clock.after(1, () => called.push("called off")).cancel();
		const done = clock.sleep(10);
		await clock.advance?.(10);
		await done;
		expect(called).toEqual(["kept"]);
	});

	it("runs what waits for the next turn after everything that is ready now", async () => {
		const order: string[] = [];
		clock.nextTurn(() => order.push("next turn"));
		void Promise.resolve().then(() => order.push("now"));
		await clock.turn();
		expect(order).toEqual(["now", "next turn"]);
	});
});

describe("a virtual clock", () => {
	it("stands still until it is told to move", async () => {
		const clock = virtualClock(START);
		await clock.turn();
		expect(clock.now()).toBe(START);
		await clock.advance(30 * DAY_MS);
		expect(clock.iso()).toBe("2030-02-06T00:00:00.000Z");
	});

	it("fires everything due on the way at its own instant, also what is set on the way", async () => {
		const clock = virtualClock(START);
		const fired: number[] = [];
		const daily = (): void => {
			fired.push(clock.now() - START);
			clock.after(DAY_MS, daily);
		};
		clock.after(DAY_MS, daily);
		await clock.advance(3 * DAY_MS + 1);
		expect(fired).toEqual([DAY_MS, 2 * DAY_MS, 3 * DAY_MS]);
		await clock.advance(DAY_MS - 2);
		expect(fired).toHaveLength(3);
		await clock.advance(1);
		expect(fired).toHaveLength(4);
	});

	it("fires equal times in the order they were set, and overdue ones at once", async () => {
		const clock = virtualClock(START);
		const fired: string[] = [];
		for (const name of ["a", "b", "c"]) clock.after(5, () => fired.push(name));
		clock.after(-5, () => fired.push("overdue"));
		await clock.advance(5);
		expect(fired).toEqual(["overdue", "a", "b", "c"]);
	});
});
