import type { AuthActions, Role, TokenAnswer } from "../contract.ts";
import { AuthRejected } from "../domain/rejected.ts";
import { isLive, refreshedSession } from "../domain/session.ts";
import { tokenAnswer } from "./answer.ts";
import { askedBy, type AuthPorts, type Caller } from "./ports.ts";

/** Devices a user may be signed in with. */
export const SESSIONS_MAX = 10;
/** A client that lost the answer to a rotation, or its second tab, may ask again this long. */
export const GRACE_MS = 10_000;
const EXPIRE_MAX = 1_000;
/** Batches of one sweep; the next sweep goes on. */
const EXPIRE_BATCHES_MAX = 100;

/** The next pair of tokens; rotation, reuse and end are decided by the session in one commit. */
export async function refresh(ports: AuthPorts, refreshToken: string, caller: Caller): Promise<TokenAnswer> {
	const { tokens, sessions, accounts, clock, lifetimes } = ports;
	const token = tokens.parse(refreshToken);
	if (token === null) throw new AuthRejected("INVALID_REFRESH_TOKEN");
	const before = await sessions.read(token.sessionId);
	if (before.status === "none") throw new AuthRejected("INVALID_REFRESH_TOKEN");
	const account = await accounts.load(before.userId);
	if (account.user.status !== "ACTIVE") throw new AuthRejected("INVALID_REFRESH_TOKEN");
	const now = clock.now();
	const after = await sessions.tell(
		token.sessionId,
		{
			type: "refresh",
			step: token.step,
			now: iso(now),
			expiresAt: iso(now + lifetimes.refreshTokenMs),
			graceSince: iso(now - GRACE_MS),
		},
		askedBy(before.userId, caller.contextFor()),
	);
	return tokenAnswer(ports, refreshedSession(after), account);
}

/** Ends the token's session and the caller's own; what is over already stays as it is. */
export async function logout(ports: AuthPorts, refreshToken: string | undefined, caller: Caller): Promise<void> {
	const named = refreshToken === undefined ? undefined : ports.tokens.parse(refreshToken)?.sessionId;
	const ids = new Set([named, caller.sessionId].filter((id) => typeof id === "string"));
	for (const sessionId of ids) await end(ports, sessionId, "LOGGED_OUT", caller);
}

/** Ends every session of a user. */
export async function endAll(
	ports: AuthPorts,
	userId: string,
	reason: "LOGGED_OUT" | "REVOKED",
	caller: Caller,
): Promise<void> {
	const active = await ports.sessions.activeOf(userId);
	await Promise.all(active.map(({ sessionId }) => end(ports, sessionId, reason, caller)));
}

/** Keeps the newest ten. */
export async function endOldest(ports: AuthPorts, userId: string, caller: Caller): Promise<void> {
	const oldest = (await ports.sessions.activeOf(userId)).slice(SESSIONS_MAX);
	await Promise.all(oldest.map(({ sessionId }) => end(ports, sessionId, "REVOKED", caller)));
}

/** Ends one of the user's own sessions; throws SESSION_NOT_FOUND for anything else. */
export async function revoke(ports: AuthPorts, userId: string, sessionId: string, caller: Caller): Promise<void> {
	const session = await ports.sessions.read(sessionId);
	if (session.status === "none" || session.userId !== userId) throw new AuthRejected("SESSION_NOT_FOUND");
	await end(ports, sessionId, "REVOKED", caller);
}

/** The user's live sessions, newest first. */
export async function list(
	{ sessions, clock }: AuthPorts,
	userId: string,
	caller: Caller,
): Promise<AuthActions["auth.sessions"]["result"]["items"]> {
	const now = clock.iso();
	const live = (await sessions.activeOf(userId)).filter((session) => isLive(session, userId, now));
	return live.slice(0, SESSIONS_MAX).map(({ sessionId, startedAt, usedAt, device }) => ({
		sessionId,
		createdAt: startedAt,
		lastUsedAt: usedAt,
		userAgent: device,
		isCurrent: sessionId === caller.sessionId,
	}));
}

/** Whether an access token of the session is still good, and its user's roles of today; both from memory as a rule. */
export async function liveness(
	{ sessions, accounts, clock }: AuthPorts,
	sessionId: string,
	userId: string,
): Promise<{ isLive: boolean; roles: readonly Role[] }> {
	const session = await sessions.read(sessionId);
	const roles = isLive(session, userId, clock.iso()) ? await accounts.rolesOf(userId) : null;
	return { isLive: roles !== null, roles: roles ?? [] };
}

/** Marks sessions that ran out; answers how many. */
export async function expireDue({ sessions, clock }: AuthPorts, caller: Caller): Promise<number> {
	const now = clock.iso();
	let count = 0;
	for (let batch = 0; batch < EXPIRE_BATCHES_MAX; batch++) {
		const due = await sessions.due(now, EXPIRE_MAX);
		const expire = (id: string) => sessions.tell(id, { type: "expire", now }, caller.contextFor(`:expire:${id}`));
		await Promise.all(due.map(({ sessionId }) => expire(sessionId)));
		count += due.length;
		if (due.length < EXPIRE_MAX) break;
	}
	return count;
}

async function end(
	{ sessions, clock }: AuthPorts,
	sessionId: string,
	reason: "LOGGED_OUT" | "REVOKED",
	caller: Caller,
): Promise<void> {
	await sessions.tell(sessionId, { type: "end", reason, now: clock.iso() }, caller.contextFor(`:end:${sessionId}`));
}

function iso(ms: number): string {
	return new Date(ms).toISOString();
}
