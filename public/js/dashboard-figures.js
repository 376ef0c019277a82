import { byId, el, row } from "./dom.js";
import { showChart } from "./charts.js";
import { duration } from "./format.js";
import { t } from "./page.js";
import { stepWord } from "./saga-words.js";

const number = new Intl.NumberFormat("ko-KR");
const count = (value) => number.format(value);
const percent = (value) => `${value.toFixed(1)}%`;
const orNone = (value, words) => (value === null ? "–" : words(value));

/** Cards, charts and the panel of sagas; the same figures again change nothing. */
export function showFigures(metrics) {
	byId("total-label").textContent = t("logs.totalEvents", { hours: metrics.hours });
	byId("figure-total").textContent = count(metrics.totalEvents);
	byId("figure-failed").textContent = count(metrics.failedEvents);
	byId("figure-failed").parentElement.dataset.alarm = String(metrics.failedEvents > 0);
	byId("figure-rate").textContent = orNone(metrics.overallSuccessRate, percent);
	byId("figure-mean").textContent = orNone(metrics.avgProcessingTimeMs, milliseconds);
	byId("figure-p95").textContent = orNone(metrics.p95ProcessingTimeMs, milliseconds);
	showCharts(metrics);
	showSagas(metrics.saga);
}

const milliseconds = (value) => (value < 10_000 ? `${number.format(value)}ms` : duration(value));

function showCharts({ hourlyEventCounts, eventTypeCounts, serviceSuccessRates, serviceProcessingTimes, totalEvents }) {
	const hour = { label: t("logs.columnHour"), isText: true, value: hourText, short: shortHour };
	const service = { label: t("logs.columnService"), isText: true, value: ({ serviceName }) => serviceName };
	const amount = { label: t("logs.columnCount"), value: (each) => each.count, text: count };
	const hours = totalEvents === 0 ? [] : hourlyEventCounts.toReversed();
	showChart("hourly", { columns: [hour, amount], rows: hours });
	const type = { label: t("logs.columnType"), isText: true, value: ({ eventType }) => eventType };
	showChart("types", { columns: [type, amount], rows: eventTypeCounts, isHorizontal: true });
	const rate = { label: t("logs.columnRate"), value: ({ successRate }) => successRate, text: percent, tone: "good" };
	showChart("rates", { columns: [service, rate], rows: serviceSuccessRates, isHorizontal: true, max: 100, unit: "%" });
	const mean = { label: t("logs.columnMean"), value: ({ avgProcessingTimeMs }) => avgProcessingTimeMs, text: tenths };
	const p95 = { label: t("logs.columnP95"), value: ({ p95ProcessingTimeMs }) => p95ProcessingTimeMs, text: tenths };
	const times = [service, mean, { ...p95, tone: "wait" }];
	showChart("times", { columns: times, rows: serviceProcessingTimes, isHorizontal: true, unit: "ms" });
}

const tenths = (value) => value.toFixed(1);
const hourText = ({ timestamp }) => timestamp.slice(0, 16);
/** `10:00`, and at midnight the day. */
const shortHour = ({ timestamp }) => {
	const time = timestamp.slice(11, 16);
	return time === "00:00" ? timestamp.slice(5, 10) : time;
};

function showSagas(saga) {
	byId("saga-none").hidden = saga !== null;
	byId("saga-figures").replaceChildren(...(saga === null ? [] : sagaRows(saga)));
	const failures = saga?.failuresByStep ?? [];
	const words = failures.map(({ step, count: times }) => `${stepWord(step)} ${count(times)}`).join(" · ");
	const shown = failures.length > 0 ? [el("p", { class: "small-print" }, `${t("logs.sagaFailures")}: ${words}`)] : [];
	byId("saga-failures").replaceChildren(...shown);
}

function sagaRows(saga) {
	return [
		row(t("logs.sagaTotal"), count(saga.total)),
		row(t("logs.sagaCompleted"), count(saga.completed)),
		row(t("logs.sagaCompensated"), count(saga.compensated)),
		row(t("logs.sagaRunning"), count(saga.inProgress)),
		row(t("logs.sagaFailed"), count(saga.failed), { dataset: { alarm: String(saga.failed > 0) } }),
		row(t("logs.sagaSuccess"), orNone(saga.successRate, percent)),
		row(t("logs.sagaCompensation"), orNone(saga.compensationRate, percent)),
		row(t("logs.sagaAverage"), orNone(saga.avgDurationMs, duration)),
	];
}

/** What the stream can be filtered by: whatever has happened lately. */
export function showChoices({ eventTypeCounts, serviceSuccessRates }) {
	const types = eventTypeCounts.map(({ eventType }) => eventType).toSorted();
	const services = serviceSuccessRates.map(({ serviceName }) => serviceName);
	const select = byId("filter-service");
	const known = new Set(Array.from(select.options, ({ value }) => value));
	select.append(...services.filter((name) => !known.has(name)).map((name) => el("option", { value: name }, name)));
	byId("type-names").replaceChildren(...types.map((value) => el("option", { value })));
}
