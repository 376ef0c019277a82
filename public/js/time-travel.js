import { get } from "./api.js";
import { el, say } from "./dom.js";
import { eventBadge, kindName, stateBadge } from "./event-words.js";
import { clockTime, dateTime } from "./format.js";
import { t } from "./page.js";

const PAGE = 100;
const LISTED_MAX = 500;
const WAIT_MS = 90;

/** Reads the events of an aggregate, as many as are listed. Payments are public where the log is. */
async function readEvents({ kind, id, isPublic }) {
	if (isPublic && kind === "payment") {
		const entries = await get(`/api/logs/payments/${encodeURIComponent(id)}/history`);
		return entries.map(({ sequence, eventType, occurredAt, actor, newState }) => {
			return { sequence, eventType, occurredAt, actor, status: null, newState };
		});
	}
	const events = [];
	for (let after = 0; after !== null && events.length < LISTED_MAX;) {
		const page = await get(`${addressOf(kind, id)}/events?after=${after}&limit=${PAGE}`);
		events.push(...page.items);
		after = page.nextAfter;
	}
	return events;
}

const addressOf = (kind, id) => `/api/streams/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`;

async function readState({ kind, id, isPublic }, sequence) {
	if (isPublic && kind === "payment") {
		const answer = await get(`/api/logs/payments/${encodeURIComponent(id)}/state?sequence=${sequence}`);
		return { status: answer.state, ...answer.snapshot };
	}
	return (await get(`${addressOf(kind, id)}/state?sequence=${sequence}`)).state;
}

/** The history of an aggregate with a slider: every step shows the state right after that event, and what it changed. */
export async function timeTravel(stream, first) {
	const [events, latest] = await Promise.all([readEvents(stream), lastSequence(stream)]);
	const last = latest ?? events.at(-1)?.sequence ?? 1;
	const states = new Map();
	const parts = build(stream, events, last);
	let shown = null;
	let timer;

	const stateAt = (sequence) => {
		if (sequence === 0) return Promise.resolve({});
		if (!states.has(sequence)) states.set(sequence, readState(stream, sequence));
		return states.get(sequence);
	};

	async function show(sequence) {
		shown = sequence;
		parts.mark(sequence);
		try {
			const [state, before] = await Promise.all([stateAt(sequence), stateAt(sequence - 1)]);
			if (shown === sequence) parts.show(state, before);
		} catch (error) {
			states.clear();
			if (shown === sequence) parts.fail(error);
		}
	}

	function go(sequence, isDragging = false) {
		const wanted = Math.min(last, Math.max(1, sequence));
		parts.mark(wanted);
		clearTimeout(timer);
		if (isDragging) timer = setTimeout(() => void show(wanted), WAIT_MS);
		else void show(wanted);
	}

	parts.wire(go, () => shown);
	await show(Math.min(last, Math.max(1, first ?? last)));
	return parts.element;
}

async function lastSequence({ kind, id, isPublic }) {
	if (isPublic && kind === "payment") return null;
	return (await get(`${addressOf(kind, id)}/state`)).lastSequence;
}

function build({ kind, id }, events, last) {
	const slider = el("input", { type: "range", id: "travel-slider", min: "1", max: String(last), step: "1" });
	const button = (words, sign) => el("button", { type: "button", class: "icon-button", "aria-label": words }, sign);
	const [before, after] = [button(t("logs.travelBefore"), "‹"), button(t("logs.travelAfter"), "›")];
	const place = el("p", { class: "travel-place", role: "status" });
	const badgeBox = el("p", { class: "travel-badge", id: "travel-state" });
	const facts = el("dl", { class: "travel-facts" });
	const alert = el("div", { class: "alert", role: "alert", hidden: true });
	const items = events.map(eventItem);
	const element = el(
		"section",
		{ class: "travel", "aria-labelledby": "travel-title" },
		el("h3", { id: "travel-title", tabindex: "-1" }, t("logs.travel", { kind: kindName(kind), id })),
		el("label", { for: "travel-slider", class: "visually-hidden" }, t("logs.travelSlider")),
		el("div", { class: "travel-slider" }, before, slider, after),
		place,
		alert,
		el(
			"div",
			{ class: "travel-columns" },
			el("div", {}, el("h4", {}, t("logs.travelState")), badgeBox, facts),
			el(
				"div",
				{},
				el("h4", {}, t("logs.travelEvents")),
				last > events.length ? el("p", { class: "small-print" }, t("logs.travelMore", { count: events.length })) : null,
				el("ol", { class: "travel-events" }, items),
			),
		),
	);
	return {
		element,
		mark(sequence) {
			slider.value = String(sequence);
			const words = t("logs.travelAt", { sequence, last });
			const event = events.find((each) => each.sequence === sequence);
			slider.setAttribute("aria-valuetext", event === undefined ? words : `${words}, ${event.eventType}`);
			place.textContent = event === undefined ? words : `${words} · ${dateTime(event.occurredAt)}`;
			before.disabled = sequence <= 1;
			after.disabled = sequence >= last;
			for (const item of items) markItem(item, Number(item.dataset.sequence), sequence);
		},
		show(state, earlier) {
			say(alert, "");
			const status = typeof state.status === "string" ? state.status : null;
			badgeBox.replaceChildren(...(status === null ? [] : [stateBadge(kind, status)]));
			facts.replaceChildren(...differences(state, earlier).map(fact));
		},
		fail: (error) => say(alert, `${t("logs.travelError")} ${error.message}`),
		wire(go, current) {
			slider.addEventListener("input", () => go(Number(slider.value), true));
			before.addEventListener("click", () => go(current() - 1));
			after.addEventListener("click", () => go(current() + 1));
			for (const item of items)
				item.querySelector("button").addEventListener("click", () => go(Number(item.dataset.sequence)));
		},
	};
}

function markItem(item, own, sequence) {
	item.dataset.when = own > sequence ? "later" : "then";
	const button = item.querySelector("button");
	if (own === sequence) button.setAttribute("aria-current", "step");
	else button.removeAttribute("aria-current");
}

function eventItem({ sequence, eventType, occurredAt, actor, status }) {
	return el(
		"li",
		{ dataset: { sequence: String(sequence) } },
		el(
			"button",
			{ type: "button", class: "travel-event" },
			el("span", { class: "travel-number" }, String(sequence)),
			el("code", {}, eventType),
			status === null ? null : eventBadge(status),
			el("span", { class: "travel-when" }, `${clockTime(occurredAt)} · ${t("logs.travelBy", { actor })}`),
		),
	);
}

/** Every field with what it says, and whether this event changed it. */
function differences(state, before) {
	const names = [...new Set([...Object.keys(state), ...Object.keys(before)])];
	return names.map((name) => {
		const [now, then] = [JSON.stringify(state[name]), JSON.stringify(before[name])];
		return { name, value: state[name], isChanged: now !== then, isGone: now === undefined };
	});
}

function fact({ name, value, isChanged, isGone }) {
	const word = isGone ? t("logs.travelGone") : t("logs.travelChanged");
	return el(
		"div",
		{ dataset: { changed: String(isChanged) } },
		el("dt", {}, name, isChanged ? el("span", { class: "travel-mark" }, word) : null),
		el("dd", {}, isGone ? "–" : valueText(value)),
	);
}

function valueText(value) {
	if (value === null) return "–";
	if (typeof value === "boolean") return t(value ? "logs.yes" : "logs.no");
	return typeof value === "object" ? el("pre", {}, JSON.stringify(value, null, 2)) : String(value);
}
