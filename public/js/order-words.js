import { hasText, t } from "./page.js";

const TONES = {
	PENDING: "wait",
	CREATED: "wait",
	APPROVING: "wait",
	CANCELLING: "wait",
	PAID: "good",
	CONFIRMED: "good",
	COMPLETED: "good",
	APPROVED: "good",
	FAILED: "bad",
};

/** How a state looks; its word says what it is. */
export const toneOf = (status) => TONES[status] ?? "plain";

export const isPaid = ({ status }) => status === "PAID" || status === "CONFIRMED";
export const canCancel = (order) => order.status === "PENDING" || order.status === "CONFIRMED";
export const canPay = ({ status }) => status === "PENDING";
export const canReorder = ({ status, items }) =>
	(status === "FAILED" || status === "CANCELLED") && reorderItems(items) !== null;

/** The same things again, at today's prices; null when one of them is not in the catalogue. */
export function reorderItems(items) {
	if (!items?.length || items.some(({ productId }) => !productId)) return null;
	return items.map(({ productId, quantity, option }) => ({ productId, quantity, ...(option ? { option } : {}) }));
}

/** A reason in the reader's language where it is a code we know, else as it was written. */
export function reasonWords(reason, otherwise = reason) {
	const key = `fail.${reason}`;
	return hasText(key) ? t(key) : otherwise;
}

/** A payment method in the reader's language; the provider names it in Korean. */
export function methodWord(method) {
	const key = `status.method.${method}`;
	return hasText(key) ? t(key) : method;
}
