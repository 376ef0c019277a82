import { actor, type ActorDeps } from "../../mixins/actor/actor.mixin.ts";
import domainErrors from "../../mixins/domain-errors.mixin.ts";
import * as rules from "../../mixins/rules.ts";
import { scheduler, type JobRun } from "../../mixins/scheduler.mixin.ts";
import { DomainError } from "../shared/errors.ts";
import { commandIdOf, contextOf, type Broker, type Ctx, type Meta, type TypedService } from "../../mixins/typed.ts";
import { isAdmin, listedUser } from "./application/access.ts";
import { cursorAfter, orderIdOf } from "./application/cursor.ts";
import { carryCancel, type TellOrder } from "./application/ending.ts";
import { draftFor, unlessTaken, type Counter, type ShortagesOf } from "./application/placing.ts";
import { followRefund } from "./application/refund.ts";
import { HIDDEN_CONTACT, historyView, placed, viewOf } from "./application/view.ts";
import { orderErrors, type OrderView, type OrderWish } from "./contract.ts";
import { OrderRejected, type Order, type OrderCommand, type PlacedOrder } from "./domain/model.ts";
import { givenContact } from "./domain/pricing.ts";
import { auditOrders } from "./infrastructure/audit.ts";
import { createContacts, type Contact, type Contacts } from "./infrastructure/contacts.ts";
import { createCounts } from "./infrastructure/counts.ts";
import { orderAggregate } from "./infrastructure/order.aggregate.ts";
import { orderPayment } from "./infrastructure/order-payment.ts";
import { createStockLook, type StockLook } from "./infrastructure/stock-look.ts";
import { createSweeper, type Sweeper } from "./infrastructure/sweeper.ts";
import * as params from "./params.ts";

interface Deps extends ActorDeps<Order, OrderCommand> {
	contacts: Contacts;
	sweeper: Sweeper;
	stockLook: StockLook;
	countOrders: ReturnType<typeof createCounts>;
	/** Makes an order, unless `shortagesOf` names something. */
	take(ctx: Ctx<OrderWish>, shortagesOf: ShortagesOf): Promise<OrderView>;
	/** An order for its owner and administrators; to others it does not exist. */
	own(meta: Meta, orderId: string): Promise<PlacedOrder>;
	/** Changes an order in the name of the call, or of the event that is handled. */
	teller(ctx: Ctx, orderId: string, commandId?: string): TellOrder;
	/** What was given, and the owner's profile for the rest. */
	contactFor(ctx: Ctx, userId: string, given: Partial<Contact>): Promise<Contact>;
}

const PAGE_DEFAULT = 20;
const SWEEP_EVERY_MS = 5_000;

