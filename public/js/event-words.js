import { badge } from "./dom.js";
import { hasText, statusWord, t } from "./page.js";

const TONES = { SUCCESS: "good", FAILED: "bad", PROCESSING: "wait", COMPENSATED: "plain" };
const STATE_TONES = { APPROVED: "good", CONFIRMED: "good", COMPLETED: "good", PAID: "good", FAILED: "bad" };

/** The outcome of an event. */
export function eventBadge(status) {
	return badge(statusWord("event", status), TONES[status] ?? "plain");
}

/** The state of an aggregate: our word for it, where we have one, and always its own. */
export function stateBadge(kind, status) {
	const key = `status.${kind}.${status}`;
	return badge(hasText(key) ? `${t(key)} · ${status}` : status, STATE_TONES[status] ?? "wait");
}

/** What an aggregate's kind is called; one we have no word for keeps its name. */
export function kindName(kind) {
	const key = `logs.match${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`;
	return hasText(key) ? t(key) : kind;
}

/** Where an event stands: its id is `<kind>:<aggregate id>:<sequence>`. */
export function placeOf(eventId) {
	const [first, last] = [eventId.indexOf(":"), eventId.lastIndexOf(":")];
	return {
		kind: eventId.slice(0, first),
		id: eventId.slice(first + 1, last),
		sequence: Number(eventId.slice(last + 1)),
	};
}
