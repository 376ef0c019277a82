import { DomainError } from "../../shared/errors.ts";
import { minorUnits } from "../../shared/money.ts";
import type { catalogErrors, Localised, ProductView } from "../contract.ts";

/** A rule of the catalogue said no. */
export class CatalogRejected extends DomainError<keyof typeof catalogErrors> {}

/** A line that is asked for. */
export interface Line {
	readonly productId: string;
	readonly quantity: number;
	readonly option?: string;
}

/** A line with its price; amounts in won. */
export interface PricedLine extends Line {
	readonly name: string;
	readonly unitPrice: number;
	readonly subtotal: number;
}

/** Prices lines, named in the buyer's language; equal lines become one. Refuses unknown products and options, and more than a product allows. */
export function priceLines(
	products: ReadonlyMap<string, ProductView>,
	lines: readonly Line[],
	lang: keyof Localised,
): { items: readonly PricedLine[]; total: number } {
	const merged = new Map<string, Line>();
	const quantities = new Map<string, number>();
	for (const line of lines) {
		const key = `${line.productId} ${line.option ?? ""}`;
		merged.set(key, { ...line, quantity: line.quantity + (merged.get(key)?.quantity ?? 0) });
		quantities.set(line.productId, line.quantity + (quantities.get(line.productId) ?? 0));
	}
	const items = [...merged.values()].map((line) => {
		const product = productOf(products, line.productId);
		assertQuantity(product, quantities.get(line.productId) ?? 0);
		return pricedLine(product, line, lang);
	});
	return { items, total: items.reduce((sum, { subtotal }) => minorUnits(sum + subtotal), 0) };
}

/** The product, or the refusal. */
export function productOf(products: ReadonlyMap<string, ProductView>, productId: string): ProductView {
	const product = products.get(productId);
	if (product === undefined) throw new CatalogRejected("PRODUCT_NOT_FOUND", { productId });
	return product;
}

function pricedLine(
	{ productId, name, options, price }: ProductView,
	{ quantity, option }: Line,
	lang: keyof Localised,
): PricedLine {
	const subtotal = minorUnits(price * quantity);
	const line = { productId, name: name[lang], unitPrice: price, quantity, subtotal };
	if (option === undefined) return line;
	if (options?.some(({ code }) => code === option) !== true) throw invalid("option", "enumValue");
	return { ...line, option };
}

function assertQuantity({ productId, quantityMax }: ProductView, quantity: number): void {
	if (quantity > quantityMax) throw invalid("quantity", "numberMax", { productId, max: quantityMax });
}

function invalid(field: string, code: string, facts: Readonly<Record<string, unknown>> = {}): CatalogRejected {
	return new CatalogRejected("VALIDATION_ERROR", { errors: [{ field, code, ...facts }] });
}
