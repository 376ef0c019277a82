import type { Decider } from "../../shared/decider.ts";
import { unreachable } from "../../shared/errors.ts";
import type { EventsFrom } from "../../shared/events.ts";
import type { AuthEvents, SessionEnd } from "../contract.ts";
import { AuthRejected } from "./rejected.ts";

/** What a session's history tells; no token and no hash of one is part of it. */
export type SessionEvent = EventsFrom<
	Pick<
		AuthEvents,
		"auth.login-succeeded" | "auth.session-refreshed" | "auth.session-ended" | "auth.refresh-reuse-detected"
	>
>;

interface SessionFacts {
	readonly sessionId: string;
	readonly userId: string;
	readonly startedAt: string;
	readonly device: string | null;
	/** Number of the live refresh token; every lower one is rotated. */
	readonly step: number;
	readonly usedAt: string;
	readonly expiresAt: string;
	/** No refresh moves the end past this instant. */
	readonly endsAt: string;
}
/** A family of refresh tokens: one login on one device. */
export type Session =
	| { readonly status: "none" }
	| (SessionFacts & { readonly status: "ACTIVE"; readonly dueAt: string })
	| (SessionFacts & { readonly status: SessionEnd; readonly endedAt: string; readonly isReused: boolean });

/** A session that can be refreshed. */
export type ActiveSession = Extract<Session, { status: "ACTIVE" }>;
/** A session that began, live or not. */
export type KnownSession = Exclude<Session, { status: "none" }>;

interface Start {
	readonly type: "start";
	readonly sessionId: string;
	readonly userId: string;
	readonly device: string | null;
	readonly now: string;
	readonly expiresAt: string;
	readonly endsAt: string;
}
interface Refresh {
	readonly type: "refresh";
	/** Number of the presented token. */
	readonly step: number;
	readonly now: string;
	/** Sliding end if the token is rotated now. */
	readonly expiresAt: string;
	/** Tokens rotated at or after this instant still get their successor. */
	readonly graceSince: string;
}
interface End {
	readonly type: "end";
	readonly reason: "LOGGED_OUT" | "REVOKED";
	readonly now: string;
}
interface Expire {
	readonly type: "expire";
	readonly now: string;
}
/** Everything that can be asked of a session. */
export type SessionCommand = Start | Refresh | End | Expire;

const decider: Decider<Session, SessionCommand, SessionEvent> = {
	initial: { status: "none" },
	decide(state, command) {
		switch (command.type) {
			case "start":
				return start(state, command);
			case "refresh":
				return refresh(state, command);
			case "end":
				return state.status === "ACTIVE" ? [ended(state, command.reason, command.now)] : [];
			case "expire":
				return state.status === "ACTIVE" && isOver(state, command.now) ? [ended(state, "EXPIRED", command.now)] : [];
			default:
				return unreachable(command);
		}
	},
	evolve(state, event) {
		switch (event.type) {
			case "auth.login-succeeded": {
				const { startedAt, expiresAt } = event.data;
				return { status: "ACTIVE", ...event.data, step: 0, usedAt: startedAt, dueAt: expiresAt };
			}
			case "auth.session-refreshed":
				return state.status === "ACTIVE" ? rotated(state, event.data) : state;
			case "auth.refresh-reuse-detected":
				return state;
			case "auth.session-ended":
				return state.status === "ACTIVE" ? over(state, event.data) : state;
			default:
				return unreachable(event);
		}
	},
};

/** The aggregate `session`: at most one live refresh token at any time. */
export const session = {
	kind: "session",
	decider,
	schemaVersion: 1,
	indexes: [{ fields: ["userId", "status", "startedAt"] }, { fields: ["dueAt"], sparse: true }],
};

/** Whether access tokens of the session are good at `now`. */
export function isLive(state: Session, userId: string, now: string): boolean {
	return state.status === "ACTIVE" && state.userId === userId && !isOver(state, now);
}

/** The live session a refresh led to; throws what ended it instead. */
export function refreshedSession(state: Session): ActiveSession {
	if (state.status === "ACTIVE") return state;
	throw new AuthRejected(state.status === "none" ? "INVALID_REFRESH_TOKEN" : refusalOf(state));
}

function start(state: Session, { now, sessionId, userId, device, expiresAt, endsAt }: Start): SessionEvent[] {
	if (state.status !== "none") throw new AuthRejected("INVALID_REFRESH_TOKEN");
	return [
		{
			type: "auth.login-succeeded",
			data: { userId, sessionId, startedAt: now, expiresAt: earlier(expiresAt, endsAt), endsAt, device },
		},
	];
}

function refresh(state: Session, command: Refresh): SessionEvent[] {
	if (state.status === "EXPIRED") throw new AuthRejected("REFRESH_TOKEN_EXPIRED");
	if (state.status !== "ACTIVE" || command.step > state.step) throw new AuthRejected("INVALID_REFRESH_TOKEN");
	if (isOver(state, command.now)) return [ended(state, "EXPIRED", command.now)];
	if (command.step === state.step) return [rotation(state, command)];
	const isRepeat = command.step === state.step - 1 && state.usedAt >= command.graceSince;
	return isRepeat ? [] : reuse(state, command);
}

function rotation({ userId, sessionId, step, endsAt }: ActiveSession, { now, expiresAt }: Refresh): SessionEvent {
	return {
		type: "auth.session-refreshed",
		data: { userId, sessionId, step: step + 1, refreshedAt: now, expiresAt: earlier(expiresAt, endsAt) },
	};
}

/** A used token came back: somebody holds a copy, so the whole family ends. */
function reuse(state: ActiveSession, { step, now }: Refresh): SessionEvent[] {
	const { userId, sessionId } = state;
	return [
		{ type: "auth.refresh-reuse-detected", data: { userId, sessionId, step } },
		ended(state, "REVOKED", now, true),
	];
}

function ended(
	{ userId, sessionId }: ActiveSession,
	reason: SessionEnd,
	endedAt: string,
	isReused = false,
): SessionEvent {
	return { type: "auth.session-ended", data: { userId, sessionId, reason, endedAt, isReused } };
}

function rotated(state: ActiveSession, data: AuthEvents["auth.session-refreshed"]): ActiveSession {
	const { step, refreshedAt, expiresAt } = data;
	return { ...state, step, usedAt: refreshedAt, expiresAt, dueAt: expiresAt };
}

function over(state: ActiveSession, { reason, endedAt, isReused }: AuthEvents["auth.session-ended"]): Session {
	const { sessionId, userId, startedAt, device, step, usedAt, expiresAt, endsAt } = state;
	const facts = { sessionId, userId, startedAt, device, step, usedAt, expiresAt, endsAt };
	return { ...facts, status: reason, endedAt, isReused };
}

function refusalOf(
	state: Exclude<KnownSession, ActiveSession>,
): "REFRESH_TOKEN_EXPIRED" | "REFRESH_TOKEN_REUSED" | "INVALID_REFRESH_TOKEN" {
	if (state.status === "EXPIRED") return "REFRESH_TOKEN_EXPIRED";
	return state.isReused ? "REFRESH_TOKEN_REUSED" : "INVALID_REFRESH_TOKEN";
}

function isOver({ expiresAt }: ActiveSession, now: string): boolean {
	return now >= expiresAt;
}

function earlier(left: string, right: string): string {
	return left < right ? left : right;
}
