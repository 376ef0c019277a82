import { openLogin } from "./dialogs.js";
import { byId, el, stateBox } from "./dom.js";
import { startPage } from "./header.js";
import { t } from "./page.js";
import { onSessionChange } from "./session.js";

const ADMIN = "ROLE_ADMIN";

/**
 * Lets administrators in. Others are told why not: nobody is logged in (the dialog opens), or the account may not.
 * `enter` is called once per administrator, `leave` before anybody else sees the page.
 */
export async function startAdminPage({ gate, content, enter, leave, roles = [ADMIN] }) {
	let shownFor;
	let isInside = false;

	function show(session) {
		const reader = session === null ? null : session.userId;
		if (reader === shownFor) return;
		shownFor = reader;
		const isAdmin = session !== null && session.roles.some((role) => roles.includes(role));
		content.hidden = !isAdmin;
		if (!isAdmin) byId("live").hidden = true;
		gate.hidden = isAdmin;
		if (isInside) leave();
		isInside = isAdmin;
		if (isAdmin) enter();
		else gate.replaceChildren(session === null ? loginBox() : forbiddenBox(session));
	}

	onSessionChange(show);
	const session = await startPage();
	show(session);
	if (session === null) void openLogin(t("sagas.loginText"));
}

function loginBox() {
	const action = { label: t("common.login"), run: () => void openLogin(t("sagas.loginText")) };
	return stateBox({ title: t("sagas.loginTitle"), text: t("sagas.loginText"), action });
}

/** What the server would answer, said as a page. */
export function forbiddenBox({ username }) {
	return el(
		"section",
		{ class: "panel result", "aria-labelledby": "forbidden-title" },
		el("p", { class: "problem-code", "aria-hidden": "true" }, "403"),
		el("h2", { id: "forbidden-title" }, t("sagas.forbiddenTitle")),
		el("p", { class: "result-text" }, t("sagas.forbiddenText", { username })),
		el(
			"div",
			{ class: "result-actions" },
			el(
				"button",
				{ type: "button", class: "button button-primary", onclick: () => void openLogin(t("sagas.loginText")) },
				t("sagas.otherAccount"),
			),
			el("a", { class: "button button-quiet", href: "/" }, t("common.backHome")),
		),
	);
}
