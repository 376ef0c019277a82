import { marketOf } from "../../prove/market.ts";
import { OptionsError, readOptions } from "../../prove/options.ts";
import { Progress } from "../../prove/progress.ts";

describe("the command line of a proof", () => {
	it("has a use for nothing, and kills often enough when there is chaos", () => {
		const none = {
			hasChaos: false,
			seconds: null,
			profile: "embedded",
			events: "kafka",
			transporter: "nats",
			seed: 7,
			kills: 0,
		};
		expect(readOptions([], 7)).toEqual({ ...none, orders: 2_000 });
		const words = ["--orders", "5000", "--chaos", "--seed", "1", "--seconds", "60"];
		expect(readOptions(words, 7)).toEqual({ ...none, orders: 5_000, hasChaos: true, seconds: 60, seed: 1, kills: 56 });
		expect(readOptions(["--orders", "150", "--chaos"], 7).kills).toBe(5);
	});

	it.each([
		["--orders", "0"],
		["--orders", "many"],
		["--seed", "-1"],
		["--seconds", "1.5"],
		["--profile", "moon"],
		["--events", "pigeon"],
		["--transporter", "redis"],
		["--unheard-of", "1"],
	])("refuses %s %s and says what it knows", (name, value) => {
		expect(() => readOptions([name, value], 1)).toThrow(OptionsError);
		expect(() => readOptions([name, value], 1)).toThrow("npm run prove");
	});
});

describe("the market of a seed", () => {
	it("is the same for the same seed and another for another", () => {
		expect(marketOf(300, 5)).toEqual(marketOf(300, 5));
		expect(JSON.stringify(marketOf(300, 5).purchases)).not.toBe(JSON.stringify(marketOf(300, 6).purchases));
	});

	it("has every way a purchase may go", () => {
		const journeys = new Set(marketOf(3_000, 1).purchases.map(({ journey }) => journey));
		expect(journeys.size).toBe(13);
	});
});

describe("the bar", () => {
	it("redraws itself on a terminal and leaves the line clean", () => {
		const written: string[] = [];
		const bar = new Progress({ isTTY: true, write: (text) => written.push(text) }, () => 0);
		bar.show(0.5, "half");
		bar.show(2, "more than all");
		bar.end();
		expect(written[0]).toBe(`\r\u001b[K[${"█".repeat(14)}${"·".repeat(14)}] half`);
		expect(written[1]).toContain("█".repeat(28));
		expect(written.at(-1)).toBe("\r\u001b[K");
	});

	it("writes a line now and then elsewhere", () => {
		const written: string[] = [];
		let now = 0;
		const bar = new Progress({ write: (text) => written.push(text) }, () => now);
		for (now = 0; now < 11_000; now += 1_000) bar.show(0, "busy");
		bar.end();
		expect(written).toHaveLength(3);
	});
});
