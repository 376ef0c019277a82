import { get } from "./api.js";
import { requireLogin } from "./dialogs.js";
import { badge, byId, el, icon, say, stateBox, whileBusy } from "./dom.js";
import { dateTime, won } from "./format.js";
import { startPage } from "./header.js";
import { toneOf } from "./order-words.js";
import { statusWord, t } from "./page.js";
import { currentSession, onSessionChange } from "./session.js";

const PAGE_SIZE = 20;
const list = byId("order-list");
const more = byId("more");
let status = "";
let cursor = null;
let shownFor = null;
/** Only the newest request may show its answer. */
let turn = 0;

async function page(from) {
	const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
	if (status) query.set("status", status);
	if (from) query.set("cursor", from);
	return get(`/api/orders?${query}`);
}

async function reload() {
	const mine = ++turn;
	more.hidden = true;
	list.setAttribute("aria-busy", "true");
	try {
		const answer = await page(null);
		if (mine === turn) showFirst(answer);
	} catch (error) {
		if (mine === turn) showError(error);
	}
	if (mine === turn) list.removeAttribute("aria-busy");
}

function showFirst({ items, nextCursor }) {
	cursor = nextCursor;
	more.hidden = nextCursor === null;
	if (items.length > 0) list.replaceChildren(el("ul", { class: "orders" }, items.map(orderRow)));
	else {
		const action = status ? undefined : { label: t("orders.emptyAction"), href: "/#products" };
		list.replaceChildren(stateBox({ title: t(status ? "orders.emptyFiltered" : "orders.empty"), action }));
	}
}

function showError(error) {
	if (error.status === 401) showLogin();
	else {
		const action = { label: t("common.retry"), run: () => void reload() };
		list.replaceChildren(stateBox({ title: t("orders.error"), text: error.message, action }));
	}
}

function showLogin() {
	more.hidden = true;
	list.removeAttribute("aria-busy");
	const action = { label: t("common.login"), run: () => void requireLogin() };
	list.replaceChildren(stateBox({ title: t("orders.loginText"), action }));
}

async function loadMore() {
	const mine = turn;
	try {
		const { items, nextCursor } = await page(cursor);
		if (mine !== turn) return;
		cursor = nextCursor;
		const rows = items.map(orderRow);
		list.querySelector("ul").append(...rows);
		more.hidden = nextCursor === null;
		say(byId("order-status"), t("orders.moreLoaded", { count: items.length }));
		rows[0]?.querySelector("a").focus({ preventScroll: true });
	} catch (error) {
		say(byId("order-status"), error.message);
		list.after(el("p", { class: "alert", role: "alert" }, error.message));
	}
}

function orderRow(order) {
	return el(
		"li",
		{ class: "order-row" },
		el(
			"a",
			{ class: "order-link", href: `/orders/${encodeURIComponent(order.orderId)}` },
			el("span", { class: "order-name" }, order.orderName),
			el("span", { class: "order-amount" }, won(order.amount)),
			el("span", { class: "order-meta" }, dateTime(order.createdAt)),
			badge(statusWord("order", order.status), toneOf(order.status)),
			icon("next"),
		),
	);
}

function filter({ currentTarget }) {
	status = currentTarget.dataset.status;
	for (const chip of byId("filters").children) chip.setAttribute("aria-pressed", String(chip === currentTarget));
	if (currentSession() !== null) void reload();
}

/** A renewed token is the same reader; only another reader needs another list. */
function sessionChanged(session) {
	const reader = session?.userId ?? null;
	if (reader === shownFor) return;
	shownFor = reader;
	if (reader === null) showLogin();
	else void reload();
}

for (const chip of byId("filters").children) chip.addEventListener("click", filter);
more.addEventListener("click", () => void whileBusy(more, loadMore));
onSessionChange(sessionChanged);
if ((await startPage()) === null) showLogin();
