import { get } from "./api.js";
import { wireCancel } from "./cancel.js";
import { adopt, openPaymentWindow, orderFor } from "./checkout.js";
import { openLogin, requireLogin } from "./dialogs.js";
import { badge, byId, el, row, say, sayError, stateBox, whileBusy } from "./dom.js";
import { dateTime, localised, won } from "./format.js";
import { startPage } from "./header.js";
import { milestoneList } from "./milestones.js";
import { canCancel, canPay, canReorder, methodWord, reasonWords, reorderItems, toneOf } from "./order-words.js";
import { hasText, page, statusWord, t } from "./page.js";
import { poll } from "./poll.js";
import { onSessionChange } from "./session.js";

const view = byId("order-view");
const address = `/api/orders/${encodeURIComponent(page.orderId)}`;
const storyAddress = `${address}/story?view=plain`;
let shownFor = null;
let current = null;
let polling = null;
let told = "";
const LIVE_MS = 2000;
/** A purchase that nobody pays is looked at less and less often. */
const LIVE_SLOW_MS = 10_000;
const LIVE_QUICK_LOOKS = 60;

/** Order, payment and history at once; only the order has to be there. */
async function load() {
	view.setAttribute("aria-busy", "true");
	try {
		const [order, payment, history, products, story] = await Promise.all([
			get(address),
			get(`/api/payments/${encodeURIComponent(page.orderId)}`).catch(() => null),
			get(`${address}/history`).catch(() => null),
			get("/api/products", { auth: false }).catch(() => ({ items: [] })),
			get(storyAddress).catch(() => null),
		]);
		current = order;
		told = JSON.stringify(story?.milestones);
		const [head, items] = overview(order, payment, products.items);
		keepFocus(() => view.replaceChildren(head, progressPanel(story), items, historyPanel(history)));
		follow(story);
	} catch (error) {
		showError(error);
	}
	view.removeAttribute("aria-busy");
}

/** A button that is shown again keeps the focus it had. */
function keepFocus(change) {
	const held = view.contains(document.activeElement) ? document.activeElement.textContent : null;
	change();
	if (held === null) return;
	const same = [...view.querySelectorAll("button, a")].find(({ textContent }) => textContent === held);
	same?.focus({ preventScroll: true });
}

/** Looks on until nothing more is expected, and shows the order anew when its story has gone on. */
function follow(story) {
	polling?.stop();
	if (story === null || story.hasEnded) return;
	let looks = 0;
	const work = async () => {
		const { milestones } = await get(storyAddress);
		if (JSON.stringify(milestones) !== told) {
			await load();
			return null;
		}
		return ++looks < LIVE_QUICK_LOOKS ? LIVE_MS : LIVE_SLOW_MS;
	};
	polling = poll({ work, everyMs: LIVE_MS });
}

function progressPanel(story) {
	if (story === null) return "";
	return el(
		"section",
		{ class: "panel", "aria-labelledby": "progress-title" },
		el(
			"div",
			{ class: "sagas-head" },
			el("h2", { id: "progress-title" }, t("story.progress")),
			story.hasEnded ? null : el("p", { class: "live", dataset: { state: "live" } }, t("story.progressLive")),
		),
		milestoneList(story.milestones),
		el("p", { class: "panel-foot" }, el("a", { href: `${location.pathname}/story` }, t("story.open"))),
	);
}

function showError(error) {
	if (error.status === 401) return showLogin();
	const missing = error.status === 404;
	const action = missing
		? { label: t("orders.back"), href: "/orders" }
		: { label: t("common.retry"), run: () => void load() };
	const title = t(missing ? "orders.notFound" : "orders.error");
	const text = missing ? t("orders.notFoundText") : error.message;
	return view.replaceChildren(stateBox({ title, text, action }));
}

function showLogin() {
	polling?.stop();
	view.removeAttribute("aria-busy");
	const action = { label: t("common.login"), run: () => void openLogin() };
	view.replaceChildren(stateBox({ title: t("orders.loginText"), action }));
}

function overview(order, payment, products) {
	return [
		el(
			"section",
			{ class: "panel" },
			el(
				"div",
				{ class: "order-head" },
				el("div", {}, el("h2", {}, order.orderName), el("p", { class: "order-total" }, won(order.amount))),
				badge(statusWord("order", order.status), toneOf(order.status)),
			),
			el("dl", { class: "rows" }, orderRows(order, payment), paymentRows(payment)),
			el("div", { class: "result-actions" }, actions(order)),
		),
		itemsPanel(order, products),
	];
}

