import { get } from "./api.js";
import { byId, el, row } from "./dom.js";
import { won } from "./format.js";
import { startPage } from "./header.js";
import { kept } from "./kept.js";
import { page, statusWord, t } from "./page.js";

/** Tells a logged-in buyer how the order stands; without a log-in the page is complete as it is. */
async function showOrder(orderId) {
	const order = await get(`/api/orders/${encodeURIComponent(orderId)}`).catch(() => null);
	if (order === null) return;
	byId("order-state").replaceChildren(
		row(order.orderName, won(order.amount)),
		row(t("fail.orderState"), statusWord("order", order.status)),
	);
	byId("order-state").hidden = false;
	const address = `/orders/${encodeURIComponent(orderId)}`;
	byId("result-actions").append(el("a", { class: "button button-quiet", href: address }, t("fail.orderDetails")));
}

/** A buyer who cancels comes back without an order id; this tab still knows it. */
const orderId = page.orderId ?? kept()?.orderId ?? null;
const session = await startPage();
if (session !== null && orderId !== null) await showOrder(orderId);
