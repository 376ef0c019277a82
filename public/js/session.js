import { call, post } from "./api.js";
import { forgetCheckout } from "./kept.js";
import { announce, closeSession, openSession } from "./token.js";

export { currentSession, onSessionChange, restoreSession } from "./token.js";

/** Logs in with a username or an e-mail address. */
export async function login(identifier, password) {
	const who = identifier.includes("@") ? { email: identifier } : { username: identifier };
	const { body } = await post("/api/auth/login", { ...who, password }, { auth: false });
	openSession(body);
	announce("signed-in");
}

/** Makes an account and logs in with it. */
export async function signup({ username, email, password }) {
	await post("/api/auth/signup", { username, email, password }, { auth: false });
	await login(username, password);
}

/** Ends the session here, on the server and in the other tabs; it ends here even if the server cannot be reached. */
export async function logout() {
	try {
		await call("POST", "/api/auth/logout");
	} catch {
		// The token is forgotten all the same, and the cookie dies with the session's own limit.
	}
	forgetCheckout();
	closeSession();
	announce("signed-out");
}
