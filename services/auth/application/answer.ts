import type { TokenAnswer } from "../contract.ts";
import type { ActiveSession } from "../domain/session.ts";
import { openContact, present } from "./contact.ts";
import type { Account, AuthPorts } from "./ports.ts";

/**
 * Tokens for the session's current step. They depend on the session alone, so whoever asks again for the same step, by a
 * repeated command or within the grace of a rotation, gets the same ones.
 */
export async function tokenAnswer(ports: AuthPorts, session: ActiveSession, account: Account): Promise<TokenAnswer> {
	const { tokens, vault, clock, lifetimes } = ports;
	const { userId, sessionId, step, usedAt, expiresAt } = session;
	const { user, secrets } = present(account);
	const { roles } = user;
	const issuedAt = Date.parse(usedAt);
	const accessEndsAt = issuedAt + lifetimes.accessTokenMs;
	const tokenId = `${sessionId}.${step}`;
	return {
		accessToken: await tokens.access({ userId, sessionId, roles, tokenId, issuedAt, expiresAt: accessEndsAt }),
		refreshToken: tokens.refresh(sessionId, step),
		tokenType: "Bearer",
		expiresIn: secondsUntil(accessEndsAt, clock.now()),
		refreshExpiresIn: secondsUntil(Date.parse(expiresAt), clock.now()),
		userId,
		username: openContact(vault, userId, secrets).username,
		roles,
	};
}

function secondsUntil(end: number, now: number): number {
	return Math.max(0, Math.floor((end - now) / 1_000));
}
