import { badge, el, stateBox } from "./dom.js";
import { clockTime, dateTime, duration } from "./format.js";
import { grid } from "./grid.js";
import { t } from "./page.js";

const number = new Intl.NumberFormat("ko-KR");
const MEGABYTE = 1_048_576;
const code = (text) => el("code", {}, text);
const small = (text) => el("small", { class: "grid-code" }, text);
const column = (name, cell) => ({ label: t(`ops.column${name}`), cell });
const when = (instant) =>
	instant === null ? t("ops.never") : el("time", { datetime: instant, title: clockTime(instant) }, dateTime(instant));

const NODE = [
	column("Node", ({ nodeId, isLocal, hostname }) => [
		code(nodeId),
		small([hostname, isLocal ? t("ops.thisNode") : null].filter(Boolean).join(" · ")),
	]),
	column("State", ({ isAvailable }) =>
		badge(t(isAvailable ? "ops.available" : "ops.away"), isAvailable ? "good" : "bad"),
	),
	column("Version", ({ brokerVersion, runtimeVersion }) => [
		`Moleculer ${brokerVersion ?? "–"}`,
		small(`Node ${runtimeVersion ?? "–"}`),
	]),
	column("Cpu", ({ cpuPercent }) => (cpuPercent === null ? "–" : `${Math.round(cpuPercent)}%`)),
	column("Memory", ({ memoryBytes }) =>
		memoryBytes === null ? "–" : `${number.format(Math.round(memoryBytes / MEGABYTE))} MB`,
	),
	column("Seen", ({ uptimeSeconds, heartbeatAt }) =>
		uptimeSeconds === null
			? t("ops.heartbeat", { time: clockTime(heartbeatAt).slice(0, 8) })
			: t("ops.uptime", { duration: duration(uptimeSeconds * 1000) }),
	),
	column("Services", ({ services }) => String(services.length)),
];

export const nodeTable = (rows) => grid({ label: t("ops.nodes"), columns: NODE, rows, keyOf: ({ nodeId }) => nodeId });

export function serviceList(services) {
	return el("ul", { class: "ops-services" }, services.map(serviceItem));
}

function serviceItem({ name, version, isAvailable, nodes, actions, events }) {
	return el(
		"li",
		{},
		el(
			"details",
			{ dataset: { key: name } },
			el(
				"summary",
				{ dataset: { focus: `service ${name}` } },
				el("strong", {}, version === null ? name : `${name} v${version}`),
				badge(t(isAvailable ? "ops.available" : "ops.away"), isAvailable ? "good" : "bad"),
				el("span", { class: "small-print" }, t("ops.actions", { count: actions.length })),
				el("span", { class: "small-print" }, nodes.join(", ")),
			),
			el("ul", { class: "ops-actions" }, actions.map(actionItem)),
			events.length === 0 ? null : el("p", { class: "small-print" }, `${t("ops.events")}: ${events.join(", ")}`),
		),
	);
}

function actionItem({ name, isAvailable, hasBreaker, isCached }) {
	return el(
		"li",
		{},
		code(name),
		isAvailable ? null : badge(t("ops.actionAway"), "bad"),
		hasBreaker ? badge(t("ops.breakerMark"), "plain") : null,
		isCached ? badge(t("ops.cached"), "plain") : null,
	);
}

const BREAKER_TONES = { CLOSED: "good", OPEN: "bad", HALF_OPEN: "wait" };
const WISHES = ["OPEN", "CLOSED", "AUTO"];

/** Breakers with the three things that can be wanted of each. */
export function breakerTable(rows, onWish) {
	if (rows.length === 0) return stateBox({ title: t("ops.breakersEmpty") });
	const columns = [
		column("Action", ({ action, nodeId }) => [code(action), small(nodeId)]),
		column("State", ({ state, forced }) => [
			badge(t(`ops.${state}`), BREAKER_TONES[state]),
			forced === null ? null : badge(t(`ops.forced${forced}`), "wait"),
		]),
		column("Counts", ({ failures, count }) => (count === null ? "–" : t("ops.counts", { failures, count }))),
		column("Changed", ({ changedAt }) => when(changedAt)),
		column("Control", (row) =>
			el(
				"div",
				{ class: "ops-buttons" },
				WISHES.map((wish) => wishButton(row, wish, onWish)),
			),
		),
	];
	return grid({ label: t("ops.breakers"), columns, rows, keyOf: ({ action, nodeId }) => `${action} ${nodeId}` });
}

