import { el } from "./dom.js";
import { page, t } from "./page.js";

const SHOWN_MAX = 12;
const BAR_PX = 30;
const charts = new Map();
let library = null;

/** Loads the chart library once; null where it cannot be had. */
export async function loadCharts() {
	try {
		await import(page.chart);
		library = globalThis.Chart ?? null;
	} catch {
		library = null;
	}
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
	return library !== null;
}

/**
 * Shows rows as a chart and, behind it, as a table. `columns` are `{ label, value, text?, tone?, isText? }`; the first names
 * the row, the others are drawn.
 */
export function showChart(name, plan) {
	const panel = document.getElementById(`chart-${name}`);
	const rows = plan.isHorizontal ? plan.rows.slice(0, SHOWN_MAX) : plan.rows;
	showTable(panel, plan, rows.length);
	if (rows.length > 0 && library !== null) draw(name, panel, { ...plan, rows });
}

function showTable(panel, { columns, rows }, drawn) {
	const [box, empty, tableBox, note] = panelParts(panel);
	const isEmpty = rows.length === 0;
	empty.hidden = !isEmpty;
	box.hidden = isEmpty || library === null || isTable(panel);
	tableBox.replaceChildren(...(isEmpty ? [] : [table(panel, columns, rows)]));
	note.hidden = drawn === rows.length || isTable(panel);
	note.textContent = t("logs.topShown", { count: drawn, total: rows.length });
}

function panelParts(panel) {
	return [".chart-box", ".chart-empty", ".chart-table", ".chart-note"].map((part) => panel.querySelector(part));
}

const isTable = (panel) => panel.querySelector(".chart-toggle").getAttribute("aria-pressed") === "true";

/** The button of each chart shows the table to everybody. */
export function wireToggles(onToggle) {
	for (const button of document.querySelectorAll(".chart-toggle")) {
		button.addEventListener("click", () => {
			const isOn = button.getAttribute("aria-pressed") !== "true";
			const panel = button.closest(".chart");
			button.setAttribute("aria-pressed", String(isOn));
			button.firstChild.textContent = t(isOn ? "logs.asChart" : "logs.asTable");
			panel.querySelector(".chart-table").classList.toggle("visually-hidden", !isOn);
			onToggle();
		});
	}
}

/** Without the library the tables are all there is. */
export function showTablesOnly() {
	for (const button of document.querySelectorAll(".chart-toggle")) {
		button.setAttribute("aria-pressed", "true");
		button.hidden = true;
		button.closest(".chart").querySelector(".chart-table").classList.remove("visually-hidden");
	}
}

function table(panel, columns, rows) {
	return el(
		"table",
		{ class: "plain-table", "aria-labelledby": panel.getAttribute("aria-labelledby") },
		el(
			"thead",
			{},
			el(
				"tr",
				{},
				columns.map(({ label, isText }) => th(label, "col", isText)),
			),
		),
		el(
			"tbody",
			{},
			rows.map((row) =>
				el(
					"tr",
					{},
					columns.map((column, index) => cell(column, row, index)),
				),
			),
		),
	);
}

const th = (label, scope, isText = false) => el("th", { scope, class: isText ? undefined : "number" }, label);

function cell({ value, text = (each) => String(each) }, row, index) {
	const words = text(value(row));
	return index === 0 ? th(words, "row", true) : el("td", { class: "number" }, words);
}

function draw(name, panel, plan) {
	const known = charts.get(name);
	const data = dataOf(plan);
	if (plan.isHorizontal) panel.querySelector(".chart-box").style.height = `${heightOf(plan)}px`;
	if (known === undefined) {
		const canvas = panel.querySelector("canvas");
		const chart = new library(canvas, { type: "bar", data, options: optionsOf(plan) });
		charts.set(name, { chart, plan });
		return;
	}
	known.plan = plan;
	known.chart.data.labels = data.labels;
	data.datasets.forEach((dataset, index) => Object.assign(known.chart.data.datasets[index], dataset));
	known.chart.update("none");
}

/** Bars of one height, however many there are. */
function heightOf({ rows, columns }) {
	return Math.max(4, rows.length) * BAR_PX * Math.max(1, columns.length - 1.4) + 40;
}

function dataOf({ columns: [label, ...drawn], rows }) {
	return {
		labels: rows.map((row) => (label.short ?? label.value)(row)),
		datasets: drawn.map((column) => ({
			label: column.label,
			data: rows.map((row) => column.value(row)),
			backgroundColor: colour(`--${column.tone ?? "accent"}`),
			borderRadius: 4,
			maxBarThickness: 26,
		})),
	};
}

function optionsOf({ columns, isHorizontal, max, unit }) {
	const ticks = { color: colour("--ink-soft"), font: { family: getComputedStyle(document.body).fontFamily } };
	const grid = { color: colour("--line") };
	const values = { beginAtZero: true, ticks: { ...ticks, precision: 0 }, grid, border: { display: false } };
	if (max !== undefined) values.max = max;
	const names = { ticks: { ...ticks, autoSkip: !isHorizontal, maxRotation: 0 }, grid: { display: false } };
	return {
		indexAxis: isHorizontal ? "y" : "x",
		responsive: true,
		maintainAspectRatio: false,
		animation: false,
		scales: isHorizontal ? { x: values, y: names } : { x: names, y: values },
		plugins: {
			legend: { display: columns.length > 2, position: "bottom", labels: { ...ticks, boxWidth: 12 } },
			tooltip: {
				callbacks: { label: ({ dataset, parsed }) => `${dataset.label}: ${isHorizontal ? parsed.x : parsed.y}${unit}` },
			},
		},
	};
}

function colour(name) {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The reader has changed the scheme. */
function repaint() {
	for (const { chart, plan } of charts.values()) {
		dataOf(plan).datasets.forEach((dataset, index) => Object.assign(chart.data.datasets[index], dataset));
		chart.options = optionsOf(plan);
		chart.update("none");
	}
}
