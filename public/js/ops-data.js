import { startAdminPage } from "./admin.js";
import { get } from "./api.js";
import { byId, el, stateBox, whileBusy } from "./dom.js";
import { clockTime, dateTime } from "./format.js";
import { grid } from "./grid.js";
import { page, t } from "./page.js";

const PAGE = 20;
const select = byId("data-kind");
const more = byId("more");
const view = { kind: page.kind, id: page.id };
let items = [];
let cursor = null;
/** Only the newest request may show its answer. */
let turn = 0;

const addressOf = (kind, id) => `/api/admin/data/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`;

async function loadKinds() {
	const answer = await get("/api/admin/data");
	const [first] = select.options;
	select.replaceChildren(first, ...answer.items.map((kind) => el("option", { value: kind }, kind)));
	select.value = answer.items.includes(view.kind) ? view.kind : "";
	view.kind = select.value;
}

async function load() {
	const mine = ++turn;
	items = [];
	cursor = null;
	// What is listed belongs to another kind: its ids must not be opened as this one's.
	byId("documents").replaceChildren();
	byId("document").replaceChildren();
	more.hidden = true;
	if (view.kind === "") {
		byId("documents").replaceChildren(stateBox({ title: t("ops.kindChoose"), text: t("ops.kindChooseText") }));
		return;
	}
	try {
		await loadPage(mine);
		if (view.id !== "" && mine === turn) await open(view.id);
	} catch (error) {
		if (mine === turn) showError(error);
	}
}

async function loadPage(mine) {
	const query = new URLSearchParams({ limit: String(PAGE), ...(cursor === null ? {} : { cursor }) });
	const answer = await get(`/api/admin/data/${encodeURIComponent(view.kind)}?${query}`);
	if (mine !== turn) return;
	items = [...items, ...answer.items];
	cursor = answer.nextCursor;
	more.hidden = cursor === null;
	byId("documents").replaceChildren(items.length === 0 ? stateBox({ title: t("ops.documentsEmpty") }) : table());
}

function table() {
	const column = (name, cell) => ({ label: t(`ops.column${name}`), cell });
	const columns = [
		column("Id", ({ id }) =>
			el("button", { type: "button", class: "link ops-id", onclick: () => void openFrom(id) }, el("code", {}, id)),
		),
		column("Version", ({ version }) => String(version)),
		column("Sequence", ({ sequence }) => String(sequence)),
		column("Time", ({ lastTime }) => (lastTime === null ? "–" : dateTime(lastTime))),
	];
	return grid({ label: t("ops.documents"), columns, rows: items, keyOf: ({ id }) => id });
}

async function openFrom(id) {
	try {
		await open(id);
		byId("document-title").focus();
	} catch (error) {
		byId("document").replaceChildren(stateBox({ title: t("ops.documentsError"), text: error.message }));
	}
}

/** One document with the first of its events. */
async function open(id) {
	const mine = turn;
	view.id = id;
	remember();
	const [stored, events] = await Promise.all([
		get(addressOf(view.kind, id)),
		get(`${addressOf(view.kind, id)}/events`),
	]);
	if (mine !== turn || view.id !== id) return;
	const list = el("ol", { class: "events" }, events.items.map(eventItem));
	byId("document").replaceChildren(
		el(
			"section",
			{ class: "panel", "aria-labelledby": "document-title" },
			el("h2", { id: "document-title", tabindex: "-1" }, t("ops.document", { id })),
			el("h3", {}, t("ops.state")),
			el("pre", { class: "ops-json" }, JSON.stringify(stored.state, null, 2)),
			el("h3", {}, t("ops.documentEvents")),
			events.items.length === 0 ? el("p", { class: "small-print" }, t("ops.documentEventsEmpty")) : list,
			moreEvents(list, id, events.nextAfter),
		),
	);
}

function moreEvents(list, id, nextAfter) {
	if (nextAfter === null) return null;
	let after = nextAfter;
	const button = el("button", { type: "button", class: "button button-quiet button-small" }, t("ops.documentsMore"));
	button.addEventListener("click", () => {
		void whileBusy(button, async () => {
			const answer = await get(`${addressOf(view.kind, id)}/events?after=${after}`).catch(() => null);
			if (answer === null) return;
			list.append(...answer.items.map(eventItem));
			after = answer.nextAfter;
			button.hidden = after === null;
		});
	});
	return el("p", { class: "more" }, button);
}

function eventItem({ sequence, eventType, occurredAt, actor, data }) {
	return el(
		"li",
		{},
		el(
			"details",
			{},
			el(
				"summary",
				{},
				el("span", { class: "events-step" }, String(sequence)),
				el("strong", {}, eventType),
				el("time", { datetime: occurredAt }, `${dateTime(occurredAt).slice(0, 10)} ${clockTime(occurredAt)}`),
				el("span", { class: "events-step" }, t("ops.by", { actor })),
			),
			el("pre", {}, JSON.stringify(data, null, 2)),
		),
	);
}

function remember() {
	const query = new URLSearchParams(Object.entries(view).filter(([, value]) => value !== ""));
	history.replaceState(null, "", query.size === 0 ? "/ops/data" : `/ops/data?${query}`);
}

function showError(error) {
	const action = { label: t("common.retry"), run: () => void load() };
	byId("documents").replaceChildren(stateBox({ title: t("ops.documentsError"), text: error.message, action }));
}

async function enter() {
	try {
		await loadKinds();
		await load();
	} catch (error) {
		showError(error);
	}
}

function leave() {
	turn++;
	items = [];
	byId("documents").replaceChildren();
	byId("document").replaceChildren();
}

select.addEventListener("change", () => {
	Object.assign(view, { kind: select.value, id: "" });
	remember();
	void load();
});
more.addEventListener("click", () => {
	void whileBusy(more, () => loadPage(turn).catch(showError));
});
await startAdminPage({ gate: byId("gate"), content: byId("content"), enter: () => void enter(), leave });
