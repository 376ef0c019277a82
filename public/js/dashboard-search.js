import { get } from "./api.js";
import { openLogin } from "./dialogs.js";
import { byId, el, say, stateBox, whileBusy } from "./dom.js";
import { kindName } from "./event-words.js";
import { page, t } from "./page.js";
import { timeTravel } from "./time-travel.js";
import { currentSession } from "./token.js";
import { traceLine } from "./trace-line.js";

const ID = /^[A-Za-z0-9_.:-]{1,128}$/;
const form = byId("search");
const input = byId("search-id");
const found = byId("found");
const chips = byId("matches");
/** Only the newest search may show its answer. */
let turn = 0;

async function search(id, { isFocused = false, wanted = null } = {}) {
	const mine = ++turn;
	say(byId("search-error"), "");
	found.setAttribute("aria-busy", "true");
	try {
		const matches = await findMatches(id);
		if (mine === turn) await showMatches(matches, { isFocused, wanted });
	} catch (error) {
		if (mine === turn) showError(error, () => void search(id, { isFocused, wanted }));
	}
	if (mine === turn) found.removeAttribute("aria-busy");
}

async function showMatches(matches, { isFocused, wanted }) {
	showChips(matches);
	byId("found-status").textContent = matches.map(wordOf).join(", ") || t("logs.searchNone");
	if (matches.length === 0) showNothing();
	else await open(matches.find((match) => keyOf(match) === wanted) ?? matches[0], { isFocused });
}

function wordOf({ type, kind, number }) {
	if (type !== "TRACE") return kindName(kind);
	return number === null ? t("logs.matchTrace") : `${t("logs.matchTrace")} ${number}`;
}

/** What the id names; of an order also its payment; and the traces they have passed through, oldest first. */
async function findMatches(id) {
	const { matches } = await get(`/api/logs/search?id=${encodeURIComponent(id)}`);
	const isPaid = matches.some(({ kind }) => kind === "order" || kind === "payment");
	const history = isPaid ? await paymentHistory(id) : [];
	const named = matches.filter(({ type }) => type === "STREAM");
	const streams = named.some(({ kind }) => kind === "payment")
		? named
		: [...named, ...history.slice(0, 1).map(paymentIn)];
	const passed = history.map(({ metadata }) => metadata.correlationId);
	const ids = new Set([...matches.map(({ correlationId }) => correlationId), ...passed]);
	const traces = [...ids].map((correlationId, index) => ({ type: "TRACE", correlationId, number: index + 1 }));
	return [...streams, ...(traces.length === 1 ? [{ ...traces[0], number: null }] : traces)];
}

const paymentIn = ({ paymentId }) => ({ type: "STREAM", kind: "payment", id: paymentId });

/** Nothing where there is none, or where it is somebody else's. */
const paymentHistory = (id) => get(`/api/logs/payments/${encodeURIComponent(id)}/history`).catch(() => []);

const keyOf = ({ type, kind, id, correlationId }) => (type === "TRACE" ? `trace ${correlationId}` : `${kind} ${id}`);

function showChips(matches) {
	chips.hidden = matches.length < 2;
	chips.replaceChildren(
		...matches.map((match) => {
			const onclick = () => void open(match, { isFocused: false });
			const dataset = { key: keyOf(match), match: match.kind ?? "trace" };
			return el("button", { type: "button", class: "chip", "aria-pressed": "false", dataset, onclick }, wordOf(match));
		}),
	);
}

async function open(match, { isFocused, sequence }) {
	const mine = turn;
	for (const chip of chips.children) chip.setAttribute("aria-pressed", String(chip.dataset.key === keyOf(match)));
	found.setAttribute("aria-busy", "true");
	try {
		const section = await sectionOf(match, sequence);
		if (mine !== turn) return;
		found.replaceChildren(section);
		if (isFocused) section.querySelector("h3")?.focus({ preventScroll: false });
	} catch (error) {
		if (mine === turn) showError(error, () => void open(match, { isFocused, sequence }));
	}
	found.removeAttribute("aria-busy");
}

async function sectionOf(match, sequence) {
	if (match.type === "STREAM") return timeTravel({ ...match, isPublic: page.isPublic }, sequence);
	const id = match.correlationId;
	const rows = await get(`/api/logs/events/trace/${encodeURIComponent(id)}`);
	return traceLine(rows, { id, onTravel: travel });
}

/** From an event of a trace to the state of its aggregate right after it. */
function travel({ kind, id, sequence }) {
	void open({ type: "STREAM", kind, id }, { isFocused: true, sequence });
}

function showNothing() {
	found.replaceChildren(stateBox({ title: t("logs.searchNone"), text: t("logs.searchNoneText") }));
}

/** What only its owner may see asks for a login first. */
function showError(error, again) {
	const isAnonymous = currentSession() === null && (error.status === 401 || error.status === 403);
	const action = isAnonymous
		? { label: t("common.login"), run: () => void openLogin(t("logs.travelLogin")) }
		: { label: t("common.retry"), run: again };
	const text = isAnonymous ? t("logs.travelLogin") : error.message;
	found.replaceChildren(stateBox({ title: t("logs.searchError"), text, action }));
}

/** Looks an id up; the address names it, so that it can be sent to somebody. */
export function follow(id, options = { isFocused: true }) {
	input.value = id;
	const address = new URL(location.href);
	address.searchParams.set("id", id);
	history.replaceState(null, "", address);
	return search(id, options);
}

/** Looks again at what is shown, for another reader. */
export function searchAgain() {
	const id = input.value.trim();
	const wanted = chips.querySelector("[aria-pressed=true]")?.dataset.key ?? null;
	if (ID.test(id)) void search(id, { wanted });
}

/** Forgets what was found. */
export function leaveSearch() {
	turn++;
	found.replaceChildren();
	chips.replaceChildren();
	chips.hidden = true;
}

form.addEventListener("submit", (event) => {
	event.preventDefault();
	const id = input.value.trim();
	const isValid = ID.test(id);
	say(byId("search-error"), isValid ? "" : t("logs.searchInvalid"));
	if (isValid) input.removeAttribute("aria-invalid");
	else input.setAttribute("aria-invalid", "true");
	if (isValid) void whileBusy(byId("search-submit"), () => follow(id, {}));
	else input.focus();
});
