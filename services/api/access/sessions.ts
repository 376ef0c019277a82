import { GatewayRejected } from "../errors/rejected.ts";
import type { TokenClaims } from "./token.ts";

/** Who asks, as the gateway vouches for it. */
export interface Identity {
	readonly userId: string;
	readonly sessionId: string;
	readonly roles: readonly string[];
}

/** What the auth service says of a session. */
export interface SessionState {
	readonly isLive: boolean;
	readonly roles: readonly string[];
}

/** Sessions as they were a moment ago. */
export interface Sessions {
	/** The caller behind verified claims; refuses with UNAUTHENTICATED when the session is over. */
	identify(claims: TokenClaims, ask: (claims: TokenClaims) => Promise<SessionState>): Promise<Identity>;
	/** Something ended here: the next request asks again. */
	forget(): void;
}

/** How long an answer of the auth service is believed; a logout through this gateway is seen at once. */
const BELIEVED_MS = 5_000;
const CACHE_MAX = 20_000;

interface Entry {
	readonly asked: Promise<SessionState>;
	identity: Identity | null;
	readonly until: number;
}

/** Session states, asked once per session and moment. */
export function createSessions(now: () => number): Sessions {
	const entries = new Map<string, Entry>();

	function entryOf(claims: TokenClaims, ask: (claims: TokenClaims) => Promise<SessionState>): Entry {
		const known = entries.get(claims.sessionId);
		if (known !== undefined && known.until > now()) return known;
		const entry: Entry = { asked: ask(claims), identity: null, until: now() + BELIEVED_MS };
		if (entries.size >= CACHE_MAX) entries.clear();
		entries.set(claims.sessionId, entry);
		entry.asked.catch(() => {
			if (entries.get(claims.sessionId) === entry) entries.delete(claims.sessionId);
		});
		return entry;
	}

	return {
		async identify(claims, ask) {
			const entry = entryOf(claims, ask);
			if (entry.identity !== null && entry.identity.userId === claims.userId) return entry.identity;
			const { isLive, roles } = await entry.asked;
			if (!isLive) throw new GatewayRejected("UNAUTHENTICATED");
			const { userId, sessionId } = claims;
			entry.identity = { userId, sessionId, roles };
			return entry.identity;
		},
		forget: () => entries.clear(),
	};
}
