import { startAdminPage } from "./admin.js";
import { get, post } from "./api.js";
import { byId, el, say, sayError, whileBusy } from "./dom.js";
import { dateTime } from "./format.js";
import { t } from "./page.js";
import { poll } from "./poll.js";

const RUNNING_MS = 700;
const IDLE_MS = 15_000;
const SHOWN_MAX = 200;
const number = new Intl.NumberFormat("ko-KR");
let watch = null;

async function refresh() {
	const view = await get("/api/admin/doctor");
	show(view);
	return view.running === null ? IDLE_MS : RUNNING_MS;
}

function show({ running, last }) {
	byId("live").hidden = running === null;
	byId("start").disabled = running !== null;
	byId("verdict").removeAttribute("aria-busy");
	showProgress(running);
	if (running !== null) showVerdict(["running", "none"], NOTHING);
	else if (last === null) showVerdict(["never", "none"], NOTHING);
	else showVerdict(VERDICTS[last.status], last);
	const newest = running ?? last ?? NOTHING;
	newest.checks.forEach(showCheck);
	showFindings(last ?? NOTHING);
}

const NOTHING = {
	checks: [],
	differences: [],
	differenceCount: 0,
	inFlight: [],
	endedAt: null,
	durationMs: 0,
	hasProviderBooks: true,
};

function showFindings({ differences, differenceCount, inFlight }) {
	showList(byId("differences"), byId("difference-list"), differences);
	showList(byId("in-flight"), byId("in-flight-list"), inFlight);
	const shown = Math.min(SHOWN_MAX, differences.length);
	byId("differences-count").textContent = t("doctor.listed", { shown, count: differenceCount });
}

/** Each check is an equal part: nobody knows beforehand how long one takes. */
function showProgress(running) {
	const bar = byId("progress");
	bar.hidden = running === null;
	if (running === null) return;
	const parts = running.checks.map(({ status, done, total }) => {
		if (status === "DONE" || status === "SKIPPED") return 1;
		return total ? Math.min(0.99, done / total) : 0;
	});
	bar.value = Math.round((parts.reduce((sum, part) => sum + part, 0) / parts.length) * 100);
}

const VERDICTS = { CONSISTENT: ["consistent", "good"], DIFFERENT: ["different", "bad"], FAILED: ["failed", "bad"] };

function showVerdict([key, tone], { differenceCount: count, endedAt, durationMs, hasProviderBooks }) {
	const facts = { count, time: dateTime(endedAt), seconds: (durationMs / 1000).toFixed(1) };
	byId("verdict").dataset.tone = tone;
	byId("verdict-title").textContent = t(`doctor.${key}`, facts);
	byId("verdict-text").textContent = key === "running" ? "" : t(`doctor.${key}Text`, facts);
	say(byId("verdict-note"), hasProviderBooks ? "" : t("doctor.noBooks"));
}

function showCheck(report) {
	const row = byId(`check-${report.check}`);
	if (row === null) return;
	const { word, tone } = wordFor(report);
	row.dataset.tone = tone;
	row.querySelector(".check-word").textContent = word;
	row.querySelector(".check-count").textContent = countOf(report);
}

function wordFor({ status, differences }) {
	if (differences > 0) return { word: t("doctor.bad", { count: number.format(differences) }), tone: "bad" };
	if (status === "DONE") return { word: t("doctor.ok"), tone: "good" };
	if (status === "RUNNING") return { word: t("doctor.checkRunning"), tone: "wait" };
	return { word: t(status === "SKIPPED" ? "doctor.skipped" : "doctor.waiting"), tone: "none" };
}

function countOf({ status, done, total, inFlight }) {
	if (status === "WAITING" || status === "SKIPPED") return "";
	const moving = inFlight > 0 ? ` · ${t("doctor.moving", { count: number.format(inFlight) })}` : "";
	return number.format(done) + (total === null || total === done ? "" : ` / ${number.format(total)}`) + moving;
}

function showList(section, list, items) {
	section.hidden = items.length === 0;
	list.replaceChildren(...items.slice(0, SHOWN_MAX).map(row));
}

function row({ check, kind, subject, expected, found, link }) {
	return el(
		"li",
		{ class: "difference" },
		el(
			"div",
			{ class: "difference-head" },
			el("span", { class: "badge", dataset: { tone: "bad" } }, t(`doctor.${check}`)),
			el("code", {}, kind),
			link === null ? null : el("a", { href: link }, t("doctor.open")),
		),
		el("p", { class: "difference-subject" }, el("code", {}, subject)),
		el(
			"dl",
			{ class: "difference-facts" },
			el("div", {}, el("dt", {}, t("doctor.expected")), el("dd", {}, expected)),
			el("div", {}, el("dt", {}, t("doctor.found")), el("dd", {}, found)),
		),
	);
}

async function start() {
	say(byId("doctor-alert"), "");
	try {
		await post("/api/admin/doctor");
		await refresh();
		watch?.now();
	} catch (error) {
		sayError(byId("doctor-alert"), error);
	}
}

byId("start").addEventListener("click", ({ currentTarget }) => void whileBusy(currentTarget, start));

await startAdminPage({
	gate: byId("gate"),
	content: byId("content"),
	roles: ["ROLE_ADMIN", "ROLE_OPERATOR"],
	enter() {
		refresh().catch((error) => sayError(byId("doctor-alert"), error));
		watch = poll({ work: refresh, everyMs: RUNNING_MS });
	},
	leave() {
		watch?.stop();
		watch = null;
	},
});
