import type { HttpStatus } from "../shared/errors.ts";

/** Who may do what. */
export type Role =
	| "ROLE_USER"
	| "ROLE_ADMIN"
	| "ROLE_MERCHANT"
	| "ROLE_OPERATOR"
	| "ROLE_STORE_OWNER"
	| "ROLE_DISTRIBUTOR"
	| "ROLE_INSPECTOR"
	| "ROLE_RECRUITER"
	| "ROLE_HR";

/** Answer of login and refresh. The refresh token is also set as an HttpOnly cookie by the gateway. */
export interface TokenAnswer {
	accessToken: string;
	refreshToken: string;
	tokenType: "Bearer";
	/** Seconds. */
	expiresIn: number;
	refreshExpiresIn: number;
	userId: string;
	username: string;
	roles: readonly Role[];
}

/** A user's own data; contact data decrypted. */
export interface ProfileView {
	userId: string;
	username: string;
	email: string | null;
	name: string | null;
	phoneNumber: string | null;
	roles: readonly Role[];
	authorities: readonly { authority: Role }[];
	createdAt: string;
}

/** Actions of the auth service. */
export interface AuthActions {
	/** Always ROLE_USER. VALIDATION_ERROR carries `errors: [{ field, code }]` in its details. */
	"auth.signup": {
		params: { username: string; password: string; email: string; name?: string; phoneNumber?: string };
		result: { id: string; userId: string; username: string; email: string; roles: readonly Role[]; createdAt: string };
	};
	/**
	 * By `username` (which may also hold an e-mail address) or `email`. BAD_CREDENTIALS is the same for an unknown user and a wrong
	 * password; RATE_LIMITED carries `retryAfterSeconds` in its details.
	 */
	"auth.login": { params: { username?: string; email?: string; password: string }; result: TokenAnswer };
	/**
	 * Rotates the refresh token. The token before the current one gets the same successor for 10 s; any other used token revokes the
	 * whole session: REFRESH_TOKEN_REUSED.
	 */
	"auth.refresh": { params: { refreshToken: string }; result: TokenAnswer };
	/** Ends the session of the refresh token and the one the caller is signed in with; never refused, also when both are over. */
	"auth.logout": { params: { refreshToken?: string }; result: null };
	/** Ends every session of the caller. */
	"auth.logoutAll": { params: null; result: null };
	/** The caller's live sessions, newest first, at most 10. */
	"auth.sessions": {
		params: null;
		result: {
			items: readonly {
				sessionId: string;
				createdAt: string;
				lastUsedAt: string;
				/** A coarse label such as `Chrome on Windows`; the header itself is not kept. */
				userAgent: string | null;
				isCurrent: boolean;
			}[];
		};
	};
	/** Ends one of the caller's own sessions; SESSION_NOT_FOUND for anybody else's. */
	"auth.revokeSession": { params: { sessionId: string }; result: null };
	"auth.profile": { params: null; result: ProfileView };
	/** Contact data of a user for another service's view, decrypted; nulls once erased. Internal. */
	"auth.contact": { params: { userId: string }; result: { email: string | null; name: string | null } };
	/**
	 * Encrypts personal data under the user's own data key, e.g. `{ userId, context: "order|ORD_1", fields: [{ name: "customerEmail",
	 * value: "…" }] }` → `{ sealed: { customerEmail: "v1.…" } }`. Store `sealed` as it is (never in events). `context` names the
	 * record that holds it (`<kind>|<document id>`) and must be the same at opening, so that values cannot be swapped between
	 * records or fields. At most 20 fields of 2,000 characters. Internal. USER_NOT_FOUND for an unknown or erased user.
	 */
	"auth.seal": {
		params: { userId: string; context: string; fields: readonly { name: string; value: string }[] };
		result: { sealed: Readonly<Record<string, string>> };
	};
	/**
	 * Decrypts what `auth.seal` returned: the same `userId`, `context` and field names, `value` being the sealed text. All values
	 * are null once the user is erased. Internal. SEAL_INVALID when a value was changed or belongs to another record, field or user.
	 */
	"auth.open": {
		params: { userId: string; context: string; fields: readonly { name: string; value: string }[] };
		result: { opened: Readonly<Record<string, string | null>> };
	};
	/** Replaces a user's roles (ROLE_USER stays); they hold from the next request on. ROLE_ADMIN only. */
	"auth.setRoles": {
		params: { userId: string; roles: readonly Role[] };
		result: { userId: string; roles: readonly Role[] };
	};
	/** Deletes the user's data key: contact data can never be read again. Own account or ROLE_ADMIN. */
	"auth.erase": { params: { userId: string }; result: null };
	/** Whether an access token's session still lives and which roles its user has now. Internal, for the gateway. */
	"auth.session": {
		params: { sessionId: string; userId: string };
		result: { isLive: boolean; roles: readonly Role[] };
	};
	/** Public keys that verify access tokens: EdDSA, `typ: at+jwt`, `iss: payflow`, `aud: payflow-api`. */
	"auth.jwks": { params: null; result: { keys: readonly Readonly<Record<string, unknown>>[] } };
	/** Number of users, for the dashboard. */
	"auth.figures": { params: null; result: { users: number } };
}

/** Why a session is over. */
export type SessionEnd = "LOGGED_OUT" | "REVOKED" | "EXPIRED";

/** Facts of accounts and sessions. No personal data, no secrets; times are ISO 8601. */
export interface AuthEvents {
	"user.registered": { userId: string; roles: readonly Role[]; registeredAt: string };
	"user.roles-changed": { userId: string; roles: readonly Role[] };
	"user.erased": { userId: string; erasedAt: string };
	/** A login began a session; `device` is a coarse label. */
	"auth.login-succeeded": {
		userId: string;
		sessionId: string;
		startedAt: string;
		expiresAt: string;
		endsAt: string;
		device: string | null;
	};
	"auth.login-failed": { userId: string; failures: number; lockedUntil: string | null };
	/** The refresh token was rotated: `step` is the number of the new one. */
	"auth.session-refreshed": {
		userId: string;
		sessionId: string;
		step: number;
		refreshedAt: string;
		expiresAt: string;
	};
	"auth.session-ended": {
		userId: string;
		sessionId: string;
		reason: SessionEnd;
		endedAt: string;
		/** Whether a used refresh token was the reason. */
		isReused: boolean;
	};
	/** A used refresh token came back: theft signal, the session is revoked with it. */
	"auth.refresh-reuse-detected": { userId: string; sessionId: string; step: number };
}

/** Every way the auth service refuses. */
export const authErrors = {
	VALIDATION_ERROR: 400,
	USERNAME_TAKEN: 409,
	EMAIL_TAKEN: 409,
	BAD_CREDENTIALS: 401,
	UNAUTHENTICATED: 401,
	TOKEN_EXPIRED: 401,
	REFRESH_TOKEN_EXPIRED: 401,
	REFRESH_TOKEN_REUSED: 401,
	INVALID_REFRESH_TOKEN: 401,
	FORBIDDEN: 403,
	USER_NOT_FOUND: 404,
	SESSION_NOT_FOUND: 404,
	SEAL_INVALID: 422,
	RATE_LIMITED: 429,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `authErrors`. */
export type AuthErrorCode = keyof typeof authErrors;
