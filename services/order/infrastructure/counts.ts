import type { Store } from "../../../mixins/store/port.ts";
import type { OrderStatus } from "../contract.ts";

const SETTLED = ["PAID", "CONFIRMED", "COMPLETED", "FAILED", "CANCELLED"] as const satisfies OrderStatus[];
const FRESH_MS = 5_000;

/** Orders by status, counted over an index and at most a few seconds old. */
export function createCounts(store: Store, now: () => number): () => Promise<Readonly<Record<OrderStatus, number>>> {
	let counted: { readonly until: number; readonly counts: Promise<Readonly<Record<OrderStatus, number>>> } | null =
		null;
	return async () => {
		if (counted === null || counted.until <= now()) counted = { until: now() + FRESH_MS, counts: count(store) };
		return counted.counts;
	};
}

/** Created and pending are one commit, so whatever is not settled is pending. */
async function count(store: Store): Promise<Readonly<Record<OrderStatus, number>>> {
	const [all, ...numbers] = await Promise.all([
		store.count("order"),
		...SETTLED.map((settledStatus) => store.count("order", { settledStatus })),
	]);
	const [PAID = 0, CONFIRMED = 0, COMPLETED = 0, FAILED = 0, CANCELLED = 0] = numbers;
	const PENDING = all - PAID - CONFIRMED - COMPLETED - FAILED - CANCELLED;
	return { CREATED: 0, PENDING, PAID, CONFIRMED, COMPLETED, FAILED, CANCELLED };
}
