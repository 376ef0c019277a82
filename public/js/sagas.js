import { startAdminPage } from "./admin.js";
import { get } from "./api.js";
import { byId, el, say, stateBox, whileBusy } from "./dom.js";
import { clockTime, dateTime, duration, won } from "./format.js";
import { page, t } from "./page.js";
import { poll } from "./poll.js";
import { isRunning, kindWord, sagaBadge, stepWord } from "./saga-words.js";
import { findByOrder, firstPage, nextPage, ORDER_ID, readFigures } from "./saga-lists.js";

const REFRESH_MS = 3000;
const list = byId("saga-list");
const more = byId("more");
const form = byId("saga-search");
const orderInput = form.elements.order;
const view = { tab: page.tab, orderId: page.orderId, name: "" };
let items = [];
let cursors = null;
let shown = "";
let polling = null;
/** Only the newest request may show its answer. */
let turn = 0;

async function load() {
	const mine = ++turn;
	list.setAttribute("aria-busy", "true");
	try {
		const [answer] = await Promise.all([page1(), showFigures()]);
		if (mine === turn) adopt(answer);
	} catch (error) {
		if (mine === turn) showError(error);
	}
	if (mine === turn) list.removeAttribute("aria-busy");
}

const page1 = () => (view.orderId ? findByOrder(view.orderId, view.name) : firstPage(view, items.length));

/** The same again changes nothing on the page, so that nobody loses their place in it. */
function adopt(answer) {
	({ items, cursors } = answer);
	const text = JSON.stringify([view, items]);
	more.hidden = cursors === null;
	if (text === shown) return;
	shown = text;
	if (items.length > 0) keepFocus(() => list.replaceChildren(table(items)));
	else list.replaceChildren(emptyBox());
}

function emptyBox() {
	if (!view.orderId) return stateBox({ title: t(`sagas.empty${view.tab}`) });
	const action = { label: t("sagas.searchClear"), run: clearSearch };
	return stateBox({ title: t("sagas.emptySearch"), text: t("sagas.emptySearchText"), action });
}

function keepFocus(change) {
	const held = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
	change();
	if (held !== null) list.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
}

function showError(error) {
	shown = "";
	const action = { label: t("common.retry"), run: () => void load() };
	list.replaceChildren(stateBox({ title: t("sagas.error"), text: error.message, action }));
	more.hidden = true;
}

async function showFigures() {
	const figures = await readFigures(view.name);
	for (const [name, value] of Object.entries(figures.counts)) byId(`count-${name}`).textContent = String(value);
	const share = (value) => (value === null ? t("sagas.none") : `${value.toFixed(1)}%`);
	byId("figure-success").textContent = share(figures.successRate);
	byId("figure-compensation").textContent = share(figures.compensationRate);
	byId("figure-average").textContent =
		figures.avgDurationMs === null ? t("sagas.none") : duration(figures.avgDurationMs);
	byId("figure-declined").textContent = String(figures.declined);
	byId("figure-expired").textContent = String(figures.expired);
	document.querySelector('[data-tab="ATTENTION"]').dataset.alarm = String(figures.counts.ATTENTION > 0);
}

const COLUMNS = ["Saga", "Status", "Step", "Amount", "Started", "Took"];

/** The roles are said again because the narrow layout makes the cells blocks, and some browsers then forget them. */
function table(rows) {
	return el(
		"table",
		{ class: "grid", role: "table", "aria-label": t("sagas.tableLabel") },
		el(
			"thead",
			{ role: "rowgroup" },
			el(
				"tr",
				{ role: "row" },
				COLUMNS.map((name) => el("th", { scope: "col", role: "columnheader" }, t(`sagas.column${name}`))),
			),
		),
		el("tbody", { role: "rowgroup" }, rows.map(sagaRow)),
	);
}

