import { figuresOf, hourInSeoul, instantInSeoul } from "../../../services/logging/domain/figures.ts";
import { holds, stretchesOf, withStretch, type Intervals } from "../../../services/logging/domain/intervals.ts";
import { Counter, NO_TALLY } from "../../../services/logging/domain/tally.ts";
import { bucketOf, mergedTimes, middleOf, percentile, type Times } from "../../../services/logging/domain/times.ts";
import { seededRandom } from "../../support/hostile/random.ts";

const timesOf = (values: readonly number[]): Times => {
	const counter = new Counter();
	for (const ms of values) counter.add({ eventType: "order.paid", status: "SUCCESS", processingTimeMs: ms });
	return counter.tally().times["order"] ?? mergedTimes([]);
};

describe("processing times", () => {
	it("are exact up to 127 ms and off by one percent at most above", () => {
		for (let ms = 0; ms < 300_000; ms += 1 + Math.floor(ms / 50)) {
			const error = Math.abs(middleOf(bucketOf(ms)) - ms);
			expect(error).toBeLessThanOrEqual(ms < 128 ? 0 : ms * 0.01);
		}
		for (let bucket = 0; bucket < 1_500; bucket++) expect(bucketOf(middleOf(bucket))).toBe(bucket);
	});

	it("take what no clock should say: less than nothing, fractions, months", () => {
		expect([bucketOf(-5), bucketOf(0.4), bucketOf(2.6)]).toEqual([0, 0, 3]);
		expect(bucketOf(1e15)).toBe(bucketOf(2 ** 31 - 1));
	});

	it("have the 95th percentile of all their parts together (seed 3)", () => {
		const random = seededRandom(3);
		const parts = Array.from({ length: 20 }, () => Array.from({ length: 100 }, () => random.below(5_000)));
		const sorted = parts.flat().toSorted((left, right) => left - right);
		const merged = mergedTimes(parts.map(timesOf));
		for (const share of [0.5, 0.95, 0.99, 1]) {
			const exact = sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
			expect(Math.abs((percentile(merged, share) ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.01);
		}
		expect(percentile(timesOf([800, 30, 20, 500, 150]), 0.95)).toBe(800);
		expect(percentile(timesOf([]), 0.95)).toBeNull();
	});
});

describe("positions that were dealt with", () => {
	it("are what was added, whatever the order (seed 5)", () => {
		const random = seededRandom(5);
		for (let round = 0; round < 200; round++) {
			const known = new Set<number>();
			let intervals: Intervals = [];
			for (let step = 0; step < 15; step++) {
				const from = 1 + random.below(60);
				const to = from + random.below(6);
				for (let position = from; position <= to; position++) known.add(position);
				intervals = withStretch(intervals, from, to);
			}
			for (let position = 0; position <= 70; position++) expect(holds(intervals, position)).toBe(known.has(position));
			const places = [...known].toSorted((left, right) => left - right).map((position) => ({ position }));
			expect(intervals).toEqual(stretchesOf(places));
		}
	});

	it("leave out no event of a log with gaps, and need no room for the gaps", () => {
		const events = [3, 7, 8, 20, 31].map((position, index, all) => ({ position, follows: all[index - 1] ?? 0 }));
		expect(stretchesOf(events)).toEqual([1, 31]);
		// The one at 8 is parked and comes later.
		const parked = events.filter(({ position }) => position !== 8);
		expect(stretchesOf(parked)).toEqual([1, 7, 9, 31]);
		expect(withStretch(stretchesOf(parked), 8, 8)).toEqual([1, 31]);
		// The first after a restart: what is before is not known.
		expect(stretchesOf([{ position: 40 }, { position: 44, follows: 40 }])).toEqual([40, 44]);
	});

	it("take little room: neighbours are one stretch", () => {
		let intervals: Intervals = [];
		for (let from = 1; from < 10_000; from += 100) intervals = withStretch(intervals, from, from + 99);
		expect(intervals).toEqual([1, 10_000]);
	});
});

describe("figures", () => {
	const HOUR = Date.parse("2025-11-10T00:00:00.000Z");
	const NOTHING = {
		totalEvents: 0,
		failedEvents: 0,
		overallSuccessRate: null,
		avgProcessingTimeMs: null,
		p95ProcessingTimeMs: null,
		hourlyEventCounts: [],
		eventTypeCounts: [],
		serviceSuccessRates: [],
		serviceProcessingTimes: [],
	};

	it("of nothing are zeros, empty lists and no rates", () => {
		expect(figuresOf([{ hourAt: HOUR, tally: NO_TALLY }], null)).toEqual(NOTHING);
	});

	it("name empty hours when asked to, newest first", () => {
		const counter = new Counter();
		counter.add({ eventType: "order.paid", status: "PROCESSING", processingTimeMs: null });
		const hours = [{ hourAt: HOUR + 3_600_000, tally: counter.tally() }];
		expect(figuresOf(hours, { from: HOUR, to: HOUR + 7_200_000 })).toEqual({
			...NOTHING,
			totalEvents: 1,
			eventTypeCounts: [{ eventType: "order.paid", count: 1 }],
			hourlyEventCounts: [
				{ timestamp: "2025-11-10 11:00:00", count: 0 },
				{ timestamp: "2025-11-10 10:00:00", count: 1 },
				{ timestamp: "2025-11-10 09:00:00", count: 0 },
			],
		});
	});

	it("are told in Seoul's time", () => {
		const at = Date.parse("2025-12-31T20:30:15.123Z");
		expect([hourInSeoul(at), instantInSeoul(at)]).toEqual(["2026-01-01 05:00:00", "2026-01-01T05:30:15+09:00"]);
	});
});
