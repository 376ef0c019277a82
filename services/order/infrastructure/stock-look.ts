import type { Caller } from "../../../mixins/typed.ts";
import type { Shortage, StockLine } from "../../inventory/contract.ts";
import type { ShortagesOf } from "../application/placing.ts";

/** Looks at the stock on behalf of a call. */
export type StockLook = (caller: Caller) => ShortagesOf;

interface Seen {
	/** Pieces, less what was waved through since. */
	left: number;
	readonly until: number;
}

/** Nobody waits longer for a look that binds nothing. */
const LOOK_MAX_MS = 1_000;
/** Asking for the most that an order can hold answers how much there is. */
const MOST = 4_950;
const FRESH_MS = 100;
const PRODUCTS_MAX = 1_000;

/**
 * One call for all lines of an order, and none while a look of a moment ago left twice as much as is wanted. Without an
 * answer the order is taken, and the checkout decides.
 */
export function createStockLook(now: () => number): StockLook {
	const seen = new Map<string, Seen>();

	function isPlenty({ productId, quantity }: StockLine): boolean {
		const known = seen.get(productId);
		if (known === undefined || known.until <= now() || known.left < 2 * quantity) return false;
		known.left -= quantity;
		return true;
	}

	function remember({ productId, quantity, available }: Shortage): void {
		if (seen.size >= PRODUCTS_MAX) seen.clear();
		seen.set(productId, { left: available - quantity, until: now() + FRESH_MS });
	}

	return (caller) => async (lines) => {
		const wanted = merged(lines);
		if (wanted.every(isPlenty)) return [];
		try {
			const items = wanted.map(({ productId }) => ({ productId, quantity: MOST }));
			const { shortages } = await caller.call("inventory.check", { items }, { timeout: LOOK_MAX_MS });
			const stock = new Map(shortages.map(({ productId, available }) => [productId, available]));
			const looked = wanted.map((line) => ({ ...line, available: stock.get(line.productId) ?? MOST }));
			looked.forEach(remember);
			return looked.filter(({ quantity, available }) => quantity > available);
		} catch {
			return [];
		}
	};
}

/** Each product once, with all its pieces. */
function merged(lines: readonly StockLine[]): readonly StockLine[] {
	const pieces = new Map<string, number>();
	for (const { productId, quantity } of lines) pieces.set(productId, quantity + (pieces.get(productId) ?? 0));
	return [...pieces].map(([productId, quantity]) => ({ productId, quantity }));
}
