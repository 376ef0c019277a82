import type { Fact } from "./fact.ts";

/** How many facts of the set an event follows from, the longest way: a cause ranks below its effects, at equal times too. */
export function causalRanks(facts: readonly Fact[]): ReadonlyMap<string, number> {
	const byId = new Map(facts.map((fact) => [fact.eventId, fact]));
	const before = predecessors(facts);
	const ranks = new Map<string, number>();
	for (const fact of facts) rankFrom(fact);
	return ranks;

	/** An explicit stack: a long saga is a long chain. */
	function rankFrom(start: Fact): void {
		const stack = [start];
		const entered = new Set<string>();
		for (let fact = stack.at(-1); fact !== undefined; fact = stack.at(-1)) {
			const earlier = [byId.get(fact.causationId), before.get(fact.eventId)].filter((one) => one !== undefined);
			const open = earlier.filter(({ eventId }) => !ranks.has(eventId) && !entered.has(eventId));
			entered.add(fact.eventId);
			if (open.length > 0) stack.push(...open);
			else {
				ranks.set(fact.eventId, 1 + Math.max(0, ...earlier.map(({ eventId }) => ranks.get(eventId) ?? 0)));
				stack.pop();
			}
		}
	}
}

/** The facts, oldest first. */
export function inOrder(facts: readonly Fact[], ranks: ReadonlyMap<string, number>): Fact[] {
	const rankOf = ({ eventId }: Fact) => ranks.get(eventId) ?? 0;
	return facts.toSorted((left, right) => compare(left.at, right.at) || rankOf(left) - rankOf(right));
}

/** Order of two texts by their code units, as instants in ISO 8601 want it. */
export function compare(left: string, right: string): number {
	return left < right ? -1 : Number(left > right);
}

function predecessors(facts: readonly Fact[]): ReadonlyMap<string, Fact> {
	const last = new Map<string, Fact>();
	const before = new Map<string, Fact>();
	for (const fact of facts.toSorted((left, right) => left.sequence - right.sequence)) {
		const aggregate = `${fact.kind}:${fact.aggregateId}`;
		const earlier = last.get(aggregate);
		if (earlier !== undefined) before.set(fact.eventId, earlier);
		last.set(aggregate, fact);
	}
	return before;
}
