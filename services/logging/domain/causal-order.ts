import type { EventRow } from "../contract.ts";

type Placed = Pick<EventRow, "eventId" | "causationId" | "aggregateId" | "sequence" | "timestamp">;

/** Oldest first; where times are equal, a cause stands before its effects and an aggregate's events in their sequence. */
export function inCausalOrder<Row extends Placed>(rows: readonly Row[]): Row[] {
	const sorted = rows.toSorted(byTimeAndId);
	const ordered: Row[] = [];
	for (let start = 0; start < sorted.length;) {
		let end = start + 1;
		while (end < sorted.length && sorted[end]?.timestamp === sorted[start]?.timestamp) end++;
		ordered.push(...(end - start === 1 ? sorted.slice(start, end) : orderTies(sorted.slice(start, end))));
		start = end;
	}
	return ordered;
}

/** Depth first: whatever a row follows from is placed before it. */
function orderTies<Row extends Placed>(ties: readonly Row[]): Row[] {
	const byId = new Map(ties.map((row) => [row.eventId, row]));
	const before = predecessors(ties);
	const placed = new Set<Row>();
	const place = (row: Row): void => {
		if (placed.has(row)) return;
		placed.add(row);
		for (const earlier of [byId.get(row.causationId), before.get(row)]) if (earlier !== undefined) place(earlier);
		ordered.push(row);
	};
	const ordered: Row[] = [];
	ties.forEach(place);
	return ordered;
}

/** Each row's predecessor in its own aggregate. */
function predecessors<Row extends Placed>(ties: readonly Row[]): Map<Row, Row> {
	const last = new Map<string, Row>();
	const before = new Map<Row, Row>();
	for (const row of ties.toSorted((left, right) => left.sequence - right.sequence)) {
		const aggregate = row.eventId.slice(0, row.eventId.lastIndexOf(":"));
		const earlier = last.get(aggregate);
		if (earlier !== undefined) before.set(row, earlier);
		last.set(aggregate, row);
	}
	return before;
}

function byTimeAndId(left: Placed, right: Placed): number {
	return compare(left.timestamp, right.timestamp) || compare(left.eventId, right.eventId);
}

function compare(left: string, right: string): number {
	return left < right ? -1 : Number(left > right);
}
