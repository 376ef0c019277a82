import { iconAddress, t } from "./page.js";

const TOAST_MS = 4000;

export const byId = (id) => document.getElementById(id);

/** An element from properties and children; strings become text nodes, never markup. */
export function el(tag, properties = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(properties)) setProperty(element, name, value);
	element.append(...children.flat().filter((child) => child !== null && child !== undefined));
	return element;
}

function setProperty(element, name, value) {
	if (value === undefined || value === null || value === false) return;
	if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
	else if (name === "class") element.className = value;
	else if (name === "dataset") Object.assign(element.dataset, value);
	else element.setAttribute(name, value === true ? "" : String(value));
}

export function icon(name) {
	const space = "http://www.w3.org/2000/svg";
	const svg = document.createElementNS(space, "svg");
	const use = document.createElementNS(space, "use");
	svg.setAttribute("class", "icon");
	svg.setAttribute("aria-hidden", "true");
	use.setAttribute("href", iconAddress(name));
	svg.append(use);
	return svg;
}

/** Shows `text` in `element`, or hides it when there is none. */
export function say(element, text, reference) {
	element.replaceChildren(...(text ? [text] : []));
	if (text && reference) element.append(el("small", {}, t("common.errorReference", { id: reference })));
	element.hidden = !text;
}

/** Shows an error where a live region announces it. */
export function sayError(element, error) {
	say(element, error.message, error.correlationId);
}

/** A button that is busy keeps its focus and refuses further clicks. */
export function setBusy(button, busy) {
	if (busy && button.getAttribute("aria-busy") !== "true") {
		button.dataset.label = button.textContent;
		button.textContent = button.dataset.busy ?? t("common.working");
	}
	if (!busy && button.dataset.label !== undefined) {
		button.textContent = button.dataset.label;
		delete button.dataset.label;
	}
	button.setAttribute("aria-busy", String(busy));
	button.setAttribute("aria-disabled", String(busy));
}

export const isBusy = (button) => button.getAttribute("aria-busy") === "true";

/** Runs `work` unless the button is busy already. */
export async function whileBusy(button, work) {
	if (isBusy(button)) return;
	setBusy(button, true);
	try {
		await work();
	} finally {
		setBusy(button, false);
	}
}

/** Marks a field as wrong (or right, without a text) and ties the text to it. */
export function setFieldError(input, text) {
	byId(`${input.id}-error`).textContent = text ?? "";
	if (text) input.setAttribute("aria-invalid", "true");
	else input.removeAttribute("aria-invalid");
}

/** Shows the errors of several fields and goes to the first; true when there are none. */
export function showFieldErrors(errors) {
	for (const [input, text] of errors) setFieldError(input, text);
	const first = errors.find(([, text]) => text);
	first?.[0].focus();
	return first === undefined;
}

/** Empty, error and log-in states of a list or a page. */
export function stateBox({ title, text, action }) {
	return el(
		"div",
		{ class: "state" },
		el("strong", {}, title),
		text ? el("p", {}, text) : null,
		action
			? el(
					action.href ? "a" : "button",
					{
						class: "button button-primary",
						href: action.href,
						type: action.href ? undefined : "button",
						onclick: action.run,
					},
					action.label,
				)
			: null,
	);
}

/** One row of a description list; null when there is nothing to say. */
export function row(label, value, properties = {}) {
	if (value === null || value === undefined || value === "") return null;
	return el("div", properties, el("dt", {}, label), el("dd", {}, value));
}

export function badge(text, tone) {
	return el("span", { class: "badge", dataset: { tone } }, text);
}

let toastTimer;

export function toast(text) {
	clearTimeout(toastTimer);
	say(byId("toast"), text);
	toastTimer = setTimeout(() => say(byId("toast"), ""), TOAST_MS);
}

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
