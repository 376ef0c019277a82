import { scheduleJob } from "node-schedule";
import { nextDue, parseCron } from "../../../mixins/scheduler/cron.ts";

function due(rule: string, after: string): string {
	return new Date(nextDue(parseCron(rule), Date.parse(after))).toISOString();
}

describe("a cron rule", () => {
	it.each([
		["* * * * *", "2026-01-01T00:00:00.000Z", "2026-01-01T00:01:00.000Z"],
		["* * * * *", "2026-01-01T00:00:59.999Z", "2026-01-01T00:01:00.000Z"],
		["*/10 * * * * *", "2026-01-01T00:00:11.500Z", "2026-01-01T00:00:20.000Z"],
		["0 16 * * *", "2026-01-01T16:00:00.000Z", "2026-01-02T16:00:00.000Z"],
		["0 16 * * *", "2026-01-01T15:59:59.999Z", "2026-01-01T16:00:00.000Z"],
		["30 8-18/5 * * 1-5", "2026-01-02T18:30:00.000Z", "2026-01-05T08:30:00.000Z"],
		["0 0 1 * *", "2026-01-31T12:00:00.000Z", "2026-02-01T00:00:00.000Z"],
		["0 0 31 * *", "2026-01-31T12:00:00.000Z", "2026-03-31T00:00:00.000Z"],
		["0 0 29 2 *", "2026-01-01T00:00:00.000Z", "2028-02-29T00:00:00.000Z"],
		["0 0 * * 7", "2026-01-01T00:00:00.000Z", "2026-01-04T00:00:00.000Z"],
		["0 0 13 * 5", "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"],
		["5,50/5 * * * *", "2026-01-01T00:50:00.000Z", "2026-01-01T00:55:00.000Z"],
		["0 0 1 1,7 *", "2026-12-31T23:59:00.000Z", "2027-01-01T00:00:00.000Z"],
	])("%s after %s is due at %s", (rule, after, expected) => {
		expect(due(rule, after)).toBe(expected);
	});

	it.each(["* * * * *", "*/7 3 * * *", "15 10,22 * * 1-5", "0 0 13 * 5", "0 5 1-7 */3 *", "30 4 28 2 *", "20 6 * * 0"])(
		"%s means the same to node-schedule",
		(rule) => {
			const job = scheduleJob({ rule, tz: "Etc/UTC" }, () => undefined);
			const now = Date.now();
			const theirs = (job.nextInvocation() as unknown as { getTime(): number }).getTime();
			job.cancel();
			expect([nextDue(parseCron(rule), now), nextDue(parseCron(rule), now - 1_000)]).toContain(theirs);
		},
	);

	it.each([
		"",
		"* * * *",
		"* * * * * * *",
		"60 * * * *",
		"* 24 * * *",
		"* * 0 * *",
		"* * * 13 *",
		"* * * * 8",
		"5-1 * * * *",
		"*/0 * * * *",
		"a * * * *",
		"1.5 * * * *",
		"-1 * * * *",
	])("%p is none", (rule) => {
		expect(() => parseCron(rule)).toThrow("is no cron rule");
	});

	it("says so when it never comes true", () => {
		expect(() => due("0 0 31 2 *", "2026-01-01T00:00:00.000Z")).toThrow("never comes true");
	});
});
