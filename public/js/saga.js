import { startAdminPage } from "./admin.js";
import { get, post } from "./api.js";
import { wireDialog } from "./dialogs.js";
import { byId, el, row, say, sayError, stateBox, whileBusy } from "./dom.js";
import { clockTime, dateTime, duration, won } from "./format.js";
import { page, statusWord, t } from "./page.js";
import { poll } from "./poll.js";
import { attemptsTable, axis } from "./saga-axis.js";
import { isRunning, kindWord, sagaBadge, stepWord } from "./saga-words.js";

const REFRESH_MS = 2000;
const view = byId("saga-view");
const dialog = byId("retry-dialog");
const address = `/api/saga/status/${encodeURIComponent(page.sagaId)}`;
let shown = "";
let openEvents = new Set();
let polling = null;
let isRetried = false;

/** The saga has to be there; the raw events may be missing. Answers whether it goes on. */
async function load() {
	const saga = await get(address);
	const story = await get(`/api/orders/${encodeURIComponent(saga.orderId)}/story?view=full`).catch(() => null);
	show(saga, eventsOf(story));
	if (isRetried) sayRetried(saga);
	return saga;
}

async function firstLoad() {
	view.setAttribute("aria-busy", "true");
	try {
		const saga = await load();
		if (isRunning(saga)) startPolling();
	} catch (error) {
		showError(error);
	}
	view.removeAttribute("aria-busy");
}

function startPolling() {
	polling?.stop();
	polling = poll({
		everyMs: REFRESH_MS,
		onState: liveState,
		work: async () => (isRunning(await load()) ? REFRESH_MS : null),
	});
	liveState("live");
}

function liveState(state) {
	const live = byId("live");
	const words = { live: "sagas.live", paused: "sagas.livePaused", trouble: "sagas.liveTrouble" };
	live.hidden = state === "over";
	live.dataset.state = state;
	live.textContent = t(words[state] ?? "sagas.livePaused");
}

/** This saga's events out of everything that is known of its order; null when the story could not be had. */
function eventsOf(story) {
	if (story === null) return null;
	const prefix = `saga:${page.sagaId}:`;
	const events = story.entries.flatMap(({ internals }) => internals?.events ?? []);
	const own = events.filter(({ eventId }) => eventId.startsWith(prefix));
	return own.toSorted((left, right) => sequenceOf(left) - sequenceOf(right));
}

const sequenceOf = ({ eventId }) => Number(eventId.slice(eventId.lastIndexOf(":") + 1));

/** The same again changes nothing, so that a reader keeps their place. */
function show(saga, events) {
	const text = JSON.stringify([saga, events]);
	if (text === shown) return;
	shown = text;
	const held = document.activeElement?.id;
	view.replaceChildren(
		...[overview(saga, events), axisPanel(saga), attemptsPanel(saga), eventsPanel(events)].filter(Boolean),
	);
	if (held && !document.activeElement?.id) byId(held)?.focus({ preventScroll: true });
}

function showError(error) {
	shown = "";
	const isMissing = error.status === 404;
	const action = isMissing
		? { label: t("sagas.back"), href: "/sagas" }
		: { label: t("common.retry"), run: () => void firstLoad() };
	const title = t(isMissing ? "sagas.notFound" : "sagas.error");
	view.replaceChildren(stateBox({ title, text: isMissing ? t("sagas.notFoundText") : error.message, action }));
}

function overview(saga, events) {
	const order = `/orders/${encodeURIComponent(saga.orderId)}`;
	const link = (id, label, href, look) => el("a", { id, class: `button button-${look}`, href }, label);
	return el(
		"section",
		{ class: "panel", "aria-labelledby": "saga-name" },
		el(
			"div",
			{ class: "order-head" },
			el("h2", { id: "saga-name" }, kindWord(saga.name)),
			el("div", { id: "saga-state" }, sagaBadge(saga)),
		),
		saga.needsAttention ? el("p", { class: "alert" }, t("sagas.attention")) : null,
		el("dl", { class: "rows rows-columns" }, rowsOf(saga, events)),
		el(
			"div",
			{ class: "result-actions" },
			isRunning(saga) ? retryButton() : null,
			link("to-order", t("sagas.toOrder"), order, "quiet"),
			link("to-story", t("sagas.toStory"), `${order}/story`, "quiet"),
			link("to-payment", t("sagas.toPayment"), `${order}/story?lane=payment`, "quiet"),
		),
	);
}

