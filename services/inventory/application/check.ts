import type { Shortage, StockLine } from "../contract.ts";

/** What the lines ask for in all; equal products are added up. */
export function demandOf(items: readonly StockLine[]): readonly StockLine[] {
	const wanted = new Map<string, number>();
	for (const { productId, quantity } of items) wanted.set(productId, quantity + (wanted.get(productId) ?? 0));
	return [...wanted].map(([productId, quantity]) => ({ productId, quantity }));
}

/** What of it is not there. */
export function shortagesOf(
	demand: readonly StockLine[],
	availableOf: (productId: string) => number,
): readonly Shortage[] {
	return demand
		.map((line) => ({ ...line, available: availableOf(line.productId) }))
		.filter(({ quantity, available }) => quantity > available);
}
