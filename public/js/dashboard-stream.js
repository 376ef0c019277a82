import { byId, el, say, stateBox } from "./dom.js";
import { eventBadge } from "./event-words.js";
import { clockTime, duration } from "./format.js";
import { listen } from "./live-feed.js";
import { page, t } from "./page.js";

const ADDRESS = "/api/logs/stream";
/** How far back the list begins; with a filter, most of what is looked at may not pass. */
const BACK = 200;
const BACK_FILTERED = 2000;
const TELL_EVERY_MS = 4000;
const TYPE = /^[a-z][a-z0-9.-]{0,63}$/;

const list = byId("stream");
const pauseButton = byId("stream-pause");
const form = byId("stream-filters");
let feed = null;
let lastId = null;
let isPaused = false;
let isInside = false;
let untold = 0;
let teller = null;
let handlers = { onFollow: () => undefined, onNews: () => undefined };

function filterQuery() {
	const { service, type, status } = form.elements;
	const wanted = { service: service.value, type: type.value.trim(), status: status.value };
	return new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== ""));
}

/** From a stretch before the end of the log, or from where it was left. */
function start() {
	lastId = feed?.stop() ?? lastId;
	const query = filterQuery();
	if (lastId === null) query.set("back", String(query.size > 0 ? BACK_FILTERED : BACK));
	else query.set("after", lastId);
	feed = listen({ address: `${ADDRESS}?${query}`, lastId, onMessages: take, onState: liveState, onError: refused });
}

function refused(problem) {
	liveState("trouble");
	say(byId("stream-alert"), problem.message ?? problem.detail ?? t("logs.streamError"));
}

function take(messages) {
	say(byId("stream-alert"), "");
	const events = messages.filter(({ event }) => event === "row").map(({ data }) => data);
	if (events.length === 0) return showEmpty();
	add(events.slice(-page.streamMax));
	handlers.onNews(events);
	untold += events.length;
	teller ??= setTimeout(tell, TELL_EVERY_MS);
}

/** A busy stream would talk all the time, so news is told together. */
function tell() {
	teller = null;
	byId("stream-status").textContent = t("logs.streamNew", { count: untold });
	untold = 0;
}

/** New rows come on top; who has scrolled down keeps their place. */
function add(events) {
	const before = list.scrollHeight;
	const isAtTop = list.scrollTop < 8;
	list.prepend(...events.toReversed().map(item));
	if (!isAtTop) list.scrollTop += list.scrollHeight - before;
	while (list.childElementCount > page.streamMax) list.lastElementChild.remove();
	showEmpty();
}

function showEmpty() {
	const isEmpty = list.childElementCount === 0;
	list.hidden = isEmpty;
	const box = isEmpty ? [stateBox({ title: t("logs.streamEmpty"), text: t("logs.streamEmptyText") })] : [];
	byId("stream-empty").replaceChildren(...box);
}

function item({ eventId, eventType, serviceName, status, timestamp, correlationId, processingTimeMs }) {
	return el(
		"li",
		{ class: "stream-row", dataset: { eventId, status } },
		el("time", { datetime: timestamp, title: timestamp }, clockTime(timestamp)),
		el("span", { class: "stream-service" }, serviceName),
		el("code", { class: "stream-type" }, eventType),
		eventBadge(status),
		el("span", { class: "stream-took" }, processingTimeMs === null ? "" : duration(processingTimeMs)),
		el(
			"button",
			{
				type: "button",
				class: "link stream-follow",
				"aria-label": t("logs.follow", { id: correlationId }),
				onclick: () => handlers.onFollow(correlationId),
			},
			correlationId,
		),
	);
}

function liveState(state) {
	const live = byId("live");
	const words = { live: "logs.live", paused: "logs.livePaused", trouble: "logs.liveTrouble" };
	live.hidden = false;
	if (live.dataset.state === state && live.textContent === t(words[state])) return;
	live.dataset.state = state;
	live.textContent = t(words[state]);
}

function pause() {
	lastId = feed?.stop() ?? lastId;
	feed = null;
	liveState("paused");
}

function togglePause() {
	isPaused = !isPaused;
	pauseButton.setAttribute("aria-pressed", String(isPaused));
	pauseButton.textContent = t(isPaused ? "logs.resume" : "logs.pause");
	if (isPaused) pause();
	else start();
}

function filter() {
	const type = form.elements.type.value.trim();
	const isValid = type === "" || TYPE.test(type);
	say(byId("filter-error"), isValid ? "" : t("logs.filterTypeWrong"));
	form.elements.type.setAttribute("aria-invalid", String(!isValid));
	if (!isValid) return;
	feed?.stop();
	feed = null;
	lastId = null;
	list.replaceChildren();
	showEmpty();
	if (!isPaused) start();
}

/** A hidden tab keeps no connection; it goes on where it was. */
function seen() {
	if (!isInside || isPaused) return;
	if (document.hidden) pause();
	else start();
}

/** Begins with an empty list. `onFollow` hears a correlation id to look up, `onNews` the new events. */
export function enterStream(given) {
	handlers = given;
	isInside = true;
	lastId = null;
	list.replaceChildren();
	showEmpty();
	if (isPaused) liveState("paused");
	else start();
}

/** Nobody may look any more. */
export function leaveStream() {
	isInside = false;
	pause();
	list.replaceChildren();
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", filter);
pauseButton.addEventListener("click", togglePause);
byId("stream-clear").addEventListener("click", () => {
	list.replaceChildren();
	showEmpty();
});
document.addEventListener("visibilitychange", seen);
