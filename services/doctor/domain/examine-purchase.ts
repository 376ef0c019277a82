import type { Finding } from "./finding.ts";
import { goodsFindings } from "./goods.ts";
import { moneyFindings } from "./money.ts";
import { isMoving, type Purchase, type Setting } from "./purchase.ts";
import { standingFindings } from "./standing.ts";

/** Everything about one purchase on which those who know of it do not agree. */
export function examinePurchase(purchase: Purchase, setting: Setting): readonly Finding[] {
	const certainty = isMoving(purchase) ? "moving" : "suspected";
	return [
		...standingFindings(purchase, setting, certainty),
		...moneyFindings(purchase, setting, certainty),
		...goodsFindings(purchase, setting, certainty),
	];
}
