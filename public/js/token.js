/** The access token lives here, in memory, and nowhere else; the refresh token is a cookie no script can read. */
let session = null;
let refreshing = null;
const listeners = new Set();
const HINT = "payflow.signed-in";
const REFRESH_TIMEOUT_MS = 15_000;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("payflow-session") : null;

export const currentSession = () => session;
export const bearer = () => session?.accessToken ?? null;
export const onSessionChange = (listener) => listeners.add(listener);

/** Takes the answer of login or refresh. */
export function openSession(answer) {
	const { accessToken, username, userId, roles } = answer;
	session = { accessToken, username, userId, roles };
	rememberHint(true);
	notify();
}

/** Forgets the token here and tells the other tabs. */
export function closeSession() {
	session = null;
	rememberHint(false);
	notify();
}

export function announce(type) {
	channel?.postMessage({ type });
}

channel?.addEventListener("message", async ({ data }) => {
	if (data?.type === "signed-out" && session !== null) {
		session = null;
		notify();
	}
	if (data?.type === "signed-in") await refreshSession().catch(() => undefined);
});

/** One refresh at a time in this tab and, where the browser can, among all tabs. */
export function refreshSession() {
	refreshing ??= exclusively(refreshOnce).finally(() => {
		refreshing = null;
	});
	return refreshing;
}

/** Picks up a session of an earlier page. A visitor who never logged in here is not asked for. */
export async function restoreSession() {
	if (session === null && hasHint()) await refreshSession().catch(() => undefined);
	return session;
}

function exclusively(work) {
	return navigator.locks ? navigator.locks.request("payflow-refresh", work) : work();
}

/** True when renewed, false when the session is over; throws when the server could not be asked. */
async function refreshOnce() {
	const response = await fetch("/api/auth/refresh", {
		method: "POST",
		headers: { accept: "application/json" },
		credentials: "same-origin",
		signal: AbortSignal.timeout(REFRESH_TIMEOUT_MS),
	});
	if (response.ok) {
		openSession(await response.json());
		return true;
	}
	if (response.status >= 500 || response.status === 429) throw new Error("refresh unavailable");
	closeSession();
	return false;
}

function notify() {
	for (const listener of listeners) listener(session);
}

/** Only the fact that somebody logged in here, so that visitors cause no failing request on every page. */
function rememberHint(signedIn) {
	try {
		if (signedIn) localStorage.setItem(HINT, "1");
		else localStorage.removeItem(HINT);
	} catch {
		// Without storage every page simply asks.
	}
}

function hasHint() {
	try {
		return localStorage.getItem(HINT) !== null;
	} catch {
		return true;
	}
}
