import type { HttpStatus } from "../shared/errors.ts";

/** A text in both languages of the pages. */
export interface Localised {
	ko: string;
	en: string;
}

/** A product; `price` in won. */
export interface ProductView {
	productId: string;
	name: Localised;
	description: Localised;
	emoji: string;
	category: "service" | "device" | "test";
	price: number;
	currency: "KRW";
	options?: readonly { code: string; label: Localised }[];
	quantityMax: number;
}

/** The product catalogue: the six services, the three phones, the three test products. */
export interface CatalogActions {
	"catalog.products": { params: null; result: { items: readonly ProductView[]; nextCursor: null } };
	"catalog.product": { params: { productId: string }; result: ProductView };
	/** Prices lines on the server; refuses unknown products and options. Subtotals in won. */
	"catalog.price": {
		params: { items: { productId: string; quantity: number; option?: string }[] };
		result: {
			items: readonly {
				productId: string;
				name: string;
				option?: string;
				unitPrice: number;
				quantity: number;
				subtotal: number;
			}[];
			total: number;
		};
	};
}

/** Every way the catalogue refuses. */
export const catalogErrors = {
	PRODUCT_NOT_FOUND: 404,
	VALIDATION_ERROR: 400,
} as const satisfies Record<string, HttpStatus>;