function orderRows(order, payment) {
	return [
		row(t("orders.orderId"), el("code", {}, order.orderId)),
		row(t("orders.orderedAt"), dateTime(order.createdAt)),
		row(t("orders.buyer"), [order.customerName, order.customerEmail].filter(Boolean).join(" · ")),
		row(t("orders.reason"), reasonWords(order.failureReason, payment?.failureMessage ?? order.failureReason)),
	];
}

function paymentRows(payment) {
	if (payment === null) return [];
	return [
		row(t("orders.paymentStatus"), statusWord("payment", payment.status)),
		row(t("orders.method"), methodWord(payment.method)),
		row(t("orders.approvedAt"), dateTime(payment.approvedAt)),
		row(t("orders.refunded"), payment.cancelledAmount > 0 ? won(payment.cancelledAmount) : null),
	];
}

function itemsPanel({ items }, products) {
	if (!items?.length) return "";
	return el(
		"section",
		{ class: "panel" },
		el("h2", {}, t("orders.items")),
		el(
			"dl",
			{ class: "rows" },
			items.map((item) => row(itemName(item, products), won(item.subtotal), { class: "is-line" })),
		),
	);
}

/** In the reader's language while the catalogue has the product, else as it was ordered. */
function itemName({ productId, name, option, quantity }, products) {
	const product = products.find((candidate) => candidate.productId === productId);
	const colour = product?.options?.find(({ code }) => code === option)?.label;
	const words = [localised(product?.name) || name, localised(colour) || option];
	return [...words, t("orders.quantityOf", { count: quantity })].filter(Boolean).join(" · ");
}

function actions(order) {
	const action = (label, look, run) => {
		const properties = { type: "button", class: `button button-${look}` };
		return el("button", { ...properties, onclick: (event) => run(event.currentTarget) }, label);
	};
	return [
		canPay(order) ? action(t("orders.continuePay"), "primary", (button) => whileBusy(button, () => pay(order))) : null,
		canReorder(order) ? action(t("orders.again"), "primary", (button) => whileBusy(button, reorder)) : null,
		canCancel(order) ? action(t("orders.cancel"), "quiet", () => openCancel(order)) : null,
	];
}

function historyPanel(history) {
	const panel = el("section", { class: "panel" }, el("h2", {}, t("orders.history")));
	if (history === null) panel.append(el("p", { class: "result-text" }, t("orders.historyError")));
	else if (history.items.length === 0) panel.append(el("p", { class: "result-text" }, t("orders.historyEmpty")));
	else panel.append(el("ol", { class: "timeline" }, history.items.map(historyStep)));
	return panel;
}

function historyStep({ toStatus, reason, actor, at }) {
	const step = `orders.step${toStatus}`;
	const who = hasText(`orders.actor${actor}`) ? t(`orders.actor${actor}`) : null;
	return el(
		"li",
		{},
		el("strong", {}, hasText(step) ? t(step) : statusWord("order", toStatus)),
		el("span", { class: "timeline-meta" }, [dateTime(at), who, reasonWords(reason)].filter(Boolean).join(" · ")),
	);
}

async function pay(order) {
	say(byId("order-alert"), "");
	if (!(await requireLogin())) return;
	try {
		adopt(order);
		const { closed } = await openPaymentWindow(order, order);
		if (closed) say(byId("order-notice"), t("orders.payClosed"));
	} catch (error) {
		say(byId("order-notice"), "");
		sayError(byId("order-alert"), error);
	}
}

/** A failed order stays failed; paying again is a new order for the same things. */
async function reorder() {
	if (!(await requireLogin())) return;
	const { items, customerName, customerEmail } = current;
	try {
		const order = await orderFor({ items: reorderItems(items), ...present({ customerName, customerEmail }) });
		say(byId("order-notice"), t("orders.reordered"));
		await pay(order);
	} catch (error) {
		sayError(byId("order-alert"), error);
	}
}

function present(values) {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => Boolean(value)));
}

function sessionChanged(session) {
	const reader = session?.userId ?? null;
	if (reader === shownFor) return;
	shownFor = reader;
	if (reader === null) showLogin();
	else void load();
}

const openCancel = wireCancel(load);
onSessionChange(sessionChanged);
if ((await startPage()) === null) showLogin();
