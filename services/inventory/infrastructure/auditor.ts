import type { Runtime } from "../../../mixins/runtime.ts";
import type { StockAudit } from "../contract.ts";
import type { Stock, StockedProduct, StockEvent } from "../domain/model.ts";
import { Tally } from "../domain/tally.ts";
import { stockAggregate } from "./stock.aggregate.ts";

/** Counts products again from their stored events. */
export interface Auditor {
	/** From the first event. */
	audit(productId: string): Promise<StockAudit>;
	/** From where the last look of this process ended; cheap however old the product is. */
	resume(productId: string): Promise<StockAudit>;
	/** Resumes every product; answers those that do not hold. */
	resumeAll(signal: AbortSignal): Promise<readonly StockAudit[]>;
	/** Products in the order of their ids, after one. */
	products(after: string | null, limit: number): Promise<readonly StockedProduct[]>;
}

const EVENTS_PAGE = 1_000;
const PRODUCTS_PAGE = 100;

/** Events are read a page at a time; what is waiting gets its turn between two pages. */
export function createAuditor({ store, clock }: Pick<Runtime, "store" | "clock">): Auditor {
	const { kind, decider } = stockAggregate;
	const tallies = new Map<string, Tally>();

	async function count(productId: string, tally: Tally): Promise<StockAudit> {
		const document = await store.load<Stock>(kind, productId);
		const upTo = document?.sequence ?? 0;
		while (tally.sequence < upTo) {
			const from = tally.sequence + 1;
			const events = await store.events(kind, productId, { from, upTo, limit: EVENTS_PAGE });
			for (const event of events) tally.count(event as unknown as StockEvent, event.sequence);
			if (events.length === 0) throw new Error(`event ${from} of ${productId} is missing`);
			await clock.turn();
		}
		return tally.audit(productId, document?.state ?? decider.initial);
	}

	async function products(after: string | null, limit: number): Promise<readonly StockedProduct[]> {
		const from = after === null ? {} : { after: [after] };
		const found = await store.find<StockedProduct>(kind, {
			where: { status: "STOCKED" },
			direction: "asc",
			limit,
			...from,
		});
		return found.map(({ state }) => state);
	}

	const auditor: Auditor = {
		audit: (productId) => count(productId, new Tally()),
		resume(productId) {
			const tally = tallies.get(productId) ?? new Tally();
			tallies.set(productId, tally);
			return count(productId, tally);
		},
		async resumeAll(signal) {
			const broken: StockAudit[] = [];
			let after: string | null = null;
			while (!signal.aborted) {
				const page: readonly StockedProduct[] = await products(after, PRODUCTS_PAGE);
				for (const { productId } of page) {
					after = productId;
					const audit = await auditor.resume(productId);
					if (!audit.isHolding) broken.push(audit);
				}
				if (page.length < PRODUCTS_PAGE) break;
			}
			return broken;
		},
		products,
	};
	return auditor;
}
