import { virtualClock } from "../../../mixins/clock/virtual.ts";
import { within } from "../../../mixins/clock/within.ts";

describe("waiting for something at most so long", () => {
	it.each([
		["ends well", () => Promise.resolve("done")],
		["fails", () => Promise.reject(new Error("broken"))],
	])("ends with what %s, and leaves no timer behind", async (_name, work) => {
		let patience: AbortSignal | undefined;
		const sleep = (_ms: number, signal?: AbortSignal) => {
			patience = signal;
			return new Promise<void>(() => undefined);
		};
		expect(await within({ sleep }, 1_000, work())).toBe(true);
		expect(patience?.aborted).toBe(true);
	});

	it("goes on without what takes longer", async () => {
		const clock = virtualClock(0);
		const waited = within(clock, 1_000, new Promise(() => undefined));
		await clock.advance(1_000);
		expect(await waited).toBe(false);
	});

	it("is not troubled by what fails afterwards", async () => {
		const clock = virtualClock(0);
		const { promise, reject } = Promise.withResolvers<never>();
		const waited = within(clock, 10, promise);
		await clock.advance(10);
		reject(new Error("too late"));
		expect(await waited).toBe(false);
	});
});
