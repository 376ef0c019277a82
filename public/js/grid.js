import { el } from "./dom.js";

/**
 * A table whose rows become cards on a narrow screen. `columns` are `{ label, cell }`; `cell` answers text or elements. The
 * roles are said again because some browsers forget them where cells become blocks.
 */
export function grid({ label, columns, rows, keyOf }) {
	return el(
		"table",
		{ class: "grid", role: "table", "aria-label": label },
		el(
			"thead",
			{ role: "rowgroup" },
			el(
				"tr",
				{ role: "row" },
				columns.map((column) => el("th", { scope: "col", role: "columnheader" }, column.label)),
			),
		),
		el(
			"tbody",
			{ role: "rowgroup" },
			rows.map((row) => gridRow(row, columns, keyOf)),
		),
	);
}

function gridRow(row, columns, keyOf) {
	const cells = columns.map(({ label, cell }) =>
		el("td", { role: "cell", dataset: { label } }, el("div", {}, cell(row))),
	);
	return el("tr", { role: "row", dataset: { key: keyOf(row) } }, cells);
}

/** The same again changes nothing, and who was on a button of a row stays there. */
export function replaceGrid(box, text, make) {
	if (box.dataset.shown === text) return;
	box.dataset.shown = text;
	const held = box.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
	const open = new Set(Array.from(box.querySelectorAll("details[open]"), ({ dataset }) => dataset.key));
	box.replaceChildren(make());
	for (const each of box.querySelectorAll("details")) each.open = open.has(each.dataset.key);
	if (held !== undefined) box.querySelector(`[data-focus="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
}
