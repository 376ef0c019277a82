import * as rules from "../../mixins/rules.ts";
import { QUANTITY_MAX } from "./domain/stock.ts";

const LINES_MAX = 50;
const PIECES_MAX = 99;
/** An order may name a product in several lines. */
const ORDER_PIECES_MAX = LINES_MAX * PIECES_MAX;
const NO_CONTROL = /^[^\u0000-\u001f\u007f]*$/;

/** A product: letters, digits, `_` and `-`, at most 50. */
export const productId = { type: "string", min: 1, max: 50, pattern: /^[A-Za-z0-9_-]+$/ } as const;
/** An order; the prefix keeps a reservation's id readable both ways. */
export const orderId = { type: "string", min: 5, max: 62, pattern: /^ORD_[A-Za-z0-9_-]+$/ } as const;
/** A name on a shelf. */
export const productName = { type: "string", min: 1, max: 100, trim: true, pattern: NO_CONTROL } as const;
/** Pieces a product starts with. */
export const quantity = { type: "number", integer: true, min: 0, max: QUANTITY_MAX } as const;
/** Pieces of one reservation. */
export const pieces = { type: "number", integer: true, min: 1, max: PIECES_MAX } as const;
/** Pieces that come or go; 0 is refused by the stock itself. */
export const delta = { type: "number", integer: true, min: -QUANTITY_MAX, max: QUANTITY_MAX } as const;
/** The saga a reservation belongs to. */
export const sagaId = { ...rules.id, optional: true } as const;
/** Products of an order. */
export const productIds = { type: "array", min: 1, max: LINES_MAX, items: productId } as const;

const line = (max: number) =>
	({
		type: "object",
		strict: "remove",
		props: { productId, quantity: { type: "number", integer: true, min: 1, max } },
	}) as const;

/** Lines to reserve, one per product. */
export const lines = { type: "array", min: 1, max: LINES_MAX, items: line(PIECES_MAX) } as const;
/** Lines to look at. */
export const wanted = { type: "array", min: 1, max: LINES_MAX, items: line(ORDER_PIECES_MAX) } as const;
