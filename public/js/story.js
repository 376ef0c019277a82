import { get } from "./api.js";
import { openLogin } from "./dialogs.js";
import { byId, el, stateBox } from "./dom.js";
import { won } from "./format.js";
import { startPage } from "./header.js";
import { milestoneList } from "./milestones.js";
import { page, t } from "./page.js";
import { poll } from "./poll.js";
import { onSessionChange } from "./session.js";
import { entryItem } from "./story-entry.js";

const REFRESH_MS = 2000;
const LANES = ["order", "payment", "provider", "webhook", "stock", "points", "ledger", "saga", "other"];
const view = byId("story-view");
const address = `/api/orders/${encodeURIComponent(page.orderId)}/story`;
const openEntries = new Set();
let lane = new URLSearchParams(location.search).get("lane") ?? "";
let wanted = null;
let story = null;
let shown = "";
let shownFor = null;
let maySeeAll = false;
let polling = null;

async function load() {
	const answer = await get(wanted === null ? address : `${address}?view=${wanted}`);
	if (wanted === null) maySeeAll = answer.view === "full";
	story = answer;
	show();
	return answer;
}

async function firstLoad() {
	polling?.stop();
	view.setAttribute("aria-busy", "true");
	try {
		const { hasEnded } = await load();
		if (!hasEnded) {
			const work = async () => ((await load()).hasEnded ? null : REFRESH_MS);
			polling = poll({ work, everyMs: REFRESH_MS, onState: liveState });
			liveState("live");
		}
	} catch (error) {
		showError(error);
	}
	view.removeAttribute("aria-busy");
}

function liveState(state) {
	const live = byId("live");
	const words = { live: "sagas.live", paused: "sagas.livePaused", trouble: "sagas.liveTrouble" };
	live.hidden = state === "over";
	live.dataset.state = state;
	live.textContent = t(words[state] ?? "sagas.livePaused");
}

function show() {
	const text = JSON.stringify([story, lane]);
	if (text === shown) return;
	shown = text;
	byId("story-lead").textContent = t(story.view === "full" ? "story.leadFull" : "story.lead");
	byId("story-incomplete").hidden = story.isComplete;
	const held = document.activeElement?.id;
	view.replaceChildren(overview(), entriesPanel());
	if (held && !document.activeElement?.id) byId(held)?.focus({ preventScroll: true });
}

function showError(error) {
	shown = "";
	if (error.status === 401) return showLogin();
	const isMissing = error.status === 404;
	const action = isMissing
		? { label: t("common.backHome"), href: "/" }
		: { label: t("common.retry"), run: () => void firstLoad() };
	return view.replaceChildren(stateBox({ title: t("story.error"), text: error.message, action }));
}

function showLogin() {
	view.removeAttribute("aria-busy");
	const action = { label: t("common.login"), run: () => void openLogin(t("story.loginText")) };
	view.replaceChildren(stateBox({ title: t("story.loginText"), action }));
}

function overview() {
	return el(
		"section",
		{ class: "panel", "aria-labelledby": "story-name" },
		el(
			"div",
			{ class: "order-head" },
			el("div", {}, el("h2", { id: "story-name" }, story.orderName), el("code", {}, story.orderId)),
			maySeeAll ? viewSwitch() : null,
		),
		el("dl", { class: "figures figures-small" }, totals(story.totals)),
		milestoneList(story.milestones),
	);
}

function totals({ charged, refunded, pointsEarned, pointsTaken }) {
	const figure = (label, value) => el("div", {}, el("dt", {}, label), el("dd", {}, value));
	return [
		figure(t("story.charged"), won(charged)),
		figure(t("story.refunded"), won(refunded)),
		figure(t("story.net"), won(charged - refunded)),
		figure(t("story.points"), t("story.pointsOf", { count: pointsEarned - pointsTaken })),
	];
}

function viewSwitch() {
	const choice = (name, label) => {
		const press = () => {
			wanted = name;
			void firstLoad();
		};
		const properties = { id: `view-${name}`, type: "button", class: "chip", onclick: press };
		return el("button", { ...properties, "aria-pressed": String(story.view === name) }, label);
	};
	return el(
		"div",
		{ class: "filters filters-tight", role: "group", "aria-label": t("story.view") },
		choice("full", t("story.viewFull")),
		choice("plain", t("story.viewPlain")),
	);
}

function entriesPanel() {
	const { entries } = story;
	const present = LANES.filter((name) => entries.some((entry) => entry.lane === name));
	if (!present.includes(lane)) lane = "";
	const first = entries[0]?.at ?? null;
	const chosen = entries.filter((entry) => lane === "" || entry.lane === lane);
	const list = el(
		"ol",
		{ class: "story" },
		chosen.map((entry, index) => entryItem(entry, { first, before: chosen[index - 1], openEntries })),
	);
	return el(
		"section",
		{ class: "panel", "aria-labelledby": "entries-title" },
		el("h2", { id: "entries-title" }, t("story.entries")),
		laneFilter(present),
		entries.length > 0 ? list : el("p", { class: "result-text" }, t("story.empty")),
	);
}

function laneFilter(present) {
	const chip = (name, label) => {
		const press = () => {
			lane = name;
			show();
		};
		const properties = { id: `lane-${name || "all"}`, type: "button", class: "chip", onclick: press };
		return el("button", { ...properties, "aria-pressed": String(lane === name) }, label);
	};
	const chips = present.map((name) => chip(name, t(`story.lane${name}`)));
	return el(
		"div",
		{ class: "filters", role: "group", "aria-label": t("story.lanes") },
		chip("", t("story.laneAll")),
		chips,
	);
}

function sessionChanged(session) {
	const reader = session?.userId ?? null;
	if (reader === shownFor) return;
	shownFor = reader;
	wanted = null;
	shown = "";
	polling?.stop();
	if (reader === null) showLogin();
	else void firstLoad();
}

onSessionChange(sessionChanged);
if ((await startPage()) === null) showLogin();
