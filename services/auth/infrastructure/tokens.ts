import { createHmac, timingSafeEqual } from "node:crypto";
import { SignJWT } from "jose";
import type { Tokens } from "../application/ports.ts";
import type { Keys } from "./keys.ts";

/** Who issues access tokens, and for whom. */
export const ISSUER = "payflow";
export const AUDIENCE = "payflow-api";
/** RFC 9068: an access token is not mistaken for another kind of JWT. */
const TYPE = "at+jwt";
const REFRESH_TOKEN = /^([A-Za-z0-9_]{1,64})\.(0|[1-9]\d{0,8})\.([A-Za-z0-9_-]{43})$/;

/**
 * Access tokens are JWTs signed with EdDSA. A refresh token is `<session id>.<step>.<HMAC-SHA256 of both>`: 256 bits nobody
 * else can compute, and the server can make the same successor again without having stored anything of it.
 */
export function createTokens({ signing, refresh }: Pick<Keys, "signing" | "refresh">): Tokens {
	const [{ kid, privateKey }] = signing;
	const mac = (sessionId: string, step: number): Buffer =>
		createHmac("sha256", refresh)
			.update(JSON.stringify(["refresh-token", sessionId, step]))
			.digest();
	return {
		access: ({ userId, sessionId, roles, tokenId, issuedAt, expiresAt }) =>
			new SignJWT({ sid: sessionId, roles: [...roles] })
				.setProtectedHeader({ alg: "EdDSA", typ: TYPE, kid })
				.setIssuer(ISSUER)
				.setAudience(AUDIENCE)
				.setSubject(userId)
				.setJti(tokenId)
				.setIssuedAt(seconds(issuedAt))
				.setNotBefore(seconds(issuedAt))
				.setExpirationTime(seconds(expiresAt))
				.sign(privateKey),
		refresh: (sessionId, step) => `${sessionId}.${step}.${mac(sessionId, step).toString("base64url")}`,
		parse(refreshToken) {
			const [, sessionId, step, given] = REFRESH_TOKEN.exec(refreshToken) ?? [];
			if (sessionId === undefined || given === undefined) return null;
			const isOurs = timingSafeEqual(Buffer.from(given, "base64url"), mac(sessionId, Number(step)));
			return isOurs ? { sessionId, step: Number(step) } : null;
		},
	};
}

function seconds(ms: number): number {
	return Math.floor(ms / 1_000);
}
