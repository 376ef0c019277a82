import {
	FAILURES_MAX,
	WINDOW_MS,
	afterFailure,
	forgottenAt,
	noAttempts,
	retryAfterSeconds,
	type Attempts,
} from "../../../services/auth/domain/lock-out.ts";

const NOW = Date.parse("2030-01-07T00:00:00.000Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const failAt = (attempts: Attempts, ...times: readonly number[]): Attempts =>
	times.reduce((state, time) => afterFailure(state, time).attempts, attempts);
const five = (attempts: Attempts, now: number): Attempts => failAt(attempts, now, now, now, now, now);

describe("a lock-out", () => {
	it("begins with the fifth wrong password within 15 minutes", () => {
		const four = failAt(noAttempts, NOW, NOW + 1, NOW + 2, NOW + 3);
		expect(retryAfterSeconds(four, NOW + 3)).toBe(0);
		const { attempts, failures } = afterFailure(four, NOW + WINDOW_MS - 1);
		expect(failures).toBe(FAILURES_MAX);
		expect(retryAfterSeconds(attempts, NOW + WINDOW_MS - 1)).toBe(15 * 60);
	});

	it("does not count a wrong password that is 15 minutes old", () => {
		const { attempts, failures } = afterFailure(failAt(noAttempts, NOW, NOW, NOW, NOW), NOW + WINDOW_MS);
		expect(failures).toBe(1);
		expect(retryAfterSeconds(attempts, NOW + WINDOW_MS)).toBe(0);
	});

	it("says the whole second in which it is over", () => {
		const locked = five(noAttempts, NOW);
		expect(retryAfterSeconds(locked, NOW + 15 * MINUTE - 1)).toBe(1);
		expect(retryAfterSeconds(locked, NOW + 15 * MINUTE)).toBe(0);
	});

	it("doubles with each lock in a row up to 24 hours", () => {
		const lengths: number[] = [];
		let state = noAttempts;
		let now = NOW;
		for (let lock = 0; lock < 12; lock++) {
			state = five(state, now);
			lengths.push((state.lockedUntil - now) / MINUTE);
			now = state.lockedUntil;
		}
		expect(lengths).toEqual([15, 30, 60, 120, 240, 480, 960, 1_440, 1_440, 1_440, 1_440, 1_440]);
	});

	it("is as short as the first one after a day of peace", () => {
		const locked = five(five(noAttempts, NOW), NOW + 20 * MINUTE);
		const now = locked.lockedUntil + 24 * HOUR;
		expect(five(locked, now).lockedUntil).toBe(now + 15 * MINUTE);
	});

	it("is forgotten when neither its window nor its lock counts any more", () => {
		expect(forgottenAt(failAt(noAttempts, NOW))).toBe(NOW + WINDOW_MS);
		expect(forgottenAt(five(noAttempts, NOW))).toBe(NOW + 15 * MINUTE + 24 * HOUR);
	});

	it("remembers no more failures than it needs", () => {
		let state = noAttempts;
		for (let index = 0; index < 100; index++) state = afterFailure(state, NOW + index * HOUR).attempts;
		expect(state.failedAt.length).toBeLessThan(FAILURES_MAX);
	});
});
