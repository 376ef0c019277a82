import { get, post } from "./api.js";
import { requireLogin } from "./dialogs.js";
import { byId, el, row, say, wait } from "./dom.js";
import { dateTime, randomId, won } from "./format.js";
import { startPage } from "./header.js";
import { forgetCheckout, kept } from "./kept.js";
import { methodWord, reasonWords } from "./order-words.js";
import { statusWord, t } from "./page.js";

const POLL_MS = 2000;
const POLL_MAX_MS = 60_000;
/** A paid order is confirmed within a moment; then the looks come as seldom as for a payment. */
const FIRST_LOOK_MS = 250;
const UNDECIDED = new Set(["PAYMENT_IN_PROGRESS", "REQUEST_IN_PROGRESS"]);
const correlationId = kept()?.correlationId ?? randomId("WEB");

function show(state, name, { reason, reference, rows = [], actions = [] } = {}) {
	byId("result").dataset.state = state;
	byId("result-title").textContent = t(`success.${name}Title`);
	byId("result-text").textContent = t(`success.${name}Text`);
	say(byId("result-reason"), reason);
	say(byId("result-reference"), reference ? t("common.errorReference", { id: reference }) : "");
	fill("result-rows", rows);
	fill("result-actions", actions);
}

function fill(id, children) {
	const present = children.filter((child) => child !== null);
	byId(id).replaceChildren(...present);
	byId(id).hidden = present.length === 0;
}

const link = (label, href, look = "quiet") => el("a", { class: `button button-${look}`, href }, label);
const button = (label, run) => el("button", { type: "button", class: "button button-primary", onclick: run }, label);
const myOrders = () => link(t("success.myOrders"), "/orders");
const orderLink = (orderId) => link(t("success.orderDetails"), `/orders/${encodeURIComponent(orderId)}`);

function paymentRows(payment) {
	return [
		row(t("success.orderId"), el("code", {}, payment.orderId)),
		row(t("success.orderName"), payment.orderName),
		row(t("success.amount"), won(payment.amount), { class: "is-amount" }),
		row(t("success.method"), methodWord(payment.method)),
		row(t("success.status"), statusWord("payment", payment.status)),
		row(t("success.approvedAt"), dateTime(payment.approvedAt)),
	];
}

const outcomes = {
	APPROVED: followOrder,
	FAILED: (payment) => showFailed(payment, reasonWords(payment.failureCode, payment.failureMessage)),
	EXPIRED: (payment) => showClosed(payment),
	CANCELLING: (payment) => showEnded(payment),
	CANCELLED: (payment) => showEnded(payment),
};

/** The money is there; the purchase is done when the order says so, and undone when the order could not be confirmed. */
async function followOrder(payment) {
	forgetCheckout();
	hideKey(payment.orderId);
	let pause = FIRST_LOOK_MS;
	for (let waited = 0; waited <= POLL_MAX_MS; waited += pause) {
		const order = await lookAtOrder(payment.orderId).catch(() => null);
		if (isSettled(order)) return showDone(payment);
		if (hasEnded(order)) return showEnded(await look(payment.orderId).catch(() => payment));
		show("polling", "confirming", { rows: paymentRows(payment) });
		if (waited > 0) pause = Math.min(2 * pause, POLL_MS);
		await wait(pause);
	}
	const actions = [orderLink(payment.orderId), myOrders()];
	return show("later", "unconfirmed", { rows: paymentRows(payment), actions });
}

const isSettled = (order) => order?.status === "CONFIRMED" || order?.status === "COMPLETED";
const hasEnded = (order) => order?.status === "CANCELLED" || order?.status === "FAILED";

/** Only money that was taken can be on its way back. */
function showEnded(payment) {
	if (!payment.approvedAt) return showClosed(payment);
	forgetCheckout();
	hideKey(payment.orderId);
	const isBack = payment.status === "CANCELLED";
	return show(isBack ? "failed" : "later", isBack ? "refunded" : "refunding", {
		reason: reasonWords(payment.cancelReason),
		rows: paymentRows(payment),
		actions: [link(t("success.toShop"), "/", "primary"), orderLink(payment.orderId)],
	});
}

function showDone(payment) {
	show("done", "done", {
		rows: paymentRows(payment),
		actions: [link(t("success.orderDetails"), `/orders/${encodeURIComponent(payment.orderId)}`, "primary")],
	});
}

function showFailed(payment, reason, reference) {
	forgetCheckout();
	hideKey(payment.orderId);
	show("failed", "failed", {
		reason,
		reference,
		rows: payment.status ? paymentRows(payment) : [],
		actions: [link(t("success.again"), "/", "primary"), orderLink(payment.orderId)],
	});
}

