import {
	isLive,
	refreshedSession,
	session,
	type Session,
	type SessionCommand,
} from "../../../services/auth/domain/session.ts";
import { fold } from "../../../services/shared/decider.ts";
import { thrown } from "./support.ts";

const { decider } = session;
const START = Date.parse("2030-01-07T00:00:00.000Z");
const DAY = 86_400_000;
const at = (ms: number): string => new Date(START + ms).toISOString();

const start: SessionCommand = {
	type: "start",
	sessionId: "SES_1",
	userId: "USR_1",
	device: "Chrome on Windows",
	now: at(0),
	expiresAt: at(30 * DAY),
	endsAt: at(90 * DAY),
};
const refresh = (step: number, ms: number): SessionCommand => ({
	type: "refresh",
	step,
	now: at(ms),
	expiresAt: at(ms + 30 * DAY),
	graceSince: at(ms - 10_000),
});
const end = (ms: number): SessionCommand => ({ type: "end", reason: "LOGGED_OUT", now: at(ms) });

const decide = (state: Session, command: SessionCommand) => decider.decide(state, command);
const after = (...commands: readonly SessionCommand[]): Session =>
	commands.reduce((state, command) => fold(decider, decide(state, command), state), decider.initial);
const types = (state: Session, command: SessionCommand) => decide(state, command).map(({ type }) => type);

describe("a session", () => {
	it("begins with a login, at its first refresh token", () => {
		expect(after(start)).toEqual({
			status: "ACTIVE",
			sessionId: "SES_1",
			userId: "USR_1",
			device: "Chrome on Windows",
			startedAt: at(0),
			usedAt: at(0),
			step: 0,
			expiresAt: at(30 * DAY),
			dueAt: at(30 * DAY),
			endsAt: at(90 * DAY),
		});
	});

	it("does not begin twice", () => {
		expect(thrown(() => decide(after(start), start)).code).toBe("INVALID_REFRESH_TOKEN");
	});

	it("moves its end with each rotation", () => {
		const state = after(start, refresh(0, DAY));
		expect(state).toMatchObject({
			status: "ACTIVE",
			step: 1,
			usedAt: at(DAY),
			expiresAt: at(31 * DAY),
			dueAt: at(31 * DAY),
		});
	});

	it("never moves its end past 90 days", () => {
		const state = after(start, refresh(0, 29 * DAY), refresh(1, 58 * DAY), refresh(2, 87 * DAY));
		expect(state).toMatchObject({ step: 3, expiresAt: at(90 * DAY) });
		expect(refusalAfter(state, refresh(3, 90 * DAY))).toBe("REFRESH_TOKEN_EXPIRED");
	});

	it.each([0, 9_999, 10_000])("gives the same successor again %d ms after the rotation", (ms) => {
		const state = after(start, refresh(0, 1_000));
		expect(decide(state, refresh(0, 1_000 + ms))).toEqual([]);
		expect(refreshedSession(state)).toMatchObject({ step: 1 });
	});

	it("is revoked when a used token comes back after the grace", () => {
		const state = after(start, refresh(0, 1_000));
		expect(types(state, refresh(0, 11_001))).toEqual(["auth.refresh-reuse-detected", "auth.session-ended"]);
		expect(refusalAfter(state, refresh(0, 11_001))).toBe("REFRESH_TOKEN_REUSED");
	});

	it("is revoked when the token before the one before comes back, even within the grace", () => {
		const state = after(start, refresh(0, 1_000), refresh(1, 1_001));
		expect(refusalAfter(state, refresh(0, 1_002))).toBe("REFRESH_TOKEN_REUSED");
	});

	it("refuses every token once it is revoked, also the live one", () => {
		const state = after(start, refresh(0, 1_000), refresh(0, 20_000));
		expect(state).toMatchObject({ status: "REVOKED", isReused: true });
		for (const step of [0, 1])
			expect(thrown(() => decide(state, refresh(step, 21_000))).code).toBe("INVALID_REFRESH_TOKEN");
	});

	it("refuses a token that was never given out", () => {
		expect(thrown(() => decide(after(start), refresh(1, 1))).code).toBe("INVALID_REFRESH_TOKEN");
		expect(thrown(() => decide(decider.initial, refresh(0, 1))).code).toBe("INVALID_REFRESH_TOKEN");
	});

	it("is good until the last millisecond before its end and then stays expired", () => {
		const last = after(start, refresh(0, 30 * DAY - 1));
		expect(last).toMatchObject({ status: "ACTIVE", step: 1 });
		const expired = after(start, refresh(0, 30 * DAY));
		expect(expired).toMatchObject({ status: "EXPIRED", isReused: false });
		expect(thrown(() => decide(expired, refresh(0, 30 * DAY))).code).toBe("REFRESH_TOKEN_EXPIRED");
	});

	it("is ended by a logout once", () => {
		const state = after(start, end(5));
		expect(state).toMatchObject({ status: "LOGGED_OUT", endedAt: at(5) });
		expect(state).not.toHaveProperty("dueAt");
		expect(decide(state, end(6))).toEqual([]);
		expect(thrown(() => decide(state, refresh(0, 7))).code).toBe("INVALID_REFRESH_TOKEN");
		expect(thrown(() => refreshedSession(state)).code).toBe("INVALID_REFRESH_TOKEN");
	});

	it("expires only when it is over", () => {
		expect(decide(after(start), { type: "expire", now: at(30 * DAY - 1) })).toEqual([]);
		expect(after(start, { type: "expire", now: at(30 * DAY) })).toMatchObject({ status: "EXPIRED" });
		expect(decide(decider.initial, { type: "expire", now: at(0) })).toEqual([]);
	});

	it("carries access tokens of its own user while it lives", () => {
		const state = after(start);
		expect(isLive(state, "USR_1", at(30 * DAY - 1))).toBe(true);
		expect(isLive(state, "USR_1", at(30 * DAY))).toBe(false);
		expect(isLive(state, "USR_2", at(0))).toBe(false);
		expect(isLive(after(start, end(1)), "USR_1", at(2))).toBe(false);
		expect(isLive(decider.initial, "USR_1", at(0))).toBe(false);
	});

	it("has nothing to refresh if it never began", () => {
		expect(thrown(() => refreshedSession(decider.initial)).code).toBe("INVALID_REFRESH_TOKEN");
	});

	it("does not come back to life by an event that is late", () => {
		const over = after(start, end(5));
		const refreshed = { userId: "USR_1", sessionId: "SES_1", step: 1, refreshedAt: at(6), expiresAt: at(7) };
		const ended = { userId: "USR_1", sessionId: "SES_1", reason: "EXPIRED", endedAt: at(7), isReused: false } as const;
		expect(decider.evolve(over, { type: "auth.session-refreshed", data: refreshed })).toBe(over);
		expect(decider.evolve(over, { type: "auth.session-ended", data: ended })).toBe(over);
	});
});

function refusalAfter(state: Session, command: SessionCommand): string {
	const next = fold(decider, decide(state, command), state);
	return thrown(() => refreshedSession(next)).code;
}
