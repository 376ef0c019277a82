import { el } from "./dom.js";
import { clockTime, dateTime, won } from "./format.js";
import { hasText, t } from "./page.js";

/** Stations of a purchase as a list: what has happened with its amount and time, what is to come, what was undone. */
export function milestoneList(milestones) {
	const shown = milestones.filter(({ state }) => state !== "skipped");
	return el("ol", { class: "stations" }, shown.map(station));
}

function station({ name, state, at, undoneAt, amount, points, reason }) {
	const when = undoneAt ?? at;
	return el(
		"li",
		{ class: "station", dataset: { state, name }, "aria-current": state === "running" ? "step" : undefined },
		el(
			"div",
			{ class: "station-head" },
			el("strong", {}, t(`story.milestone${name}`)),
			el("span", { class: "station-state" }, t(`story.state${state}`)),
			amountOf({ name, state, amount, points }),
		),
		says({ name, state, reason }),
		when === null ? null : el("time", { class: "station-time", datetime: when }, precise(when)),
	);
}

const precise = (instant) => `${dateTime(instant).slice(0, 10)} ${clockTime(instant).slice(0, 8)}`;

function amountOf({ name, state, amount, points }) {
	if (points !== null) {
		const sign = state === "undone" ? "−" : "+";
		return el("span", { class: "station-amount" }, sign + t("story.pointsOf", { count: points }));
	}
	if (amount === null) return null;
	return el("span", { class: "station-amount" }, name === "REFUNDED" ? `−${won(amount)}` : won(amount));
}

function says({ name, state, reason }) {
	const key = `story.says${name}${state}`;
	const why = (state === "failed" || name === "CANCELLED" || name === "FAILED") && reason ? reasonWord(reason) : null;
	const words = [hasText(key) ? t(key) : null, why].filter(Boolean).join(" ");
	return words === "" ? null : el("p", { class: "station-says" }, words);
}

/** A reason in the reader's language where it is a code we know, else as it was written. */
export function reasonWord(reason) {
	const known = [`story.reason${reason}`, `fail.${reason}`].find(hasText);
	return `(${known ? t(known) : reason})`;
}