/** Takes orders at the server's prices and lets them follow what becomes of their payment. */
const service: TypedService<"order", Deps> = {
	name: "order",
	mixins: [
		actor(orderAggregate),
		domainErrors(orderErrors),
		scheduler<{ sweeper: Sweeper }>({
			jobs: {
				sweep: {
					everyMs: SWEEP_EVERY_MS,
					run({ signal }: JobRun) {
						return this.sweeper.run(signal);
					},
				},
			},
		}),
	],

	actions: {
		create: {
			params: params.create,
			handler(ctx) {
				return this.take(ctx, this.stockLook(ctx));
			},
		},

		place: {
			visibility: "public",
			params: params.create,
			handler(ctx) {
				return this.take(ctx, () => Promise.resolve([]));
			},
		},

		cancel: {
			params: { $$strict: "remove", orderId: rules.id, reason: rules.reason },
			async handler(ctx) {
				const { orderId, reason } = ctx.params;
				const found = await this.own(ctx.meta, orderId);
				const tell = this.teller(ctx, orderId);
				const now = this.runtime.clock.iso();
				const requested = await tell(":request", { type: "request-cancel", reason, cause: "CUSTOMER", now });
				const payment = orderPayment(ctx, { commandId: commandIdOf(ctx) });
				const { order, isRefused } = await carryCancel(requested, payment, tell, now);
				if (isRefused) throw new OrderRejected("INVALID_ORDER_STATE", { status: order.status });
				return viewOf(order, await this.contacts.find(ctx, found));
			},
		},

		confirm: {
			visibility: "public",
			params: params.confirm,
			async handler(ctx) {
				const { orderId, payment = null } = ctx.params;
				const { status } = placed((await this.read(orderId)).state);
				// It will be paid in a moment: no refusal, or a checkout would turn back for it.
				if (status === "CREATED" || (status === "PENDING" && payment === null))
					throw new DomainError("CONFLICT", { status });
				const command = { type: "confirm", payment, now: this.runtime.clock.iso() } as const;
				return { orderId, status: placed((await this.tell(ctx, orderId, command)).state).status };
			},
		},

		abandon: {
			visibility: "public",
			params: { $$strict: "remove", orderId: rules.id, reason: rules.reason },
			async handler(ctx) {
				const { orderId, reason } = ctx.params;
				const command = { type: "end", reason, now: this.runtime.clock.iso() } as const;
				return { orderId, status: placed((await this.tell(ctx, orderId, command)).state).status };
			},
		},

		followRefund: {
			visibility: "public",
			params: { $$strict: "remove", orderId: rules.id, reason: rules.reason, isFull: { type: "boolean" } },
			async handler(ctx) {
				const { orderId } = ctx.params;
				const order = placed((await this.read(orderId)).state);
				return followRefund(order, this.teller(ctx, orderId), ctx.params, this.runtime.clock.iso());
			},
		},

		sweep: {
			visibility: "public",
			params: { $$strict: "remove" },
			handler() {
				return this.sweeper.run();
			},
		},

		get: {
			params: { $$strict: "remove", orderId: rules.id },
			async handler(ctx) {
				const state = await this.own(ctx.meta, ctx.params.orderId);
				return viewOf(state, await this.contacts.find(ctx, state));
			},
		},

		list: {
			params: params.list,
			async handler(ctx) {
				const { limit = PAGE_DEFAULT, cursor, status } = ctx.params;
				const userId = listedUser(ctx.meta, ctx.params.userId);
				const found = await this.runtime.store.find<PlacedOrder>("order", {
					where: typeof status === "string" ? { userId, status } : { userId },
					direction: "desc",
					limit: limit + 1,
					...(typeof cursor === "string" ? { after: [orderIdOf(cursor)] } : {}),
				});
				const items = found.slice(0, limit).map(({ state }) => viewOf(state, HIDDEN_CONTACT));
				const last = items.at(-1);
				return { items, nextCursor: found.length > limit && last !== undefined ? cursorAfter(last.orderId) : null };
			},
		},

		history: {
			params: { $$strict: "remove", orderId: rules.id },
			async handler(ctx) {
				const { orderId } = await this.own(ctx.meta, ctx.params.orderId);
				return { items: historyView(await this.historyOf(orderId)) };
			},
		},

		terms: {
			visibility: "public",
			params: { $$strict: "remove", orderId: rules.id },
			async handler(ctx) {
				const { state } = await this.read(ctx.params.orderId);
				const { orderId, userId, orderName, amount, expiresAt, items, status } = placed(state);
				return { orderId, userId, orderName, amount, expiresAt, items, status };
			},
		},

		audit: {
			visibility: "public",
			params: rules.auditPage,
			handler(ctx) {
				return auditOrders(this.runtime, ctx.params);
			},
		},

		counts: {
			visibility: "public",
			params: { $$strict: "remove" },
			handler() {
				return this.countOrders();
			},
		},
	},

	events: {
		"payment.approved": {
			group: "order",
			from: "beginning",
			async handler(ctx) {
				const { id, data } = ctx.params;
				const { orderId, paymentId, amount } = data;
				const now = this.runtime.clock.iso();
				await this.teller(ctx, orderId, id)(":paid", { type: "record-payment", paymentId, amount, now });
			},
		},

		"payment.failed": {
			group: "order",
			from: "beginning",
			async handler(ctx) {
				const { id, data } = ctx.params;
				const now = this.runtime.clock.iso();
				await this.teller(ctx, data.orderId, id)(":fail", { type: "fail", reason: data.errorCode, now });
			},
		},

		"payment.cancelled": {
			group: "order",
			from: "beginning",
			async handler(ctx) {
				const { id, data } = ctx.params;
				if (data.isPartial) return;
				const now = this.runtime.clock.iso();
				await this.teller(ctx, data.orderId, id)(":end", { type: "end", reason: data.cancelReason, now });
			},
		},

		"payment.expired": {
			group: "order",
			from: "beginning",
			async handler(ctx) {
				const { id, data } = ctx.params;
				const now = this.runtime.clock.iso();
				await this.teller(ctx, data.orderId, id)(":end", { type: "end", reason: "EXPIRED", now });
			},
		},

		"user.erased": {
			group: "order",
			from: "beginning",
			async handler(ctx) {
				this.contacts.forget(ctx.params.data.userId);
			},
		},
	},

	created() {
		const { store, clock, actors, ids, settings } = this.runtime;
		const broker: Broker = this.broker;
		this.contacts = createContacts(store, () => clock.now());
		this.stockLook = createStockLook(() => clock.now());
		this.sweeper = createSweeper(this.runtime, broker);
		this.countOrders = createCounts(store, () => clock.now());
		this.take = async (ctx, shortagesOf) => {
			const { userId } = ctx.meta;
			if (userId === undefined) throw new OrderRejected("UNAUTHENTICATED");
			const { orderAmountMin: min, orderAmountMax: max, orderExpiryMs } = settings;
			const price: Counter["price"] = (items) => ctx.call("catalog.price", { items });
			const commandId = commandIdOf(ctx);
			// A call without a name of its own is never repeated; a fresh id keeps the lists in order of time.
			const orderId = commandId === ctx.id ? ids.next("ORD") : ids.derive("ORD", commandId);
			const look = unlessTaken(shortagesOf, async () => (await this.read(orderId)).state.status !== "none");
			const draft = await draftFor(ctx.params, { price, shortagesOf: look, limits: { min, max } });
			const given = givenContact(ctx.params);
			const hasContact = Object.keys(given).length > 0;
			if (hasContact) await this.contacts.keep(ctx, orderId, userId, given);
			const ms = clock.now();
			const now = new Date(ms).toISOString();
			const expiresAt = new Date(ms + orderExpiryMs).toISOString();
			const command = { type: "create", orderId, userId, ...draft, hasContact, now, expiresAt } as const;
			const [{ state }, contact] = await Promise.all([
				this.tellFirst(ctx, orderId, command),
				this.contactFor(ctx, userId, given),
			]);
			return viewOf(placed(state), contact);
		};
		this.own = async (meta, orderId) => {
			const state = placed((await this.read(orderId)).state);
			if (state.userId !== meta.userId && !isAdmin(meta)) throw new OrderRejected("ORDER_NOT_FOUND");
			return state;
		};
		this.teller = (ctx, orderId, commandId) => {
			const context = contextOf(ctx);
			const base = commandId ?? context.commandId;
			return async (step, command) => {
				const told = await actors.tell(orderAggregate, orderId, command, { ...context, commandId: base + step });
				return placed(told.state);
			};
		};
		this.contactFor = async (ctx, userId, given) => {
			if (given.customerEmail !== undefined && given.customerName !== undefined)
				return { customerEmail: given.customerEmail, customerName: given.customerName };
			return { ...(await this.contacts.profile(ctx, userId)), ...given };
		};
	},
};

export default service;
