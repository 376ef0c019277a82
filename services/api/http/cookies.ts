/** Name of the cookie that holds the refresh token; only the routes below its path ever see it. */
export const REFRESH_COOKIE = "payflow_refresh";
const COOKIE_PATH = "/api/auth";
const VALUE_LENGTH_MAX = 512;

/** One cookie's value from the Cookie header. */
export function readCookie(header: string | undefined, name: string): string | undefined {
	for (const part of (header ?? "").split(";")) {
		const separator = part.indexOf("=");
		if (separator === -1 || part.slice(0, separator).trim() !== name) continue;
		const value = part.slice(separator + 1).trim();
		return value.length > VALUE_LENGTH_MAX || value === "" ? undefined : value;
	}
	return undefined;
}

/** Set-Cookie of a refresh token for `seconds`. */
export function refreshCookie(token: string, seconds: number, isHttps: boolean): string {
	return `${REFRESH_COOKIE}=${token}; Path=${COOKIE_PATH}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isHttps ? "; Secure" : ""}`;
}

/** Set-Cookie that removes the refresh token. */
export function clearedRefreshCookie(isHttps: boolean): string {
	return refreshCookie("", 0, isHttps);
}
