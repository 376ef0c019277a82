import type { ReferenceData } from "../../../mixins/documents.mixin.ts";
import type { Store } from "../../../mixins/store/port.ts";
import type { ProductView } from "../contract.ts";

/** A product as it is stored; `position` is its place in the catalogue, 1 first. */
export type ProductEntity = ProductView & { readonly position: number };

/** Kind of the stored products. */
export const PRODUCT = "product";
/** The whole catalogue is read at once and kept in memory. */
export const PRODUCTS_MAX = 100;

const PRICE_MAX = 100_000_000;
const text = { type: "string", min: 1, max: 200, trim: true };
const localised = { type: "object", strict: "remove", props: { ko: text, en: text } };

/** Products as plain reference data of moleculer-db: found in catalogue order, every stored one whole. */
export const productData: ReferenceData = {
	idField: "productId",
	indexes: [{ fields: ["position"] }],
	rules: {
		position: { type: "number", integer: true, min: 1, max: PRODUCTS_MAX },
		name: localised,
		description: localised,
		emoji: { type: "string", min: 1, max: 16 },
		category: { type: "enum", values: ["service", "device", "test"] },
		price: { type: "number", integer: true, min: 1, max: PRICE_MAX },
		currency: { type: "equal", value: "KRW" },
		options: {
			type: "array",
			max: 20,
			optional: true,
			items: {
				type: "object",
				strict: "remove",
				props: { code: { type: "string", min: 1, max: 64, pattern: /^[A-Za-z0-9_-]+$/ }, label: localised },
			},
		},
		quantityMax: { type: "number", integer: true, min: 1, max: 99 },
	},
};

/** Puts every product of `seed` that is missing into the store; what is there stays as it is. */
export async function seedProducts(store: Store, seed: readonly ProductView[]): Promise<void> {
	const results = await store.commit(
		seed.map(({ productId, ...product }, index) => ({
			kind: PRODUCT,
			id: productId,
			expectedVersion: 0,
			state: { position: index + 1, ...product },
			events: [],
			commands: [],
		})),
	);
	if (results.some(({ status }) => status === "unknown")) throw new Error("The catalogue could not be written.");
}

/** A stored product as it is shown. */
export function productView(entity: ProductEntity): ProductView {
	const { productId, name, description, emoji, category, price, currency, options, quantityMax } = entity;
	const shown = { productId, name, description, emoji, category, price, currency, quantityMax };
	return options === undefined ? shown : { ...shown, options };
}
