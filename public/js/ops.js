import { startAdminPage } from "./admin.js";
import { get, post } from "./api.js";
import { wireDialog } from "./dialogs.js";
import { byId, say, sayError, stateBox, whileBusy } from "./dom.js";
import { replaceGrid } from "./grid.js";
import { breakerTable, busTable, jobTable, nodeTable, parkedTable, serviceList } from "./ops-tables.js";
import { t } from "./page.js";
import { poll } from "./poll.js";

const REFRESH_MS = 3000;
const PARKED_MAX = 50;
const dialog = byId("confirm-dialog");
let polling = null;
let isInside = false;
let confirmed = () => undefined;

/** Each part on its own: one that cannot be had leaves the others alone. */
const PARTS = {
	nodes: { read: () => get("/api/admin/nodes"), show: nodeTable },
	services: { read: () => get("/api/admin/services"), show: serviceList },
	breakers: { read: () => get("/api/admin/breakers"), show: (items) => breakerTable(items, wishFor) },
	bus: { read: () => get("/api/admin/bus"), show: busTable },
	parked: {
		read: readParked,
		show: (items) => parkedTable(items, { onReplay: replay, onSkip: skip, max: PARKED_MAX }),
	},
	jobs: { read: () => get("/api/admin/jobs"), show: jobTable },
};

async function readParked() {
	const { items: groups } = await get("/api/admin/bus");
	const troubled = groups.filter(({ parked, dead }) => parked + dead > 0);
	const pages = await Promise.all(
		troubled.map(({ group }) => get(`/api/admin/parked?group=${encodeURIComponent(group)}&limit=${PARKED_MAX}`)),
	);
	return { items: pages.flatMap(({ items }) => items) };
}

async function load() {
	const results = await Promise.allSettled(Object.entries(PARTS).map(([name, part]) => loadPart(name, part)));
	const failure = results.find(({ status }) => status === "rejected");
	if (failure !== undefined) throw failure.reason;
	return REFRESH_MS;
}

async function loadPart(name, { read, show }) {
	const box = byId(name);
	try {
		const { items } = await read();
		if (isInside) replaceGrid(box, JSON.stringify(items), () => show(items));
	} catch (error) {
		if (isInside && box.dataset.shown === undefined) showError(box, error);
		throw error;
	} finally {
		box.removeAttribute("aria-busy");
	}
}

function showError(box, error) {
	const action = { label: t("common.retry"), run: () => polling?.now() };
	box.replaceChildren(stateBox({ title: t("ops.error"), text: error.message, action }));
}

function ask(words, work) {
	byId("confirm-lead").textContent = words;
	say(byId("confirm-alert"), "");
	confirmed = work;
	dialog.showModal();
	dialog.querySelector("[type=submit]").focus();
}

function wishFor(action, state) {
	ask(t(`ops.confirm${state}`, { action }), async () => {
		await post("/api/admin/breakers", { action, state });
		return t("ops.breakerDone");
	});
}

function skip(parkedId) {
	ask(t("ops.confirmSkip"), async () => {
		await post("/api/admin/parked/skip", { parkedId });
		return t("ops.skipDone");
	});
}

/** A repeat of a delivery changes nothing twice, so it needs no second thought. */
async function replay(parkedId) {
	try {
		await post("/api/admin/parked/replay", { parkedId });
		say(byId("ops-notice"), t("ops.replayDone"));
	} catch (error) {
		sayError(byId("ops-notice"), error);
	}
	polling?.now();
}

async function confirm() {
	try {
		const words = await confirmed();
		dialog.close();
		say(byId("ops-notice"), words);
		polling?.now();
	} catch (error) {
		sayError(byId("confirm-alert"), error);
	}
}

function liveState(state) {
	const live = byId("live");
	const words = { live: "sagas.live", paused: "sagas.livePaused", trouble: "sagas.liveTrouble" };
	live.hidden = state === "over";
	live.dataset.state = state;
	live.textContent = t(words[state] ?? "sagas.livePaused");
}

function enter() {
	isInside = true;
	polling = poll({ work: load, everyMs: REFRESH_MS, onState: liveState });
	polling.now();
}

function leave() {
	isInside = false;
	polling?.stop();
	polling = null;
	for (const name of Object.keys(PARTS)) {
		byId(name).replaceChildren();
		delete byId(name).dataset.shown;
	}
}

wireDialog(dialog);
byId("confirm-form").addEventListener("submit", (event) => {
	event.preventDefault();
	void whileBusy(dialog.querySelector("[type=submit]"), confirm);
});
await startAdminPage({ gate: byId("gate"), content: byId("content"), enter, leave });
