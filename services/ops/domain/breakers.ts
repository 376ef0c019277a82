import type { BreakerState, BreakerView } from "../contract.ts";

const SEVERITY: Readonly<Record<BreakerState, number>> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };

/**
 * Each action and place once. A breaker guards the calls of one process, so an action has as many as there are callers: what is
 * shown is the worst, and of equal ones the one that changed last.
 */
export function mergeBreakers(lists: readonly (readonly BreakerView[])[]): readonly BreakerView[] {
	const merged = new Map<string, BreakerView>();
	for (const breaker of lists.flat()) {
		const key = `${breaker.action} ${breaker.nodeId}`;
		const known = merged.get(key);
		merged.set(key, known === undefined ? breaker : worse(known, breaker));
	}
	return [...merged.values()].toSorted((a, b) => a.action.localeCompare(b.action) || a.nodeId.localeCompare(b.nodeId));
}

function worse(a: BreakerView, b: BreakerView): BreakerView {
	const difference = SEVERITY[b.state] - SEVERITY[a.state];
	const isLater = (b.changedAt ?? "") > (a.changedAt ?? "");
	const worst = difference > 0 || (difference === 0 && isLater) ? b : a;
	return { ...worst, forced: a.forced ?? b.forced };
}
