import { actor, type ActorDeps } from "../../mixins/actor/actor.mixin.ts";
import domainErrors from "../../mixins/domain-errors.mixin.ts";
import * as rules from "../../mixins/rules.ts";
import { scheduler, type JobRun } from "../../mixins/scheduler.mixin.ts";
import { commandIdOf, contextOf, type CallContext, type TypedService } from "../../mixins/typed.ts";
import { demandOf, shortagesOf } from "./application/check.ts";
import type { Desk } from "./application/ports.ts";
import { confirm, findReservation, release, reserve, restock, restockIfTaken } from "./application/reservations.ts";
import { cursorAfter, productIdOf, stocked, viewOf } from "./application/view.ts";
import { inventoryErrors, type StockAudit, type StockView } from "./contract.ts";
import type { Stock, StockCommand, StockedProduct } from "./domain/model.ts";
import type { ReservationKey } from "./domain/reservation.ts";
import { SEED_STOCK } from "./domain/seed.ts";
import { createAuditor, type Auditor } from "./infrastructure/auditor.ts";
import { createExpiry, type Expiry } from "./infrastructure/expiry.ts";
import { createIntents, type IntentRecords } from "./infrastructure/intents.ts";
import { auditMovements } from "./infrastructure/movements.ts";
import { sagaWatch, type Asker } from "./infrastructure/saga-watch.ts";
import { seedStock } from "./infrastructure/seeding.ts";
import { createShelf } from "./infrastructure/shelf.ts";
import { stockAggregate } from "./infrastructure/stock.aggregate.ts";
import * as params from "./params.ts";

interface Deps extends ActorDeps<Stock, StockCommand> {
	intents: IntentRecords;
	expiry: Expiry;
	auditor: Auditor;
	/** Works on reservations in the name of a call; `part` keeps the lines of one call apart. */
	deskOf(ctx: CallContext, part?: string): Desk;
	stockOf(productId: string): Promise<StockView>;
	/** One page of products, and the cursor of the next. */
	page(wanted: { limit?: number; cursor?: string }): Promise<{ items: StockedProduct[]; nextCursor: string | null }>;
}

const PAGE_DEFAULT = 20;
const EXPIRY_EVERY_MS = 60_000;
const SELF_CHECK_EVERY_MS = 600_000;
const RESERVATIONS_MAX = 100;

const one = { $$strict: "remove", orderId: params.orderId, productId: params.productId } as const;
const whole = { $$strict: "remove", orderId: params.orderId, productIds: params.productIds } as const;
const visibility = "public";

