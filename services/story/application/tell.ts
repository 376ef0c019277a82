import type { OrderTerms } from "../../order/contract.ts";
import type { StoryView, StoryViewName } from "../contract.ts";
import { fullEntries, plainEntries } from "../domain/entries.ts";
import { hasEnded, milestonesOf, totalsOf } from "../domain/milestones.ts";
import { causalRanks, inOrder } from "../domain/causal-rank.ts";
import type { Gathered } from "./gather.ts";

/** Tells an order's story as `view` wants it. */
export function tell(
	{ orderId, orderName, amount, items }: OrderTerms,
	{ facts: found, postings, sagaIds, isComplete }: Gathered,
	view: StoryViewName,
	hash: (key: string) => string,
): StoryView {
	const facts = inOrder(found, causalRanks(found));
	const hasGoods = items.some(({ productId }) => productId !== null);
	return {
		orderId,
		orderName,
		amount,
		currency: "KRW",
		view,
		hasEnded: hasEnded(facts),
		isComplete,
		milestones: milestonesOf(facts, hasGoods),
		entries: view === "full" ? fullEntries(facts, postings, hash) : plainEntries(facts),
		totals: totalsOf(facts),
		sagaIds: view === "full" ? sagaIds : [],
	};
}
