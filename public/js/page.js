/** What the server told this page: language, texts, asset address and the page's own values. */
const data = JSON.parse(document.getElementById("page-data").textContent);

export const lang = data.lang;
export const mode = data.mode;
export const page = data.page;
const assets = data.assets;

/** The text of `area.key` with its `{places}` filled; an unknown key shows itself, so that it is noticed. */
export function t(path, values = {}) {
	const dot = path.indexOf(".");
	const text = data.texts[path.slice(0, dot)]?.[path.slice(dot + 1)] ?? path;
	return text.replace(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}

/** Whether the dictionary of this page has `area.key`. */
export function hasText(path) {
	const dot = path.indexOf(".");
	return Object.hasOwn(data.texts[path.slice(0, dot)] ?? {}, path.slice(dot + 1));
}

/** The word for a state: `statusWord("order", "PENDING")`. */
export function statusWord(kind, status) {
	const key = `status.${kind}.${status}`;
	return hasText(key) ? t(key) : t("status.unknown");
}

/** Address of a symbol in the icon sheet. */
export function iconAddress(name) {
	return `${assets}/img/icons.svg#${name}`;
}
