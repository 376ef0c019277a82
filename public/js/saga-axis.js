import { el } from "./dom.js";
import { clockTime, duration } from "./format.js";
import { hasText, t } from "./page.js";
import { isRunning, stepWord } from "./saga-words.js";

const PLANS = {
	checkout: [
		"ORDER_CREATED",
		"PAYMENT_PROCESSED",
		"INVENTORY_RESERVED",
		"POINTS_AWARDED",
		"ORDER_CONFIRMED",
		"INVENTORY_CONFIRMED",
	],
	refund: ["PAYMENT_REFUNDED", "ORDER_SETTLED", "POINTS_REVOKED", "INVENTORY_RESTOCKED"],
};
const TONES = { SUCCEEDED: "good", STARTED: "wait", REFUSED: "bad", UNANSWERED: "bad" };
/** The shortest bar that can still be seen, in percent of the axis. */
const BAR_MIN = 1;

/** Every step of the definition in one row: how it went forward and back, on a common scale of time. */
export function axis(saga) {
	const scale = scaleOf(saga);
	const rows = stepNames(saga).map((step) => axisRow(step, saga, scale));
	return el(
		"div",
		{ class: "axis" },
		el("ol", { class: "axis-rows" }, rows),
		el(
			"p",
			{ class: "axis-scale", "aria-hidden": "true" },
			el("span", {}, clockTime(saga.createdAt)),
			el("span", {}, `+${duration(scale.lengthMs)}`),
		),
		legend(),
	);
}

function legend() {
	const item = (tone, words) => el("span", { class: "legend", dataset: { tone } }, words);
	return el(
		"p",
		{ class: "axis-legend" },
		item("good", t("sagas.axisForward")),
		item("back", t("sagas.axisBack")),
		item("bad", t("sagas.axisBad")),
	);
}

/** The definition's steps, and whatever else the saga has tried. */
function stepNames({ name = "checkout", steps, completedSteps }) {
	const tried = [...completedSteps, ...steps.map(({ step }) => step)];
	return [...new Set([...(PLANS[name] ?? []), ...tried])].filter(
		(step) => step !== "COMPLETED" && step !== "REFUND_REQUESTED",
	);
}

function scaleOf({ createdAt, updatedAt, steps }) {
	const ends = steps.map(({ startedAt, endedAt }) => Date.parse(endedAt ?? startedAt));
	const start = Date.parse(createdAt);
	return { start, lengthMs: Math.max(1, Date.parse(updatedAt) - start, ...ends.map((end) => end - start)) };
}

function axisRow(step, saga, scale) {
	const tries = saga.steps.filter((entry) => entry.step === step);
	const state = stateOf(step, saga, tries);
	return el(
		"li",
		{ class: "axis-row", dataset: { state } },
		el(
			"div",
			{ class: "axis-name" },
			el("strong", {}, stepWord(step)),
			el("span", { class: "axis-state" }, stateWords(state, tries)),
		),
		el(
			"div",
			{ class: "axis-lane", "aria-hidden": "true" },
			tries.map((entry, index) => [pause(entry, tries[index - 1], scale), bar(entry, scale)]).flat(),
		),
	);
}

/** The time between two attempts in the same direction. */
function pause({ direction, startedAt }, before, { start, lengthMs }) {
	if (before === undefined || before.direction !== direction || before.endedAt === null) return null;
	const element = el("span", { class: "bar-pause", dataset: { direction } });
	element.style.left = `${((Date.parse(before.endedAt) - start) / lengthMs) * 100}%`;
	element.style.width = `${(spanMs(before.endedAt, startedAt) / lengthMs) * 100}%`;
	return element;
}

function bar({ direction, status, startedAt, endedAt }, { start, lengthMs }) {
	const tone = direction === "COMPENSATE" && status === "SUCCEEDED" ? "back" : TONES[status];
	const element = el("span", { class: "bar", dataset: { tone, direction } });
	const from = ((Date.parse(startedAt) - start) / lengthMs) * 100;
	const width = endedAt === null ? BAR_MIN : ((Date.parse(endedAt) - Date.parse(startedAt)) / lengthMs) * 100;
	element.style.left = `${Math.min(from, 100 - BAR_MIN)}%`;
	element.style.width = `${Math.max(width, BAR_MIN)}%`;
	return element;
}

/** `undone`, `done`, `adopted`, `trying`, `failed`, `waiting` or `skipped`. */
function stateOf(step, saga, tries) {
	if (saga.failedStep === step) return "failed";
	if (tries.some(({ direction, status }) => direction === "COMPENSATE" && status === "SUCCEEDED")) return "undone";
	if (isRunning(saga) && isOpen(tries.at(-1))) return "trying";
	if (saga.completedSteps.includes(step)) return tries.length > 0 ? "done" : "adopted";
	return saga.status === "STARTED" ? "waiting" : "skipped";
}

const isOpen = (entry) => entry !== undefined && ["STARTED", "UNANSWERED"].includes(entry.status);

const WORDS = {
	undone: "sagas.stepUndone",
	done: "sagas.stepSUCCEEDED",
	adopted: "sagas.axisAdopted",
	trying: "sagas.stepSTARTED",
	failed: "sagas.stepFailed",
	waiting: "sagas.axisWaiting",
	skipped: "sagas.axisSkipped",
};

function stateWords(state, tries) {
	const took = tries.reduce((sum, { startedAt, endedAt }) => sum + spanMs(startedAt, endedAt), 0);
	const parts = [t(WORDS[state])];
	if (tries.length > 1) parts.push(t("sagas.attempts", { count: tries.length }));
	if (tries.length > 0 && state !== "trying") parts.push(duration(took));
	return parts.join(" · ");
}

const spanMs = (startedAt, endedAt) => (endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(startedAt));

const COLUMNS = ["Step", "Direction", "Attempt", "Result", "At", "Duration", "Error"];

/** Every attempt as a table: what the bars show, for everybody. */
export function attemptsTable(steps) {
	return el(
		"table",
		{ class: "grid", role: "table", "aria-labelledby": "attempts-title" },
		el(
			"thead",
			{ role: "rowgroup" },
			el(
				"tr",
				{ role: "row" },
				COLUMNS.map((name) => el("th", { scope: "col", role: "columnheader" }, t(`sagas.column${name}`))),
			),
		),
		el("tbody", { role: "rowgroup" }, steps.map(attemptRow)),
	);
}

function attemptRow({ step, direction, attempt, status, startedAt, endedAt, error }) {
	const cell = (column, content) =>
		el("td", { role: "cell", dataset: { label: t(`sagas.column${column}`) } }, el("div", {}, content));
	return el(
		"tr",
		{ role: "row" },
		cell("Step", stepWord(step)),
		cell("Direction", t(direction === "FORWARD" ? "sagas.axisForward" : "sagas.axisBack")),
		cell("Attempt", String(attempt)),
		cell("Result", el("span", { class: "badge", dataset: { tone: TONES[status] } }, t(`sagas.step${status}`))),
		cell("At", el("time", { datetime: startedAt }, clockTime(startedAt))),
		cell("Duration", endedAt === null ? "–" : duration(spanMs(startedAt, endedAt))),
		cell("Error", error === null ? "–" : errorWords(error)),
	);
}

function errorWords(code) {
	const key = `story.reason${code}`;
	return hasText(key) ? `${t(key)} (${code})` : code;
}
