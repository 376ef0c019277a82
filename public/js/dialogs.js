import { onSessionExpired } from "./api.js";
import { byId, say, sayError, setFieldError, showFieldErrors, whileBusy } from "./dom.js";
import { t } from "./page.js";
import { currentSession, login, restoreSession, signup } from "./session.js";

const USERNAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{2,29}$/;
export const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const loginDialog = byId("login-dialog");
const signupDialog = byId("signup-dialog");
let waiting = [];

/** Asks for a log-in when nobody is logged in; true once somebody is, false when the reader closed the dialog. */
export async function requireLogin(notice = t("account.loginRequired")) {
	if (currentSession() !== null || (await restoreSession()) !== null) return true;
	return openLogin(notice);
}

/** Opens the log-in dialog and answers whether it ended logged in. */
export function openLogin(notice = t("account.loginLead")) {
	byId("login-lead").textContent = notice;
	if (!loginDialog.open && !signupDialog.open) showDialog(loginDialog);
	return new Promise((resolve) => waiting.push(resolve));
}

/** Opens a dialog at its first field; by itself the browser would begin with the button that closes it. */
export function showDialog(dialog) {
	dialog.showModal();
	focusFirst(dialog);
}

const focusFirst = (dialog) => dialog.querySelector("input").focus();

/** Wires the close buttons of any dialog. */
export function wireDialog(dialog) {
	for (const button of dialog.querySelectorAll("[data-close]")) {
		button.addEventListener("click", () => dialog.close());
	}
}

function settle(loggedIn) {
	const resolvers = waiting;
	waiting = [];
	for (const resolve of resolvers) resolve(loggedIn);
}

function closed() {
	if (!loginDialog.open && !signupDialog.open) settle(currentSession() !== null);
}

function finish(form, dialog) {
	form.reset();
	dialog.close();
}

function submitLogin(event) {
	event.preventDefault();
	const form = event.currentTarget;
	const { username, password } = form.elements;
	say(byId("login-alert"), "");
	const complete = showFieldErrors([
		[username, username.value.trim() === "" ? t("account.required") : null],
		[password, password.value === "" ? t("account.required") : null],
	]);
	if (!complete) return;
	void whileBusy(form.querySelector("[type=submit]"), async () => {
		try {
			await login(username.value.trim(), password.value);
			finish(form, loginDialog);
		} catch (error) {
			loginFailed(error, password);
		}
	});
}

function loginFailed(error, password) {
	password.value = "";
	password.focus();
	if (error.status === 401 || error.status === 400) say(byId("login-alert"), t("account.badCredentials"));
	else sayError(byId("login-alert"), error);
}

function submitSignup(event) {
	event.preventDefault();
	const form = event.currentTarget;
	const { username, email, password } = form.elements;
	say(byId("signup-alert"), "");
	const complete = showFieldErrors([
		[username, USERNAME.test(username.value.trim()) ? null : t("account.invalidUsername")],
		[email, EMAIL.test(email.value.trim()) ? null : t("account.invalidEmail")],
		[password, passwordProblem(password.value, username.value.trim())],
	]);
	if (!complete) return;
	const account = { username: username.value.trim(), email: email.value.trim(), password: password.value };
	void whileBusy(form.querySelector("[type=submit]"), async () => {
		try {
			await signup(account);
			finish(form, signupDialog);
		} catch (error) {
			signupFailed(error, form.elements);
		}
	});
}

function passwordProblem(password, username) {
	if (password.length < 8 || password.length > 128) return t("account.invalidPassword");
	return password.toLowerCase() === username.toLowerCase() ? t("account.passwordIsUsername") : null;
}

const takenFields = { USERNAME_TAKEN: ["username", "usernameTaken"], EMAIL_TAKEN: ["email", "emailTaken"] };

function signupFailed(error, elements) {
	const taken = takenFields[error.code];
	if (taken) {
		showFieldErrors([[elements[taken[0]], t(`account.${taken[1]}`)]]);
		return;
	}
	const known = error.fields.filter(({ field }) => ["username", "email", "password"].includes(field));
	showFieldErrors(known.map(({ field, message }) => [elements[field], String(message ?? error.message)]));
	if (known.length === 0) sayError(byId("signup-alert"), error);
}

/** Moving from one dialog to the other keeps whoever waits for a log-in waiting. */
function switchDialog(from, to) {
	to.showModal();
	from.close();
	focusFirst(to);
}

function wireReveal(button) {
	const input = byId(button.dataset.reveal);
	button.addEventListener("click", () => {
		const shown = input.type === "text";
		input.type = shown ? "password" : "text";
		button.setAttribute("aria-pressed", String(!shown));
		button.setAttribute("aria-label", t(shown ? "account.showPassword" : "account.hidePassword"));
	});
}

export function wireAccountDialogs() {
	for (const dialog of [loginDialog, signupDialog]) {
		wireDialog(dialog);
		dialog.addEventListener("close", closed);
		dialog.addEventListener("input", ({ target }) => setFieldError(target, null));
	}
	byId("login-form").addEventListener("submit", submitLogin);
	byId("signup-form").addEventListener("submit", submitSignup);
	loginDialog.querySelector("[data-switch]").addEventListener("click", () => switchDialog(loginDialog, signupDialog));
	signupDialog.querySelector("[data-switch]").addEventListener("click", () => switchDialog(signupDialog, loginDialog));
	for (const button of document.querySelectorAll("[data-reveal]")) wireReveal(button);
	onSessionExpired(() => void openLogin(t("common.sessionExpired")));
}