/** Keeps what is there of every product, and who may have it. */
const service: TypedService<"inventory", Deps> = {
	name: "inventory",
	mixins: [
		actor(stockAggregate),
		domainErrors(inventoryErrors),
		scheduler<Deps & { logger: { error(message: string, facts: object): void } }>({
			jobs: {
				expire: {
					everyMs: EXPIRY_EVERY_MS,
					run({ signal }: JobRun) {
						return this.expiry.run(signal);
					},
				},
				"self-check": {
					everyMs: SELF_CHECK_EVERY_MS,
					async run({ signal }: JobRun) {
						for (const { productId, broken } of await this.auditor.resumeAll(signal))
							this.logger.error("InventoryInvariantBroken", { productId, broken });
					},
				},
			},
		}),
	],

	actions: {
		create: {
			params: {
				$$strict: "remove",
				productId: params.productId,
				productName: params.productName,
				quantity: params.quantity,
			},
			async handler(ctx) {
				const { productId } = ctx.params;
				await this.tell(ctx, productId, { type: "create", ...ctx.params, now: this.runtime.clock.iso() });
				return this.stockOf(productId);
			},
		},

		adjust: {
			params: { $$strict: "remove", productId: params.productId, delta: params.delta },
			async handler(ctx) {
				const { productId, delta } = ctx.params;
				await this.tell(ctx, productId, { type: "adjust", delta, now: this.runtime.clock.iso() });
				return this.stockOf(productId);
			},
		},

		reserve: {
			visibility,
			params: { ...one, quantity: params.pieces, sagaId: params.sagaId },
			handler(ctx) {
				const { orderId, productId, quantity, sagaId = null } = ctx.params;
				return reserve(this.deskOf(ctx), { orderId, productId, quantity, sagaId });
			},
		},

		confirm: {
			visibility,
			params: one,
			handler(ctx) {
				return confirm(this.deskOf(ctx), ctx.params);
			},
		},

		release: {
			visibility,
			params: one,
			handler(ctx) {
				return release(this.deskOf(ctx), ctx.params, "COMPENSATION");
			},
		},

		restock: {
			visibility,
			params: one,
			handler(ctx) {
				return restock(this.deskOf(ctx), ctx.params);
			},
		},

		reserveOrder: {
			visibility,
			params: { $$strict: "remove", orderId: params.orderId, items: params.lines, sagaId: params.sagaId },
			async handler(ctx) {
				const { orderId, items, sagaId = null } = ctx.params;
				return {
					reservations: await eachLine(demandOf(items), (line) =>
						reserve(this.deskOf(ctx, `:${line.productId}`), { orderId, sagaId, ...line }),
					),
				};
			},
		},

		confirmOrder: {
			visibility,
			params: whole,
			async handler(ctx) {
				return { reservations: await eachLine(keysOf(ctx.params), (key) => confirm(this.deskOf(ctx), key)) };
			},
		},

		releaseOrder: {
			visibility,
			params: whole,
			async handler(ctx) {
				const desk = this.deskOf(ctx);
				return { reservations: await eachLine(keysOf(ctx.params), (key) => release(desk, key, "COMPENSATION")) };
			},
		},

		restockOrder: {
			visibility,
			params: whole,
			async handler(ctx) {
				const found = await eachLine(keysOf(ctx.params), (key) => restockIfTaken(this.deskOf(ctx), key));
				return { reservations: found.filter((reservation) => reservation !== null) };
			},
		},

		expire: {
			visibility,
			params: { $$strict: "remove" },
			handler() {
				return this.expiry.run();
			},
		},

		check: {
			visibility,
			params: { $$strict: "remove", items: params.wanted },
			async handler(ctx) {
				const demand = demandOf(ctx.params.items);
				const states = await Promise.all(demand.map(({ productId }) => this.read(productId)));
				const available = new Map(demand.map(({ productId }, index) => [productId, availableOf(states[index]?.state)]));
				const shortages = shortagesOf(demand, (productId) => available.get(productId) ?? 0);
				return { isAvailable: shortages.length === 0, shortages };
			},
		},

		get: {
			params: { $$strict: "remove", productId: params.productId },
			handler(ctx) {
				return this.stockOf(ctx.params.productId);
			},
		},

		list: {
			params: { $$strict: "remove", limit: rules.limit, cursor: rules.cursor },
			async handler(ctx) {
				const { items, nextCursor } = await this.page(ctx.params);
				return { items: items.map(viewOf), nextCursor };
			},
		},

		reservations: {
			visibility,
			params: { $$strict: "remove", orderId: params.orderId },
			async handler(ctx) {
				const { orderId } = ctx.params;
				const { shelf } = this.deskOf(ctx);
				const productIds = await this.intents.productsOf(orderId, RESERVATIONS_MAX);
				const found = await Promise.all(productIds.map((productId) => findReservation(shelf, { orderId, productId })));
				return { items: found.filter((reservation) => reservation !== null) };
			},
		},

		movements: {
			visibility,
			params: rules.auditPage,
			handler(ctx) {
				return auditMovements(this.runtime, ctx.params, (key) => this.intents.has(key));
			},
		},

		invariants: {
			visibility,
			params: { $$strict: "remove", limit: rules.limit, cursor: rules.cursor },
			async handler(ctx) {
				const page = await this.page(ctx.params);
				const items: StockAudit[] = [];
				for (const { productId } of page.items) items.push(await this.auditor.audit(productId));
				return { items, nextCursor: page.nextCursor };
			},
		},
	},

	created() {
		const { runtime } = this;
		const { clock } = runtime;
		const broker: unknown = this.broker;
		this.intents = createIntents(runtime.store);
		this.auditor = createAuditor(runtime);
		this.expiry = createExpiry(runtime, this.intents, sagaWatch(broker as Asker));
		this.deskOf = (ctx, part = "") => {
			const shelf = createShelf(runtime, contextOf(ctx));
			return { shelf, intents: this.intents, commandId: commandIdOf(ctx) + part, now: () => clock.now() };
		};
		this.stockOf = async (productId) => viewOf(stocked((await this.read(productId)).state, productId));
		this.page = async ({ limit = PAGE_DEFAULT, cursor }) => {
			const after = typeof cursor === "string" ? productIdOf(cursor) : null;
			const found = await this.auditor.products(after, limit + 1);
			const items = found.slice(0, limit);
			const last = items.at(-1);
			return { items, nextCursor: found.length > limit && last !== undefined ? cursorAfter(last.productId) : null };
		};
	},

	started() {
		return seedStock(this.runtime, SEED_STOCK);
	},
};

export default service;

/** Lines do not wait for each other; of several refusals the first line's counts. */
async function eachLine<Line, Result>(
	lines: readonly Line[],
	work: (line: Line) => Promise<Result>,
): Promise<readonly Result[]> {
	const results = await Promise.allSettled(lines.map(work));
	return results.map((result) => {
		if (result.status === "rejected") throw result.reason;
		return result.value;
	});
}

function keysOf({ orderId, productIds }: { orderId: string; productIds: readonly string[] }): ReservationKey[] {
	return [...new Set(productIds)].map((productId) => ({ orderId, productId }));
}

function availableOf(state: Stock | undefined): number {
	return state?.status === "STOCKED" ? state.quantity - state.reservedQuantity : 0;
}
