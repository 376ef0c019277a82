import { get, post } from "./api.js";
import { randomId } from "./format.js";
import { forgetCheckout, keep, kept } from "./kept.js";
import { hasText, lang, t } from "./page.js";
import { currentSession } from "./session.js";

const TIME_TO_PAY_MS = 60_000;
const SDK_TIMEOUT_MS = 15_000;
const CLOSED = new Set(["USER_CANCEL", "PAY_PROCESS_CANCELED", "PAYMENT_REQUEST_ABORTED"]);
let sdk = null;

/** The flow's id follows the purchase from the order to the approval. */
export function flowId() {
	return kept()?.correlationId ?? randomId("WEB");
}

/** The open order of this tab, if the same person asks for the same things, else a new one. */
export async function orderFor({ items, customerName, customerEmail }) {
	const fingerprint = JSON.stringify([currentSession()?.userId, items, customerName, customerEmail]);
	const open = await stillOpen(kept(), fingerprint);
	if (open) return open;
	const attempt = keptAttempt(fingerprint);
	const options = { idempotencyKey: attempt.key, correlationId: attempt.correlationId };
	try {
		const { body: order } = await post("/api/orders", { items, customerName, customerEmail }, options);
		keep({ ...attempt, items, orderId: order.orderId });
		return order;
	} catch (error) {
		if (error.status !== 0) forgetCheckout();
		throw error;
	}
}

/** Pays for an order that exists already; its flow gets an id of its own. */
export function adopt(order) {
	if (kept()?.orderId !== order.orderId) keep({ orderId: order.orderId, correlationId: randomId("WEB") });
}

/** Opens the provider's window. Resolves only when the buyer closed it; an approval or a refusal leaves the page. */
export async function openPaymentWindow(order, buyer) {
	const payments = await loadSdk();
	const payment = payments.payment({ customerKey: currentSession()?.userId ?? order.userId });
	try {
		await payment.requestPayment({
			method: "CARD",
			amount: { currency: "KRW", value: order.amount },
			orderId: order.orderId,
			orderName: order.orderName,
			successUrl: `${location.origin}/success`,
			failUrl: `${location.origin}/fail`,
			...contact(buyer),
			card: { language: lang.toUpperCase() },
		});
		return { closed: false };
	} catch (error) {
		if (CLOSED.has(error?.code)) return { closed: true };
		throw new Error(providerWords(error), { cause: error });
	}
}

function contact({ customerName, customerEmail }) {
	return {
		...(customerName ? { customerName } : {}),
		...(customerEmail ? { customerEmail } : {}),
	};
}

function providerWords(error) {
	const key = `fail.${String(error?.code)}`;
	return hasText(key) ? t(key) : t("home.sdkFailed");
}

/** Fetches key and SDK early, so that the window opens without a wait. A failure is forgotten, the click tries again. */
export function loadSdk() {
	sdk ??= fetchSdk().catch((error) => {
		sdk = null;
		throw error;
	});
	return sdk;
}

async function fetchSdk() {
	const config = await get("/api/payments/config", { auth: false });
	await loadScript(config.sdkUrl);
	return window.TossPayments(config.clientKey);
}

function loadScript(address) {
	const url = new URL(address, location.origin);
	if (!["http:", "https:"].includes(url.protocol)) return Promise.reject(new Error(t("home.sdkFailed")));
	return new Promise((resolve, reject) => {
		const script = document.createElement("script");
		const fail = () => {
			script.remove();
			reject(new Error(t("home.sdkFailed")));
		};
		const timer = setTimeout(fail, SDK_TIMEOUT_MS);
		script.src = url.href;
		script.addEventListener("error", fail);
		script.addEventListener("load", () => {
			clearTimeout(timer);
			resolve();
		});
		document.head.append(script);
	});
}

async function stillOpen(memory, fingerprint) {
	if (!memory?.orderId || memory.fingerprint !== fingerprint) return null;
	const options = { correlationId: memory.correlationId };
	const order = await get(`/api/orders/${encodeURIComponent(memory.orderId)}`, options).catch(ignoreMissing);
	if (order?.status === "PENDING" && !isEnding(order)) return order;
	forgetCheckout();
	return null;
}

/** Too little time is left to pay for this order. */
function isEnding(order) {
	return Date.parse(order.expiresAt) - Date.now() < TIME_TO_PAY_MS;
}

function ignoreMissing(error) {
	if (error.status === 404) return null;
	throw error;
}

/** The key of an order whose answer was lost is used again for the same order. */
function keptAttempt(fingerprint) {
	const memory = kept();
	if (memory?.fingerprint === fingerprint && memory.key) return memory;
	const attempt = { fingerprint, key: randomId("KEY"), correlationId: randomId("WEB") };
	keep(attempt);
	return attempt;
}
