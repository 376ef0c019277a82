import { get } from "./api.js";

export const ORDER_ID = /^[A-Za-z0-9_-]{6,64}$/;
const PAGE_SIZE = 20;
const PAGE_MAX = 100;
const HOURS = 24;
const NAMES = ["checkout", "refund"];
/** Which states the API is asked for; each has a cursor of its own. */
const STATES = {
	RUNNING: ["STARTED", "COMPENSATING"],
	COMPLETED: ["COMPLETED"],
	COMPENSATED: ["COMPENSATED"],
	ATTENTION: ["NEEDS_ATTENTION"],
};

/** The newest of a tab: as many as are shown already, or a page. */
export function firstPage({ tab, name }, count) {
	const limit = Math.min(PAGE_MAX, Math.max(PAGE_SIZE, count));
	return read(
		STATES[tab].map((status) => ({ status, cursor: null })),
		{ name, limit },
	);
}

export function nextPage({ name }, cursors) {
	return read(cursors, { name, limit: PAGE_SIZE });
}

async function read(places, { name, limit }) {
	const pages = await Promise.all(
		places.map(({ status, cursor }) => {
			const query = new URLSearchParams({ status, limit: String(limit) });
			if (name) query.set("name", name);
			if (cursor) query.set("cursor", cursor);
			return get(`/api/saga?${query}`);
		}),
	);
	const items = pages.flatMap((page) => page.items);
	const cursors = pages.flatMap(({ nextCursor }, index) =>
		nextCursor === null ? [] : [{ status: places[index].status, cursor: nextCursor }],
	);
	return { items: items.toSorted(newestFirst), cursors: cursors.length > 0 ? cursors : null };
}

const newestFirst = (left, right) => (left.createdAt < right.createdAt ? 1 : -1);

/** All sagas of an order: its story knows them, whatever they are for. An order nobody knows has none. */
export async function findByOrder(orderId, name) {
	const story = await get(`/api/orders/${encodeURIComponent(orderId)}/story`).catch(unlessMissing);
	const ids = story?.sagaIds ?? [];
	const sagas = await Promise.all(ids.map((id) => get(`/api/saga/status/${encodeURIComponent(id)}`)));
	const items = sagas.filter((saga) => !name || saga.name === name).toSorted(newestFirst);
	return { items, cursors: null };
}

function unlessMissing(error) {
	if (error.status === 404) return null;
	throw error;
}

/** Figures of the last day, of one kind of saga or of all. */
export async function readFigures(name) {
	const names = name ? [name] : NAMES;
	const all = await Promise.all(names.map((one) => get(`/api/saga/metrics?hours=${HOURS}&name=${one}`)));
	const sum = (field) => all.reduce((total, figures) => total + (figures[field] ?? 0), 0);
	const [completed, compensated, failed] = ["completed", "compensated", "failed"].map(sum);
	const ended = completed + compensated + failed;
	const tookMs = all.reduce((total, figures) => total + (figures.avgDurationMs ?? 0) * figures.completed, 0);
	return {
		counts: { RUNNING: sum("inProgress"), COMPLETED: completed, COMPENSATED: compensated, ATTENTION: failed },
		successRate: ended === 0 ? null : (completed / ended) * 100,
		compensationRate: ended === 0 ? null : (compensated / ended) * 100,
		avgDurationMs: completed === 0 ? null : Math.round(tookMs / completed),
		declined: sum("declined"),
		expired: sum("expired"),
	};
}