function wishButton({ action, nodeId, forced }, wish, onWish) {
	const words = t(`ops.force${wish}`);
	return el(
		"button",
		{
			type: "button",
			class: "chip ops-chip",
			"aria-pressed": String((forced ?? "AUTO") === wish),
			"aria-label": t("ops.forceFor", { action, state: words }),
			dataset: { focus: `${action} ${nodeId} ${wish}`, wish },
			onclick: () => onWish(action, wish),
		},
		words,
	);
}

const BUS = [
	column("Group", ({ group }) => code(group)),
	column("Position", ({ position }) => number.format(position)),
	column("Lag", ({ lag }) => (lag === 0 ? "0" : badge(number.format(lag), lag > 1000 ? "bad" : "wait"))),
	column("Parked", ({ parked }) => (parked === 0 ? "0" : badge(number.format(parked), "wait"))),
	column("Dead", ({ dead }) => (dead === 0 ? "0" : badge(number.format(dead), "bad"))),
];

export function busTable(rows) {
	if (rows.length === 0) return stateBox({ title: t("ops.busEmpty") });
	return grid({ label: t("ops.bus"), columns: BUS, rows, keyOf: ({ group }) => group });
}

/** Parked and dead events with what an operator can do about each. */
export function parkedTable(rows, { onReplay, onSkip, max }) {
	if (rows.length === 0) return stateBox({ title: t("ops.parkedEmpty") });
	const button = (words, key, onclick) =>
		el("button", { type: "button", class: "chip ops-chip", dataset: { focus: key }, onclick }, words);
	const columns = [
		column("Group", ({ group }) => code(group)),
		column("Event", ({ eventType, time }) => [code(eventType), small(dateTime(time))]),
		column("Subject", ({ subject }) => code(subject)),
		column("State", ({ isDead }) => badge(t(isDead ? "ops.dead" : "ops.waiting"), isDead ? "bad" : "wait")),
		column("Reason", ({ error, attempts }) => [
			error ?? t("ops.behind"),
			small(`${t("ops.columnAttempts")} ${attempts}`),
		]),
		column("Next", ({ nextAttemptAt }) => (nextAttemptAt === null ? "–" : clockTime(nextAttemptAt).slice(0, 8))),
		column("Control", ({ id, isDead }) =>
			el(
				"div",
				{ class: "ops-buttons" },
				button(t("ops.replay"), `replay ${id}`, () => onReplay(id)),
				isDead ? button(t("ops.skip"), `skip ${id}`, () => onSkip(id)) : null,
			),
		),
	];
	return el(
		"div",
		{},
		grid({ label: t("ops.parked"), columns, rows, keyOf: ({ id }) => id }),
		el("p", { class: "small-print" }, t("ops.parkedMore", { count: max })),
	);
}

const JOB = [
	column("Job", ({ job }) => code(job)),
	column("Runs", ({ runs, failures }) => [
		number.format(runs),
		failures === 0 ? null : small(t("ops.failuresOf", { count: number.format(failures) })),
	]),
	column("Last", ({ lastStartedAt, lastFinishedAt }) => [when(lastStartedAt), tookOf(lastStartedAt, lastFinishedAt)]),
	column("Lease", ({ heldUntil }) =>
		heldUntil === null ? t("ops.free") : t("ops.heldUntil", { time: clockTime(heldUntil).slice(0, 8) }),
	),
	column("Trouble", ({ lastError, lastErrorAt }) =>
		lastError === null ? "–" : [el("span", { class: "grid-trouble" }, lastError), small(dateTime(lastErrorAt))],
	),
];

function tookOf(start, end) {
	const ms = Date.parse(end ?? "") - Date.parse(start ?? "");
	return ms >= 0 ? small(duration(ms)) : null;
}

export function jobTable(rows) {
	if (rows.length === 0) return stateBox({ title: t("ops.jobsEmpty") });
	return grid({ label: t("ops.jobs"), columns: JOB, rows, keyOf: ({ job }) => job });
}
