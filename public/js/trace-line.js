import { el, stateBox } from "./dom.js";
import { eventBadge, placeOf } from "./event-words.js";
import { clockTime, duration } from "./format.js";
import { t } from "./page.js";

/** Services get a colour in the order they appear; there are this many. */
const COLOURS = 6;
/** A pause that is worth a word: longer than this, and than this share of the whole. */
const GAP_MIN_MS = 20;
const GAP_SHARE = 0.04;
const BAR_MIN = 0.8;

/** All events of a correlation id on one axis of time, with what each took and how long nothing happened. */
export function traceLine(rows, { id, onTravel }) {
	if (rows.length === 0) return stateBox({ title: t("logs.traceEmpty") });
	const scale = scaleOf(rows);
	const services = [...new Set(rows.map(({ serviceName }) => serviceName))];
	const items = rows.map((row, index) =>
		entry(row, {
			scale,
			colour: services.indexOf(row.serviceName) % COLOURS,
			gap: gapBefore(rows, index, scale),
			onTravel,
		}),
	);
	return el(
		"section",
		{ class: "trace", "aria-labelledby": "trace-title" },
		el("h3", { id: "trace-title", tabindex: "-1" }, t("logs.trace", { id })),
		el("p", { class: "small-print" }, summary(rows, services, scale)),
		el("ol", { class: "trace-rows" }, items),
	);
}

function summary(rows, services, scale) {
	return t("logs.traceSummary", { services: services.length, events: rows.length, duration: duration(scale.lengthMs) });
}

const endOf = ({ timestamp }) => Date.parse(timestamp);
const beginOf = (row) => endOf(row) - (row.processingTimeMs ?? 0);

function scaleOf(rows) {
	const start = Math.min(...rows.map(beginOf));
	const lengthMs = Math.max(...rows.map(endOf)) - start;
	return { start, lengthMs, percent: (at) => (lengthMs === 0 ? 0 : ((at - start) / lengthMs) * 100) };
}

/** Time in which nothing was at work before this event. */
function gapBefore(rows, index, { lengthMs }) {
	if (index === 0) return 0;
	const before = Math.max(...rows.slice(0, index).map(endOf));
	const gap = beginOf(rows[index]) - before;
	return gap >= GAP_MIN_MS && gap >= lengthMs * GAP_SHARE ? gap : 0;
}

function entry(row, { scale, colour, gap, onTravel }) {
	const { eventType, serviceName, status, timestamp, processingTimeMs, errorMessage } = row;
	return el(
		"li",
		{ class: "trace-row", dataset: { colour: String(colour), eventId: row.eventId } },
		gap > 0 ? el("p", { class: "trace-gap" }, t("logs.traceGap", { duration: duration(gap) })) : null,
		el(
			"div",
			{ class: "trace-main" },
			el(
				"p",
				{ class: "trace-when" },
				el("time", { datetime: timestamp }, clockTime(timestamp)),
				el("span", {}, `+${duration(endOf(row) - scale.start)}`),
			),
			el(
				"details",
				{ class: "trace-what" },
				el(
					"summary",
					{},
					el("span", { class: "trace-service" }, serviceName),
					el("code", {}, eventType),
					eventBadge(status),
					processingTimeMs === null
						? null
						: el("span", { class: "trace-took" }, t("logs.traceTook", { duration: duration(processingTimeMs) })),
				),
				errorMessage ? el("p", { class: "grid-trouble" }, `${t("logs.failure")}: ${errorMessage}`) : null,
				el("pre", { "aria-label": t("logs.payload") }, JSON.stringify(row.payload, null, 2)),
				travelButton(row, onTravel),
			),
			lane(row, scale),
		),
	);
}

function travelButton({ eventId }, onTravel) {
	const onclick = () => onTravel(placeOf(eventId));
	return el("button", { type: "button", class: "link", onclick }, t("logs.traceTravel"));
}

/** Styles set by script, as the page's policy allows no others. */
function lane(row, { percent }) {
	const bar = el("span", { class: "trace-bar" });
	const left = Math.min(percent(beginOf(row)), 100 - BAR_MIN);
	bar.style.left = `${left}%`;
	bar.style.width = `${Math.max(BAR_MIN, percent(endOf(row)) - left)}%`;
	return el("div", { class: "trace-lane", "aria-hidden": "true" }, bar);
}
