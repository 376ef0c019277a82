import { hash } from "node:crypto";
import { decodeProtectedHeader, jwtVerify, type JWTPayload } from "jose";
import { GatewayRejected } from "../errors/rejected.ts";
import { ALGORITHM, createKeyRing, type FetchKeys, type PublicKey } from "./key-ring.ts";

/** What an access token says of its bearer. */
export interface TokenClaims {
	readonly userId: string;
	readonly sessionId: string;
	/** Milliseconds since the epoch, leeway included. */
	readonly expiresAt: number;
}

/** Verifies access tokens; refuses with UNAUTHENTICATED or TOKEN_EXPIRED. */
export interface Verifier {
	verify(token: string, fetchKeys: FetchKeys): Promise<TokenClaims>;
}

/** As the auth service signs them. */
export const TOKEN_ISSUER = "payflow";
export const TOKEN_AUDIENCE = "payflow-api";
const TYPE = "at+jwt";
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const LEEWAY_S = 30;
const TOKEN_LENGTH_MAX = 4_096;
const CACHE_MAX = 20_000;
const REQUIRED_CLAIMS = ["sub", "sid", "exp", "iat"];

/** A verifier with its own key ring; a verified token is remembered by its hash until it expires. */
export function createVerifier(now: () => number): Verifier {
	const ring = createKeyRing(now);
	const verified = new Map<string, TokenClaims>();

	async function verifyNew(token: string, fetchKeys: FetchKeys): Promise<TokenClaims> {
		return claimsOf(await payloadOf(token, await ring.find(kidOf(token), fetchKeys), now()));
	}

	return {
		async verify(token, fetchKeys) {
			if (token.length > TOKEN_LENGTH_MAX) throw new GatewayRejected("UNAUTHENTICATED");
			const digest = hash("sha256", token, "base64");
			const known = verified.get(digest);
			if (known === undefined) {
				const claims = await verifyNew(token, fetchKeys);
				if (verified.size >= CACHE_MAX) verified.clear();
				verified.set(digest, claims);
				return claims;
			}
			if (known.expiresAt > now()) return known;
			verified.delete(digest);
			throw new GatewayRejected("TOKEN_EXPIRED");
		},
	};
}

/** Only the id is read from an unverified header; keys and addresses in it are never looked at. */
function kidOf(token: string): string {
	try {
		const { kid, alg } = decodeProtectedHeader(token);
		if (typeof kid === "string" && alg === ALGORITHM) return kid;
	} catch {
		// Whatever is wrong with it, the answer is the same.
	}
	throw new GatewayRejected("UNAUTHENTICATED");
}

async function payloadOf(token: string, key: PublicKey, now: number): Promise<JWTPayload> {
	const options = {
		algorithms: [ALGORITHM],
		issuer: TOKEN_ISSUER,
		audience: TOKEN_AUDIENCE,
		typ: TYPE,
		clockTolerance: LEEWAY_S,
		requiredClaims: REQUIRED_CLAIMS,
		currentDate: new Date(now),
	};
	try {
		return (await jwtVerify(token, key, options)).payload;
	} catch (error) {
		throw new GatewayRejected(isExpiry(error) ? "TOKEN_EXPIRED" : "UNAUTHENTICATED");
	}
}

function claimsOf({ sub, exp, ...rest }: JWTPayload): TokenClaims {
	const sid = rest["sid"];
	if (!isId(sub) || !isId(sid) || exp === undefined) throw new GatewayRejected("UNAUTHENTICATED");
	return { userId: sub, sessionId: sid, expiresAt: (exp + LEEWAY_S) * 1_000 };
}

function isId(claim: unknown): claim is string {
	return typeof claim === "string" && ID.test(claim);
}

function isExpiry(error: unknown): boolean {
	return error instanceof Error && "code" in error && error.code === "ERR_JWT_EXPIRED";
}
