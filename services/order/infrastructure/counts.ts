import type { Store } from "../../../mixins/store/port.ts";
import type { OrderStatus } from "../contract.ts";

const STATUSES = [
	"CREATED",
	"PENDING",
	"PAID",
	"CONFIRMED",
	"COMPLETED",
	"FAILED",
	"CANCELLED",
] as const satisfies OrderStatus[];
const FRESH_MS = 5_000;

/** Orders by status, counted over the index of the status and at most a few seconds old. */
export function createCounts(store: Store, now: () => number): () => Promise<Readonly<Record<OrderStatus, number>>> {
	let counted: { readonly until: number; readonly counts: Promise<Readonly<Record<OrderStatus, number>>> } | null =
		null;
	return async () => {
		if (counted === null || counted.until <= now()) counted = { until: now() + FRESH_MS, counts: count(store) };
		return counted.counts;
	};
}

async function count(store: Store): Promise<Readonly<Record<OrderStatus, number>>> {
	const numbers = await Promise.all(STATUSES.map(async (status) => [status, await store.count("order", { status })]));
	return Object.fromEntries(numbers) as Record<OrderStatus, number>;
}
