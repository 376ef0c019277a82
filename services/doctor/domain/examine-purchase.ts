import type { Finding } from "./finding.ts";
import { goodsFindings } from "./goods.ts";
import { moneyFindings } from "./money.ts";
import { isMoving, type Purchase, type Setting } from "./purchase.ts";
import { standingFindings } from "./standing.ts";

/** Everything about one purchase on which those who know of it do not agree. */
export function examinePurchase(purchase: Purchase, setting: Setting): readonly Finding[] {
	const moving = isMoving(purchase);
	return [
		...standingFindings(purchase, setting, moving),
		...moneyFindings(purchase, setting, moving),
		...goodsFindings(purchase, setting, moving),
	];
}
