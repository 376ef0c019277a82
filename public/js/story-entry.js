import { badge, el } from "./dom.js";
import { clockTime, dateTime, duration, won } from "./format.js";
import { hasText, t } from "./page.js";

/** The names that the steps of each definition have within the engine. */
const STEP_KEYS = {
	checkout: {
		order: "ORDER_CREATED",
		payment: "PAYMENT_PROCESSED",
		stock: "INVENTORY_RESERVED",
		points: "POINTS_AWARDED",
		confirm: "ORDER_CONFIRMED",
		dispatch: "INVENTORY_CONFIRMED",
	},
	refund: {
		money: "PAYMENT_REFUNDED",
		order: "ORDER_SETTLED",
		points: "POINTS_REVOKED",
		stock: "INVENTORY_RESTOCKED",
	},
};

/** One entry on the axis. Gaps of a second and more to the one `before` are named; what is open stays open. */
export function entryItem(entry, { first, before, openEntries }) {
	const { at, lane, tone, durationMs, internals } = entry;
	const key = keyOf(entry);
	const gap = gapOf(at, before);
	return el(
		"li",
		{ class: "story-entry", dataset: { tone, lane, ...(gap === null ? {} : { gap }) } },
		el(
			"p",
			{ class: "story-when" },
			el("time", { datetime: at, title: dateTime(at) }, clockTime(at)),
			el("span", { title: t("story.after", { time: offset(at, first) }) }, `+${offset(at, first)}`),
		),
		el(
			"div",
			{ class: "story-what" },
			el(
				"div",
				{ class: "story-head" },
				el("strong", {}, title(entry)),
				badge(t(`story.lane${lane}`), "plain"),
				durationMs === null ? null : el("span", { class: "story-took" }, duration(durationMs)),
				money(entry),
			),
			internals === null ? null : details(entry, key, openEntries),
		),
	);
}

function gapOf(at, before) {
	const gapMs = before === undefined ? 0 : Date.parse(at) - Date.parse(before.at);
	return gapMs >= 1000 ? duration(gapMs) : null;
}

const offset = (at, first) => duration(Date.parse(at) - Date.parse(first));

const keyOf = ({ at, what, internals }) => [at, what, internals?.events[0]?.eventId ?? internals?.facts.entryId].join();

function title({ what, internals }) {
	const words = hasText(`story.what.${what}`) ? t(`story.what.${what}`) : what;
	if (internals === null) return words;
	const { facts } = internals;
	if (what === "saga.step") return `${words}: ${stepTitle(facts)}`;
	return facts.outcome ? `${words} → ${facts.outcome}` : words;
}

function stepTitle(facts) {
	const named = `sagas.name${STEP_KEYS[facts.saga]?.[facts.step]}`;
	const step = hasText(named) ? t(named) : facts.step;
	const direction = t(facts.direction === "COMPENSATE" ? "sagas.axisBack" : "sagas.axisForward");
	const result = t(`sagas.step${facts.status}`);
	return `${step} · ${direction} · ${t("sagas.attempt", { count: facts.attempt })} · ${result}`;
}

function money({ amount, flow, points }) {
	if (points !== null) {
		const sign = points < 0 ? "−" : "+";
		const text = sign + t("story.pointsOf", { count: Math.abs(points) });
		return el("span", { class: "story-amount" }, text);
	}
	if (amount === null) return null;
	const sign = { in: "+", out: "−" }[flow] ?? "";
	const label =
		flow === null ? null : el("span", { class: "visually-hidden" }, t(`story.flow${flow === "in" ? "In" : "Out"}`));
	return el("span", { class: "story-amount", dataset: { flow } }, label, sign + won(amount));
}

function details({ internals, what }, key, openEntries) {
	const { events, facts, legs } = internals;
	const box = el(
		"details",
		{ open: openEntries.has(key) },
		el("summary", {}, events.map(({ type }) => type).join(" → ") || what),
		factList(facts),
		legs === null ? null : legTable(legs),
		events.map((event) => el("pre", { tabindex: "0" }, JSON.stringify(event, null, 2))),
	);
	box.addEventListener("toggle", () => (box.open ? openEntries.add(key) : openEntries.delete(key)));
	return box;
}

function factList(facts) {
	const known = Object.entries(facts).filter(([, value]) => value !== null);
	if (known.length === 0) return null;
	return el(
		"dl",
		{ class: "facts" },
		known.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value)))),
	);
}

function legTable(legs) {
	return el(
		"ul",
		{ class: "legs" },
		legs.map(({ account, side, amount }) =>
			el("li", {}, el("span", {}, t(`story.${side}`)), el("code", {}, account), el("span", {}, won(amount))),
		),
	);
}
