import { startAdminPage } from "./admin.js";
import { get } from "./api.js";
import { loadCharts, showTablesOnly, wireToggles } from "./charts.js";
import { showChoices, showFigures } from "./dashboard-figures.js";
import { leaveSearch, follow, searchAgain } from "./dashboard-search.js";
import { enterStream, leaveStream } from "./dashboard-stream.js";
import { byId, el, say, whileBusy } from "./dom.js";
import { clockTime } from "./format.js";
import { startPage } from "./header.js";
import { page, t } from "./page.js";
import { poll } from "./poll.js";
import { onSessionChange } from "./session.js";

const REFRESH_MS = 10_000;
/** After an event the figures are looked at again, at most this often. */
const NEWS_MS = 1500;
let hours = page.hours;
let metrics = null;
let polling = null;
let newsTimer = null;
/** Only the newest request may show its answer. */
let turn = 0;

async function load() {
	const mine = ++turn;
	const answer = await get(`/api/logs/dashboard/metrics?hours=${hours}&fill=true`);
	if (mine !== turn) return REFRESH_MS;
	metrics = answer;
	say(byId("figures-alert"), "");
	showFigures(metrics);
	showChoices(metrics);
	byId("figures").removeAttribute("aria-busy");
	byId("updated").textContent = t("logs.updated", { time: clockTime(metrics.generatedAt).slice(0, 8) });
	return REFRESH_MS;
}

async function loadOrSay() {
	try {
		await load();
	} catch (error) {
		showError(error);
	}
}

function showError(error) {
	const again = el("button", { type: "button", class: "link", onclick: () => void loadOrSay() }, t("common.retry"));
	byId("figures-alert").replaceChildren(`${t("logs.error")} ${error.message} `, again);
	byId("figures-alert").hidden = false;
	byId("figures").removeAttribute("aria-busy");
}

/** Old figures stay, and say since when. */
async function refresh() {
	try {
		return await load();
	} catch (error) {
		if (metrics === null) showError(error);
		throw error;
	}
}

function choose(button) {
	hours = Number(button.dataset.hours);
	for (const each of document.querySelectorAll("[data-hours]"))
		each.setAttribute("aria-pressed", String(each === button));
	const address = new URL(location.href);
	address.searchParams.set("hours", String(hours));
	history.replaceState(null, "", address);
	void loadOrSay();
}

function onNews() {
	newsTimer ??= setTimeout(() => {
		newsTimer = null;
		polling?.now();
	}, NEWS_MS);
}

function enter() {
	void loadOrSay();
	polling = poll({ work: refresh, everyMs: REFRESH_MS });
	enterStream({ onFollow: (id) => void follow(id), onNews });
	searchAgain();
}

function leave() {
	polling?.stop();
	polling = null;
	leaveStream();
	leaveSearch();
}

/** While the log is public everybody may look; who logs in sees more. */
async function startPublicPage() {
	await startPage();
	byId("content").hidden = false;
	enter();
	onSessionChange(() => {
		leave();
		enter();
	});
}

for (const button of document.querySelectorAll("[data-hours]")) button.addEventListener("click", () => choose(button));
byId("refresh").addEventListener("click", ({ currentTarget }) => void whileBusy(currentTarget, loadOrSay));
wireToggles(() => {
	if (metrics !== null) showFigures(metrics);
});
if (!(await loadCharts())) {
	byId("charts-missing").hidden = false;
	showTablesOnly();
}
if (page.isPublic) await startPublicPage();
else await startAdminPage({ gate: byId("gate"), content: byId("content"), enter, leave });
