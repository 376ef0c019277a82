import { byId, el } from "./dom.js";
import { localised, won } from "./format.js";
import { t } from "./page.js";
import { tileContent } from "./tile.js";

const quantityInput = byId("quantity");
let chosen = null;

/** The lines of the order: the chosen product with its colour and quantity, or none. */
export function orderItems() {
	if (chosen === null) return [];
	const option = optionCode();
	return [{ productId: chosen.productId, quantity: quantity(), ...(option ? { option } : {}) }];
}

/** Puts a product into the order summary, with the quantity and colour of an earlier choice if there was one. */
export function choose(product, earlier = {}) {
	const isOther = product.productId !== chosen?.productId;
	chosen = product;
	byId("summary-empty").hidden = true;
	byId("pay-form").hidden = false;
	byId("pay-bar").hidden = false;
	byId("summary-emoji").replaceChildren(tileContent(product));
	byId("summary-name").textContent = localised(product.name);
	byId("summary-unit").textContent = won(product.price);
	if (isOther) {
		quantityInput.value = String(earlier.quantity ?? 1);
		showOptions(product.options ?? [], earlier.option);
	}
	showSums();
}

function showOptions(options, wanted) {
	const checked = Math.max(
		0,
		options.findIndex(({ code }) => code === wanted),
	);
	byId("option-field").hidden = options.length === 0;
	byId("option-list").replaceChildren(
		...options.map(({ code, label }, index) =>
			el(
				"label",
				{ class: "option" },
				el("input", { type: "radio", name: "option", value: code, checked: index === checked }),
				el("span", {}, localised(label)),
			),
		),
	);
}

function optionCode() {
	return byId("option-list").querySelector("input:checked")?.value ?? null;
}

/** Anything that is no number counts as one; too much becomes the most. */
function quantity() {
	const wanted = Math.trunc(Number(quantityInput.value)) || 1;
	return Math.min(Math.max(wanted, 1), chosen?.quantityMax ?? 99);
}

function showSums() {
	const count = quantity();
	const total = won(chosen.price * count);
	byId("line-label").textContent = `${localised(chosen.name)} × ${count}`;
	byId("line-amount").textContent = total;
	byId("total-amount").textContent = total;
	byId("bar-amount").textContent = total;
	byId("quantity-less").disabled = count <= 1;
	byId("quantity-more").disabled = count >= (chosen.quantityMax ?? 99);
	showPayLabel(t("home.payAmount", { amount: total }));
}

/** A busy button keeps its words and takes the new ones when it is done. */
function showPayLabel(label) {
	const pay = byId("pay");
	if (pay.dataset.label === undefined) pay.textContent = label;
	else pay.dataset.label = label;
}

function setQuantity(value) {
	quantityInput.value = String(value);
	quantityInput.value = String(quantity());
	showSums();
}

export function wireSummary() {
	byId("quantity-less").addEventListener("click", () => setQuantity(quantity() - 1));
	byId("quantity-more").addEventListener("click", () => setQuantity(quantity() + 1));
	quantityInput.addEventListener("input", showSums);
	quantityInput.addEventListener("change", () => setQuantity(quantity()));
}
