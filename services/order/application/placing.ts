import type { Shortage, StockLine } from "../../inventory/contract.ts";
import { OrderRejected } from "../domain/model.ts";
import {
	draftOf,
	linesToPrice,
	type AmountLimits,
	type OrderDraft,
	type OrderRequest,
	type PricedLines,
} from "../domain/pricing.ts";

type Lines = ReturnType<typeof linesToPrice>;

/** Says what of the lines is not in stock; empty also when it cannot say. */
export type ShortagesOf = (lines: readonly StockLine[]) => Promise<readonly Shortage[]>;

/** What it takes to turn a wish into an order's draft. */
export interface Counter {
	readonly price: (lines: Lines) => Promise<PricedLines>;
	readonly shortagesOf: ShortagesOf;
	readonly limits: AmountLimits;
}

/**
 * What was asked for at the server's prices; refuses what does not fit, and then what is obviously not there. The stock
 * is taken only after the charge, so this spares a buyer the charge and its refund, and binds nothing.
 */
export async function draftFor(request: OrderRequest, { price, shortagesOf, limits }: Counter): Promise<OrderDraft> {
	const lines = linesToPrice(request);
	if (lines.length === 0) return draftOf(request, null, limits);
	const [priced, shortages] = await Promise.all([price(lines), shortagesOf(lines)]);
	const draft = draftOf(request, priced, limits);
	if (shortages.length > 0) throw new OrderRejected("OUT_OF_STOCK", { shortages });
	return draft;
}

/** A repeat of an order that was taken is that order, also when its goods have gone meanwhile. */
export function unlessTaken(shortagesOf: ShortagesOf, isTaken: () => Promise<boolean>): ShortagesOf {
	return async (lines) => {
		const shortages = await shortagesOf(lines);
		return shortages.length > 0 && (await isTaken()) ? [] : shortages;
	};
}