function sagaRow(saga) {
	const { sagaId, name, orderId, amount = null, currentStep, errorMessage, createdAt, durationMs } = saga;
	const cell = (column, ...content) =>
		el("td", { role: "cell", dataset: { label: t(`sagas.column${column}`) } }, el("div", {}, ...content));
	return el(
		"tr",
		{ role: "row", dataset: { attention: String(saga.needsAttention) } },
		cell(
			"Saga",
			el("a", { href: `/sagas/${encodeURIComponent(sagaId)}`, class: "grid-link" }, kindWord(name)),
			el("code", { class: "grid-code" }, orderId),
		),
		cell("Status", sagaBadge(saga)),
		cell("Step", stepWord(currentStep), errorMessage ? el("small", { class: "grid-trouble" }, errorMessage) : null),
		cell("Amount", amount === null ? "–" : won(amount)),
		cell("Started", el("time", { datetime: createdAt }, dateTime(createdAt))),
		cell("Took", durationMs === null ? "–" : duration(durationMs)),
	);
}

async function loadMore() {
	const mine = turn;
	try {
		const answer = await nextPage(view, cursors);
		if (mine !== turn) return;
		const count = answer.items.length;
		const first = answer.items[0];
		adopt({ items: [...items, ...answer.items], cursors: answer.cursors });
		say(byId("saga-status"), t("sagas.moreLoaded", { count }));
		if (first) list.querySelector(`a[href$="${CSS.escape(first.sagaId)}"]`)?.focus({ preventScroll: true });
	} catch (error) {
		say(byId("saga-status"), error.message);
	}
}

/** The address always names what is shown, so that it can be sent to somebody. */
function show(changes) {
	Object.assign(view, changes);
	items = [];
	const query = new URLSearchParams({ tab: view.tab, ...(view.orderId ? { order: view.orderId } : {}) });
	history.replaceState(null, "", `/sagas?${query}`);
	for (const link of document.querySelectorAll("[data-tab]")) {
		if (link.dataset.tab === view.tab && !view.orderId) link.setAttribute("aria-current", "page");
		else link.removeAttribute("aria-current");
	}
	byId("search-clear").hidden = !view.orderId;
	shown = "";
	void load();
}

function clearSearch() {
	orderInput.value = "";
	say(byId("search-error"), "");
	show({ orderId: "" });
	orderInput.focus();
}

function search(event) {
	event.preventDefault();
	const wanted = orderInput.value.trim();
	const isValid = wanted === "" || ORDER_ID.test(wanted);
	say(byId("search-error"), isValid ? "" : t("sagas.searchInvalid"));
	if (isValid) orderInput.removeAttribute("aria-invalid");
	else orderInput.setAttribute("aria-invalid", "true");
	if (isValid) show({ orderId: wanted });
	else orderInput.focus();
}

function liveState(state) {
	const live = byId("live");
	live.hidden = state === "over";
	live.dataset.state = state;
	const words = { live: "sagas.live", paused: "sagas.livePaused", trouble: "sagas.liveTrouble" };
	live.title = t("sagas.liveUpdated", { time: clockTime(new Date()).slice(0, 8) });
	live.textContent = t(words[state] ?? "sagas.livePaused");
}

async function refresh() {
	const mine = turn;
	// A list this long is not asked for again as a whole; its figures are.
	if (items.length > 100) await showFigures();
	else {
		const [answer] = await Promise.all([page1(), showFigures()]);
		if (mine === turn) adopt(answer);
	}
	return view.orderId && !items.some(isRunning) ? REFRESH_MS * 5 : REFRESH_MS;
}

function enter() {
	void load();
	liveState("live");
	polling = poll({ work: refresh, everyMs: REFRESH_MS, onState: liveState });
}

function leave() {
	polling?.stop();
	polling = null;
	list.replaceChildren();
	shown = "";
}

for (const link of document.querySelectorAll("[data-tab]")) {
	link.addEventListener("click", (event) => {
		event.preventDefault();
		orderInput.value = "";
		show({ tab: link.dataset.tab, orderId: "" });
	});
}
byId("saga-kind").addEventListener("change", ({ currentTarget }) => show({ name: currentTarget.value }));
byId("search-clear").addEventListener("click", clearSearch);
form.addEventListener("submit", search);
more.addEventListener("click", () => void whileBusy(more, loadMore));
void startAdminPage({ gate: byId("gate"), content: byId("content"), enter, leave });
