import { openLogin, wireAccountDialogs } from "./dialogs.js";
import { byId, toast, whileBusy } from "./dom.js";
import { t } from "./page.js";
import { logout, onSessionChange, restoreSession } from "./session.js";

const YEAR_S = 31_536_000;

function showSession(session) {
	const signedIn = session !== null;
	byId("session").dataset.state = signedIn ? "signed-in" : "signed-out";
	byId("session-user").hidden = !signedIn;
	byId("logout").hidden = !signedIn;
	byId("login-open").hidden = signedIn;
	for (const link of document.querySelectorAll(".site-nav [data-role]"))
		link.hidden = !session?.roles?.includes(link.dataset.role);
	bringToView(document.querySelector(".site-nav [aria-current]"));
	byId("session-name").textContent = session?.username ?? "";
	byId("session-user").title = signedIn ? t("common.signedInAs", { username: session.username }) : "";
}

/** On a narrow screen the menu scrolls; the page one is on should be seen in it. */
function bringToView(link) {
	const menu = link?.parentElement;
	if (menu) menu.scrollLeft = link.offsetLeft - menu.offsetLeft - menu.clientWidth / 2 + link.offsetWidth / 2;
}

/** Stays on the page's present address, which may have changed since the server wrote the link. */
function switchLanguage(event) {
	event.preventDefault();
	document.cookie = `lang=${event.currentTarget.dataset.lang}; path=/; max-age=${YEAR_S}; samesite=lax`;
	const address = new URL(location.href);
	address.searchParams.delete("lang");
	location.replace(address);
}

/** Wires header and dialogs and picks up the session; resolves with it, or null. */
export async function startPage() {
	wireAccountDialogs();
	onSessionChange(showSession);
	byId("language").addEventListener("click", switchLanguage);
	byId("login-open").addEventListener("click", () => void openLogin());
	byId("logout").addEventListener("click", ({ currentTarget }) => {
		void whileBusy(currentTarget, async () => {
			await logout();
			toast(t("common.signedOut"));
		});
	});
	const session = await restoreSession();
	showSession(session);
	return session;
}