function showClosed(payment) {
	forgetCheckout();
	hideKey(payment.orderId);
	show("later", "closed", { rows: paymentRows(payment), actions: [orderLink(payment.orderId), myOrders()] });
}

/** The payment key leaves the address and with it the browser's history; a reload shows the same order's payment. */
function hideKey(orderId) {
	history.replaceState(null, "", `/success?order=${encodeURIComponent(orderId)}`);
}

function showRefusal(error, request) {
	const name = error.isUnknown ? "undecided" : "failed";
	const actions = error.isUnknown
		? [button(t("success.check"), () => void confirm(request)), myOrders()]
		: [link(t("success.again"), "/", "primary"), orderLink(request.orderId)];
	show(error.isUnknown ? "later" : "failed", name, {
		reason: error.message,
		reference: error.correlationId,
		actions,
	});
}

/** Approves the payment; whatever is not a clear answer is looked up, never guessed. */
async function confirm(request) {
	show("checking", "checking");
	if (!(await signedIn(() => void confirm(request)))) return;
	try {
		const { status, body } = await post("/api/payments/confirm", request, { correlationId });
		if (status === 202) await poll(request);
		else showPayment(body, request);
	} catch (error) {
		await judge(error, request);
	}
}

async function judge(error, request) {
	if (error.status === 401) return void (await signedIn(() => void confirm(request)));
	if (UNDECIDED.has(error.code)) return poll(request);
	if (error.code === "INVALID_PAYMENT_STATE" || error.isUnknown) return settle(error, request);
	if (error.code === "PAYMENT_DECLINED") return showDeclined(error, request);
	return showRefusal(error, request);
}

/** A refusal is final; why and for what stands in the payment, if it can be read. */
async function showDeclined(error, request) {
	const payment = await look(request.orderId).catch(() => null);
	const declined = payment?.status === "FAILED" ? payment : request;
	showFailed(
		declined,
		reasonWords(payment?.failureCode, payment?.failureMessage ?? error.message),
		error.correlationId,
	);
}

/** The state decides what the buyer sees; only if it cannot be read, or nothing was asked of the provider, the error does. */
async function settle(error, request) {
	const payment = await look(request.orderId).catch(() => null);
	if (payment?.status === "APPROVING") return poll(request);
	if (payment === null || payment.status === "PENDING") return showRefusal(error, request);
	return showPayment(payment, request);
}

function showPayment(payment, request) {
	const outcome = outcomes[payment.status];
	return outcome ? outcome(payment) : poll(request);
}

const lookAtOrder = (orderId) => get(`/api/orders/${encodeURIComponent(orderId)}`, { correlationId });
const look = (orderId) => get(`/api/payments/${encodeURIComponent(orderId)}`, { correlationId });

async function poll(request) {
	show("polling", "polling");
	for (let waited = 0; waited < POLL_MAX_MS; waited += POLL_MS) {
		await wait(POLL_MS);
		const payment = await look(request.orderId).catch(() => null);
		if (payment !== null && outcomes[payment.status]) return outcomes[payment.status](payment);
	}
	hideKey(request.orderId);
	return show("later", "later", { actions: [orderLink(request.orderId), myOrders()] });
}

/** Continues only for somebody who is logged in; a closed dialog leaves a button to go on with the same payment. */
async function signedIn(next) {
	if (await requireLogin(t("success.loginText"))) return true;
	show("later", "login", { actions: [button(t("common.login"), next)] });
	return false;
}

async function showEarlier(orderId) {
	show("checking", "checking");
	if (!(await signedIn(() => void showEarlier(orderId)))) return;
	try {
		const payment = await look(orderId);
		await (outcomes[payment.status] ?? (() => poll({ orderId })))(payment);
	} catch (error) {
		showLookupError(error, orderId);
	}
}

function showLookupError(error, orderId) {
	const again = button(t("success.check"), () => void showEarlier(orderId));
	show("later", "undecided", { reason: error.message, reference: error.correlationId, actions: [again, myOrders()] });
}

function requestOf(query) {
	const [paymentKey, orderId, amount] = ["paymentKey", "orderId", "amount"].map((name) => query.get(name) ?? "");
	if (paymentKey === "" || orderId === "" || !/^[1-9]\d{0,14}$/.test(amount)) return null;
	return { paymentKey, orderId, amount: Number(amount) };
}

async function start() {
	await startPage();
	const query = new URLSearchParams(location.search);
	const earlier = query.get("order");
	const request = requestOf(query);
	if (earlier !== null && earlier !== "") await showEarlier(earlier);
	else if (request === null) show("failed", "missing", { actions: [myOrders()] });
	else await confirm(request);
}

void start();
