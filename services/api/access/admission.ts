import { isDomainError } from "../../shared/errors.ts";
import type { Door, GatewayRequest, RootContext } from "../exchange.ts";
import { addressKey, isLoopback, type ClientAddress } from "../http/address.ts";
import { authorize } from "./policy.ts";
import type { Identity, Sessions } from "./sessions.ts";
import type { Verifier } from "./token.ts";

/** What admission stands on. */
export interface AdmissionOptions {
	readonly verifier: Verifier;
	readonly sessions: Sessions;
	readonly addressOf: ClientAddress;
	readonly langOf: (acceptLanguage: string | undefined) => "ko" | "en";
}

/** Finds out who asks, counts the request, and lets it pass or not; the identity goes into the context's meta. */
export type Admission = (ctx: RootContext, request: GatewayRequest, door: Door) => Promise<void>;

const SCHEME = "bearer ";

/** Admission over a token verifier and the sessions it knows. */
export function createAdmission({ verifier, sessions, addressOf, langOf }: AdmissionOptions): Admission {
	async function identify(ctx: RootContext, token: string): Promise<Identity> {
		const claims = await verifier.verify(token, () => ctx.call("auth.jwks"));
		return await sessions.identify(claims, ({ sessionId, userId }) => ctx.call("auth.session", { sessionId, userId }));
	}

	/** A bad token on a public path is no token. */
	async function identifyFor(
		ctx: RootContext,
		request: GatewayRequest,
		door: Door,
		address: string,
	): Promise<Identity | null> {
		const token = bearerToken(request.headers.authorization);
		if (token === null) return null;
		try {
			return await identify(ctx, token);
		} catch (error) {
			if (door.requirement === "nobody") return null;
			if (isDomainError(error)) await door.limiter?.(addressKey(address));
			throw error;
		}
	}

	return async (ctx, request, door) => {
		const address = addressOf(request);
		const identity = await identifyFor(ctx, request, door, address);
		await door.limiter?.(identity === null || door.isCountedByAddress ? addressKey(address) : identity.userId);
		authorize(door.requirement, { identity, isLocal: isLoopback(address) });
		const { meta } = ctx;
		meta.clientAddress = address;
		meta.lang = langOf(request.headers["accept-language"]);
		const userAgent = request.headers["user-agent"];
		if (userAgent !== undefined) meta.userAgent = userAgent;
		if (identity === null) return;
		meta.userId = identity.userId;
		meta.roles = identity.roles;
		meta.sessionId = identity.sessionId;
	};
}

/** The token of an Authorization header; null without one. Anything that is not one Bearer token is refused as one. */
function bearerToken(header: string | undefined): string | null {
	if (header === undefined) return null;
	const isBearer = header.length > SCHEME.length && header.slice(0, SCHEME.length).toLowerCase() === SCHEME;
	return isBearer ? header.slice(SCHEME.length) : "";
}
