import { badge } from "./dom.js";
import { hasText, statusWord, t } from "./page.js";

const TONES = { STARTED: "wait", COMPLETED: "good", COMPENSATING: "bad", COMPENSATED: "plain" };

export const isRunning = ({ status }) => status === "STARTED" || status === "COMPENSATING";

/** The state as a badge; one that needs attention says so instead. */
export function sagaBadge({ status, needsAttention }) {
	if (needsAttention) return badge(t("sagas.tabATTENTION"), "bad");
	return badge(statusWord("saga", status), TONES[status] ?? "plain");
}

/** A step in the reader's language; one we have no word for keeps its name. */
export function stepWord(step) {
	const key = `sagas.name${step}`;
	return hasText(key) ? t(key) : step;
}

export function kindWord(name) {
	if (name === "checkout") return t("sagas.kindCheckout");
	return name === "refund" ? t("sagas.kindRefund") : String(name ?? t("sagas.kindCheckout"));
}
