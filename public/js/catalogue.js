import { get } from "./api.js";
import { byId, el, stateBox } from "./dom.js";
import { localised, won } from "./format.js";
import { t } from "./page.js";
import { tileContent } from "./tile.js";

const CATEGORIES = [
	["service", "home.categoryService"],
	["device", "home.categoryDevice"],
	["test", "home.categoryTest"],
];
const list = byId("product-list");

/** Loads and shows the products; `onChoose(product)` is called by each card's button, `onShown(products)` once. */
export async function showCatalogue(onChoose, onShown) {
	list.setAttribute("aria-busy", "true");
	try {
		const { items } = await get("/api/products", { auth: false });
		render(items, onChoose);
		onShown(items);
	} catch (error) {
		const action = { label: t("common.retry"), run: () => void showCatalogue(onChoose, onShown) };
		list.replaceChildren(stateBox({ title: t("home.productsError"), text: error.message, action }));
	}
	list.removeAttribute("aria-busy");
}

function render(items, onChoose) {
	if (items.length === 0) {
		list.replaceChildren(stateBox({ title: t("home.productsEmpty") }));
		return;
	}
	const known = new Set(CATEGORIES.map(([category]) => category));
	const groups = CATEGORIES.map(([category, label]) => [label, items.filter((item) => item.category === category)]);
	const others = items.filter((item) => !known.has(item.category));
	list.replaceChildren(
		...groups.flatMap(([label, products]) => group(t(label), products, onChoose)),
		...(others.length > 0 ? [cards(others, onChoose)] : []),
	);
}

function group(label, products, onChoose) {
	if (products.length === 0) return [];
	return [el("h3", { class: "category" }, label), cards(products, onChoose)];
}

function cards(products, onChoose) {
	return el(
		"ul",
		{ class: "products" },
		products.map((product) => card(product, onChoose)),
	);
}

function card(product, onChoose) {
	const name = localised(product.name);
	const options = product.options ?? [];
	return el(
		"li",
		{ class: "product", dataset: { product: product.productId } },
		el("span", { class: "product-tile", "aria-hidden": "true" }, tileContent(product)),
		el(
			"div",
			{ class: "product-head" },
			el("h4", { class: "product-name" }, name),
			options.length > 0
				? el("p", { class: "product-options" }, t("home.optionsCount", { count: options.length }))
				: null,
		),
		el("p", { class: "product-text" }, localised(product.description)),
		el(
			"div",
			{ class: "product-foot" },
			el("span", { class: "product-price" }, won(product.price)),
			el(
				"button",
				{
					type: "button",
					class: "button button-quiet button-small",
					"aria-label": t("home.choose", { name }),
					"aria-pressed": "false",
					onclick: () => onChoose(product),
				},
				t("home.buy"),
			),
		),
	);
}

/** Marks the chosen card, in words too. */
export function markChosen(productId) {
	for (const item of list.querySelectorAll(".product[data-product]")) {
		const chosen = item.dataset.product === productId;
		const button = item.querySelector("button");
		item.classList.toggle("is-chosen", chosen);
		button.setAttribute("aria-pressed", String(chosen));
		button.textContent = t(chosen ? "home.chosen" : "home.buy");
	}
}
