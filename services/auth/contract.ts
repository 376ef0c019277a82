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
	"auth.signup": {
		params: { username: string; password: string; email: string; name?: string; phoneNumber?: string };
		result: { id: string; userId: string; username: string; email: string; roles: readonly Role[]; createdAt: string };
	};
	"auth.login": { params: { username?: string; email?: string; password: string }; result: TokenAnswer };
	"auth.refresh": { params: { refreshToken: string }; result: TokenAnswer };
	"auth.logout": { params: { refreshToken?: string }; result: null };
	"auth.logoutAll": { params: null; result: null };
	"auth.sessions": {
		params: null;
		result: {
			items: readonly {
				sessionId: string;
				createdAt: string;
				lastUsedAt: string;
				userAgent: string | null;
				isCurrent: boolean;
			}[];
		};
	};
	"auth.revokeSession": { params: { sessionId: string }; result: null };
	"auth.profile": { params: null; result: ProfileView };
	/** Contact data of a user for another service's view, decrypted; nulls once erased. Internal. */
	"auth.contact": { params: { userId: string }; result: { email: string | null; name: string | null } };
	/** Deletes the user's data key: contact data can never be read again. Own account or ROLE_ADMIN. */
	"auth.erase": { params: { userId: string }; result: null };
	/** Whether an access token's session still lives and which roles its user has now. Internal, for the gateway. */
	"auth.session": {
		params: { sessionId: string; userId: string };
		result: { isLive: boolean; roles: readonly Role[] };
	};
	"auth.jwks": { params: null; result: { keys: readonly Readonly<Record<string, unknown>>[] } };
	/** Number of users, for the dashboard. */
	"auth.figures": { params: null; result: { users: number } };
}

/** Facts of accounts and sessions. No personal data, no secrets. */
export interface AuthEvents {
	"user.registered": { userId: string; roles: readonly Role[] };
	"user.erased": { userId: string };
	"auth.login-succeeded": { userId: string; sessionId: string };
	"auth.login-failed": { userId: string; failures: number; lockedUntil: string | null };
	"auth.refresh-reuse-detected": { userId: string; sessionId: string };
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
	RATE_LIMITED: 429,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `authErrors`. */
export type AuthErrorCode = keyof typeof authErrors;
