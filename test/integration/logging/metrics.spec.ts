import type { ServiceSchema } from "moleculer";
import type { Commit } from "../../../mixins/store/port.ts";
import type { Meta } from "../../../mixins/typed.ts";
import type { LogMetrics } from "../../../services/logging/contract.ts";
import logging from "../../../services/logging/logging.service.ts";
import type { Outcome } from "../../../services/shared/events.ts";
import { EPOCH, startPlatform, temporaryFolder, type TestPlatform } from "../../support/broker.ts";
import { envelope } from "../../support/envelopes.ts";

interface Told {
	/** Minutes after nine in Seoul, fractions allowed. */
	readonly minute: number;
	readonly type: string;
	readonly outcome?: Outcome;
	readonly ms?: number | null;
	readonly bySaga?: true;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const sagas: ServiceSchema = {
	name: "saga",
	actions: { metrics: (ctx: { params: { hours: number } }) => ({ hours: ctx.params.hours, total: 4 }) },
};
let count = 0;

/** Commits events as they are told, each of an aggregate of its own. */
async function tell({ runtime }: TestPlatform, events: readonly Told[]): Promise<void> {
	const commits = events.map(({ minute, type, outcome = "SUCCESS", ms = null, bySaga }): Commit => {
		const subject = `S_${String(++count).padStart(8, "0")}`;
		const plain = envelope({ subject, kind: type.split(".")[0] ?? "", type, data: { userId: "USR_1" } }, 1);
		const time = new Date(EPOCH + minute * MINUTE_MS).toISOString();
		const commandid = bySaga === true ? "SAG_1:payment:compensation" : "CMD_1";
		const event = { ...plain, time, outcome, processingtimems: ms, commandid };
		return {
			kind: type.split(".")[0] ?? "",
			id: subject,
			expectedVersion: 0,
			state: {},
			events: [event],
			commands: [],
		};
	});
	for (let from = 0; from < commits.length; from += 500) await runtime.store.commit(commits.slice(from, from + 500));
}

const DAY: readonly Told[] = [
	{ minute: 5, type: "order.created", ms: 120 },
	{ minute: 5, type: "payment.created", ms: 30 },
	{ minute: 6, type: "payment.approved", ms: 800 },
	{ minute: 6, type: "order.confirmed", ms: 40 },
	{ minute: 70, type: "order.created", ms: 80 },
	{ minute: 70, type: "payment.created", ms: 20 },
	{ minute: 71, type: "payment.failed", outcome: "FAILED", ms: 500 },
	{ minute: 71, type: "order.failed", outcome: "FAILED" },
	{ minute: 90, type: "stage.started" },
	{ minute: 100, type: "payment.cancelled", ms: 150, bySaga: true },
];

describe("the figures of the log", () => {
	let platform: TestPlatform;
	const metrics = (params: { hours?: number; fill?: "true" | "false" } = {}, meta: Meta = {}): Promise<LogMetrics> =>
		platform.call("logging.metrics", params, { meta });
	beforeEach(async () => void (platform = await startPlatform({ services: [logging, sagas], clock: "virtual" })));
	afterEach(() => platform.stop());

	it("are exactly those of the worked example", async () => {
		await tell(platform, DAY);
		await platform.advance(2 * HOUR_MS);
		await platform.drained();
		expect(await metrics()).toEqual({
			timeRange: "24 hours",
			hours: 24,
			windowStart: new Date(EPOCH - 22 * HOUR_MS).toISOString(),
			totalEvents: 10,
			failedEvents: 2,
			overallSuccessRate: 77.8,
			avgProcessingTimeMs: 217.5,
			p95ProcessingTimeMs: 800,
			hourlyEventCounts: [
				{ timestamp: "2030-01-07 10:00:00", count: 6 },
				{ timestamp: "2030-01-07 09:00:00", count: 4 },
			],
			eventTypeCounts: [
				{ eventType: "order.created", count: 2 },
				{ eventType: "payment.created", count: 2 },
				{ eventType: "order.confirmed", count: 1 },
				{ eventType: "order.failed", count: 1 },
				{ eventType: "payment.approved", count: 1 },
				{ eventType: "payment.cancelled", count: 1 },
				{ eventType: "payment.failed", count: 1 },
				{ eventType: "stage.started", count: 1 },
			],
			serviceSuccessRates: [
				{ serviceName: "order", successRate: 75 },
				{ serviceName: "payment", successRate: 75 },
				{ serviceName: "stage", successRate: 100 },
			],
			serviceProcessingTimes: [
				{ serviceName: "order", avgProcessingTimeMs: 80, p95ProcessingTimeMs: 120 },
				{ serviceName: "payment", avgProcessingTimeMs: 300, p95ProcessingTimeMs: 800 },
			],
			saga: { hours: 24, total: 4 },
			generatedAt: "2030-01-07T11:00:00+09:00",
		});
	});

	it("begin exactly where the window does, inside a minute too", async () => {
		await tell(platform, [
			{ minute: 29.999, type: "order.created" },
			{ minute: 30.5, type: "order.created" },
			{ minute: 30.75, type: "order.created" },
			{ minute: 31, type: "order.paid" },
			{ minute: 45, type: "order.paid" },
			{ minute: 60, type: "order.confirmed" },
		]);
		const totals: number[] = [];
		await platform.advance(90 * MINUTE_MS);
		await platform.drained();
		for (const step of [0, 30_000, 1, 14_999, 15_000, 14 * MINUTE_MS, 1, 14 * MINUTE_MS + 60_000]) {
			await platform.advance(step);
			totals.push((await metrics({ hours: 1 })).totalEvents);
		}
		// From 30:00, 30:30, 30:30.001, 30:45, 31:00, 45:00, 45:00.001 and 60:00.001.
		expect(totals).toEqual([5, 5, 4, 4, 3, 2, 1, 0]);
		expect((await metrics({ hours: 2 })).totalEvents).toBe(6);
	});

	it("begin with the whole minute where that is too full to be read row by row, and say so", async () => {
		await tell(
			platform,
			Array.from({ length: 2_100 }, (_, index): Told => ({ minute: 10 + index / 4_000, type: "order.created" })),
		);
		await platform.advance(70 * MINUTE_MS + 15_000);
		await platform.drained();
		expect(await metrics({ hours: 1 })).toMatchObject({
			totalEvents: 2_100,
			windowStart: new Date(EPOCH + 10 * MINUTE_MS).toISOString(),
		});
	});

	it("name every hour of the window when asked to", async () => {
		await tell(platform, DAY);
		await platform.advance(2 * HOUR_MS);
		await platform.drained();
		const { hourlyEventCounts } = await metrics({ hours: 6, fill: "true" });
		expect(hourlyEventCounts.map(({ timestamp, count: events }) => [timestamp.slice(8, 13), events])).toEqual([
			["07 11", 0],
			["07 10", 6],
			["07 09", 4],
			["07 08", 0],
			["07 07", 0],
			["07 06", 0],
			["07 05", 0],
		]);
		expect((await metrics({ hours: 6, fill: "false" })).hourlyEventCounts).toHaveLength(2);
	});

	it.each([1, 6, 24, 72, 720])("reach back %i hours and not further", async (hours) => {
		await tell(platform, DAY);
		await platform.drained();
		await platform.advance(100 * MINUTE_MS + hours * HOUR_MS);
		expect(await metrics({ hours })).toMatchObject({ timeRange: `${hours} hours`, totalEvents: 1 });
		await platform.advance(1);
		expect(await metrics({ hours })).toMatchObject({ totalEvents: 0, overallSuccessRate: null });
	});

	it.each([{ hours: 0 }, { hours: -1 }, { hours: 721 }, { hours: 1.5 }, { hours: "abc" }, { fill: "yes" }])(
		"are refused for %j",
		async (params) => {
			await expect(platform.broker.call("logging.metrics", params)).rejects.toMatchObject({ type: "VALIDATION_ERROR" });
		},
	);
});

describe("the figures of a collector that was away", () => {
	it("miss nothing and count nothing twice, with and without the saga service", async () => {
		const folder = temporaryFolder();
		const options = { clock: "virtual", dataDir: folder.path } as const;
		const away = await startPlatform({ ...options, services: [] });
		await tell(away, [...DAY, ...DAY]);
		await away.stop();
		for (const round of [0, 1]) {
			const platform = await startPlatform({ ...options, services: [logging] });
			if (round === 1) await tell(platform, DAY);
			await platform.drained();
			const figures = await platform.call("logging.metrics", {});
			expect([figures.totalEvents, figures.failedEvents, figures.saga]).toEqual([20 + 10 * round, 4 + 2 * round, null]);
			await platform.stop();
		}
		folder.remove();
	});
});
