/** Fields whose text names a thing, a state or a time; the text of all others is not shown. */
const OPEN_FIELD =
	/^(id|kind|type|status|state|saga|step|name|action|currency|method|direction|outcome|result|group|stream|job|owner)$|(Id|Ids|Status|State|Type|Kind|Code|Step|At|Until|Since|Version)$/;
/** Fields of which not even a number is shown. */
const CLOSED_FIELD = /password|secret|token|hash|wrapped|cipher|signature|email|phone|mobile|address|contact/i;
/** A name is a thing's only where it stands among codes: a person's has spaces, Korean letters or lower case. */
const CODE = /^[A-Za-z][A-Za-z0-9]*([._:-][A-Za-z0-9]+)*$/;
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/;
const ID = /^[A-Z]{2,4}_[A-Za-z0-9_-]+$/;
const DEPTH_MAX = 12;
const ITEMS_MAX = 50;
const SHOWN_MAX = 200;

/**
 * What a browser of raw data may show: numbers, flags, ids, states and times. Other text is shown by its length only, because a
 * document may hold anything; of long lists the first fifty.
 */
export function maskedState(value: object): Readonly<Record<string, unknown>> {
	return maskedObject(value, 0);
}

function maskedObject(value: object, depth: number): Record<string, unknown> {
	const entries = Object.entries(value) as [string, unknown][];
	return Object.fromEntries(entries.map(([name, inner]) => [shownName(name), maskedValue(name, inner, depth + 1)]));
}

/** A name of a field can be data too, where an object is used as a map. */
function shownName(name: string): string {
	return CODE.test(name) && name.length <= SHOWN_MAX ? name : hidden(name);
}

function maskedValue(field: string, value: unknown, depth: number): unknown {
	if (isClosed(field, value)) return "•••";
	if (typeof value === "string") return isOpen(field, value) ? value.slice(0, SHOWN_MAX) : hidden(value);
	if (typeof value !== "object" || value === null) return value;
	if (depth >= DEPTH_MAX) return "…";
	return Array.isArray(value) ? maskedList(field, value, depth) : maskedObject(value, depth);
}

function maskedList(field: string, items: readonly unknown[], depth: number): readonly unknown[] {
	const shown = items.slice(0, ITEMS_MAX).map((item) => maskedValue(field, item, depth + 1));
	return items.length > ITEMS_MAX ? [...shown, `… ${items.length - ITEMS_MAX}`] : shown;
}

function isClosed(field: string, value: unknown): boolean {
	return typeof value !== "boolean" && CLOSED_FIELD.test(field);
}

function isOpen(field: string, text: string): boolean {
	return INSTANT.test(text) || ID.test(text) || (OPEN_FIELD.test(field) && CODE.test(text));
}

function hidden(text: string): string {
	return `••• (${text.length})`;
}