function rowsOf(saga, events) {
	const { sagaId, orderId, amount = null, paymentKey, inventoryReservationId, errorMessage, durationMs } = saga;
	const code = (text) => (text ? el("code", {}, text) : null);
	return [
		row(t("sagas.sagaId"), code(sagaId)),
		row(t("sagas.order"), code(orderId)),
		row(t("sagas.amount"), amount === null ? null : won(amount)),
		row(t("sagas.payment"), code(paymentKey)),
		row(t("sagas.reservation"), code(inventoryReservationId)),
		row(t("sagas.columnStep"), stepWord(saga.currentStep)),
		row(t("sagas.trouble"), errorMessage),
		row(t("sagas.startedAt"), `${dateTime(saga.createdAt).slice(0, 10)} ${clockTime(saga.createdAt)}`),
		row(t("sagas.took"), durationMs === null ? null : duration(durationMs)),
		row(t("sagas.updatedAt"), isRunning(saga) ? clockTime(saga.updatedAt) : null),
		row(t("sagas.deadline"), saga.status === "STARTED" ? dateTime(saga.deadlineAt) : null),
		row(t("sagas.nextAttempt"), nextAttempt(saga, events)),
	];
}

/** Known from the newest event, if that is an attempt nobody answered. */
function nextAttempt(saga, events) {
	const last = events?.at(-1);
	const retryAt = last?.type === "saga.step-unanswered" ? last.data.retryAt : null;
	return isRunning(saga) && retryAt ? clockTime(retryAt).slice(0, 8) : null;
}

function retryButton() {
	const properties = { id: "retry", type: "button", class: "button button-primary", onclick: openRetry };
	return el("button", properties, t("sagas.retry"));
}

function axisPanel(saga) {
	return el(
		"section",
		{ class: "panel", "aria-labelledby": "axis-title" },
		el("h2", { id: "axis-title" }, t("sagas.axis")),
		axis(saga),
	);
}

function attemptsPanel({ steps }) {
	const content = steps.length > 0 ? attemptsTable(steps) : el("p", { class: "result-text" }, t("sagas.stepsEmpty"));
	return el(
		"section",
		{ class: "panel", "aria-labelledby": "attempts-title" },
		el("h2", { id: "attempts-title" }, t("sagas.stepsTable")),
		content,
	);
}

function eventsPanel(events) {
	const panel = el(
		"section",
		{ class: "panel", "aria-labelledby": "events-title" },
		el("h2", { id: "events-title" }, t("sagas.events")),
	);
	if (events === null) panel.append(el("p", { class: "result-text" }, t("sagas.eventsError")));
	else if (events.length === 0) panel.append(el("p", { class: "result-text" }, t("sagas.eventsEmpty")));
	else panel.append(el("ol", { class: "events" }, events.map(eventItem)));
	return panel;
}

function eventItem({ eventId, type, at, actor, correlationId, causationId, data }) {
	const details = el(
		"details",
		{ open: openEvents.has(eventId) },
		el(
			"summary",
			{ id: `event-${sequenceOf({ eventId })}` },
			el("time", { datetime: at }, clockTime(at)),
			el("strong", {}, type),
			el("span", { class: "events-step" }, data.step ?? ""),
		),
		el("pre", { tabindex: "0" }, JSON.stringify({ eventId, actor, correlationId, causationId, data }, null, 2)),
	);
	details.addEventListener("toggle", () => (details.open ? openEvents.add(eventId) : openEvents.delete(eventId)));
	return el("li", {}, details);
}

function openRetry() {
	say(byId("retry-alert"), "");
	dialog.showModal();
	dialog.querySelector("[type=submit]").focus();
}

async function retry() {
	say(byId("retry-alert"), "");
	say(byId("saga-alert"), "");
	try {
		const { body } = await post(`/api/saga/${encodeURIComponent(page.sagaId)}/retry`, {});
		dialog.close();
		isRetried = true;
		sayRetried(body);
		startPolling();
		polling?.now();
	} catch (error) {
		sayError(byId("retry-alert"), error);
		await load().catch(() => undefined);
	}
}

/** Said once per state, so that a screen reader hears how it went on and nothing twice. */
function sayRetried({ status }) {
	const words = t("sagas.retryDone", { status: statusWord("saga", status) });
	if (byId("saga-notice").textContent !== words) say(byId("saga-notice"), words);
}

function leave() {
	isRetried = false;
	say(byId("saga-notice"), "");
	polling?.stop();
	polling = null;
	shown = "";
	openEvents = new Set();
	view.replaceChildren();
}

wireDialog(dialog);
byId("retry-form").addEventListener("submit", (event) => {
	event.preventDefault();
	void whileBusy(dialog.querySelector("[type=submit]"), retry);
});
void startAdminPage({ gate: byId("gate"), content: byId("content"), enter: () => void firstLoad(), leave });
