import { actor, type ActorDeps } from "../../mixins/actor/actor.mixin.ts";
import domainErrors from "../../mixins/domain-errors.mixin.ts";
import * as rules from "../../mixins/rules.ts";
import { scheduler } from "../../mixins/scheduler.mixin.ts";
import { asCommand, commandIdOf, contextOf, type Broker, type Ctx, type TypedService } from "../../mixins/typed.ts";
import { confirm, type Traffic } from "./application/confirm.ts";
import { createFlights } from "./application/flights.ts";
import { createGate, type Patience } from "./application/gate.ts";
import type { Counter } from "./application/ports.ts";
import { heedLateNotice, heedNotice } from "./application/reconcile.ts";
import { refund } from "./application/refund.ts";
import { requestRefund, type AskForRefund } from "./application/request-refund.ts";
import { configView } from "./application/config.ts";
import { historyView, stateView, viewOf } from "./application/view.ts";
import { paymentErrors } from "./contract.ts";
import { PaymentRejected, type KnownPayment, type Payment, type PaymentCommand } from "./domain/model.ts";
import { auditPayments } from "./infrastructure/audit.ts";
import { createDesk } from "./infrastructure/desk.ts";
import { createFigures, type FiguresProjection } from "./infrastructure/figures.projection.ts";
import { paymentAggregate } from "./infrastructure/payment.aggregate.ts";
import { createReconciler, type Reconciler } from "./infrastructure/reconciler.ts";
import { tossProvider } from "./infrastructure/toss.provider.ts";
import * as params from "./params.ts";

interface Deps extends ActorDeps<Payment, PaymentCommand> {
	traffic: Traffic;
	figures: FiguresProjection;
	reconciler: Reconciler;
	counterOf(ctx: Ctx): Counter;
	/** The payment of an order or of its own id; made from the order when the order's event has not arrived yet. */
	known(ctx: Ctx, id: string): Promise<KnownPayment>;
	/** The same for its owner and administrators; to others it does not exist. */
	own(ctx: Ctx, id: string): Promise<KnownPayment>;
	paymentIdOf(id: string): string;
}

/** As many as the provider's service takes at a time; the others wait here, before anything is recorded. */
const AT_PROVIDER_MAX = 16;
const WAITING_MAX = 512;
/** A buyer who waits longer for the provider's turn is better told to try again; nothing has been sent. */
const TURN_WAIT_MS = 3_000;
/** A notice is answered at the latest after this time, whatever becomes of it. */
const NOTICE_ANSWER_MS = 2_000;
const TICK_MS = 5_000;

const orderId = rules.id;

/** Takes the money of an order once, gives it back when asked, and never guesses what the provider has done. */
const service: TypedService<"payment", Deps> = {
	name: "payment",
	mixins: [
		actor(paymentAggregate),
		domainErrors(paymentErrors),
		scheduler<{ reconciler: Reconciler }>({
			jobs: {
				reconcile: {
					everyMs: TICK_MS,
					run() {
						return this.reconciler.tick();
					},
				},
			},
		}),
	],

	actions: {
		create: {
			visibility: "public",
			params: params.create,
			async handler(ctx) {
				const paymentId = this.paymentIdOf(ctx.params.orderId);
				const { desk } = this.counterOf(ctx);
				return viewOf(
					await desk.tell(paymentId, ":create", { type: "create", paymentId, ...ctx.params, now: desk.now() }),
				);
			},
		},

		confirm: {
			params: params.confirm,
			async handler(ctx) {
				const payment = await this.own(ctx, ctx.params.orderId);
				return viewOf(await confirm(this.counterOf(ctx), this.traffic, payment, ctx.params));
			},
		},

		cancel: {
			params: params.cancel,
			async handler(ctx) {
				const { orderId: ordered, cancelReason, cancelAmount } = ctx.params;
				const payment = await this.own(ctx, ordered);
				const part = typeof cancelAmount === "number" ? { cancelAmount } : {};
				const request = { orderId: ordered, paymentKey: payment.paymentKey ?? "", cancelReason, ...part };
				const ask: AskForRefund = (left) =>
					ctx.call(
						"saga.refund",
						{ ...request, requestId: commandIdOf(ctx), left },
						asCommand(`${commandIdOf(ctx)}:refund`),
					);
				const wish = { reason: cancelReason, amount: cancelAmount ?? null };
				return viewOf(await requestRefund(this.counterOf(ctx), this.traffic, payment, wish, ask));
			},
		},

		refund: {
			visibility: "public",
			params: params.refund,
			async handler(ctx) {
				const { refundId, cancelReason: reason, cancelAmount: amount = null, cancelledBy = null } = ctx.params;
				const { paymentId } = await this.known(ctx, ctx.params.orderId);
				return refund(this.counterOf(ctx), this.traffic, paymentId, { refundId, reason, amount, cancelledBy });
			},
		},

		void: {
			visibility: "public",
			params: { $$strict: "remove", orderId, reason: rules.reason },
			async handler(ctx) {
				const { paymentId } = await this.known(ctx, ctx.params.orderId);
				const { desk } = this.counterOf(ctx);
				const { reason } = ctx.params;
				return viewOf(await desk.tell(paymentId, ":void", { type: "void", reason, now: desk.now() }));
			},
		},

		expire: {
			visibility: "public",
			params: { $$strict: "remove", orderId },
			async handler(ctx) {
				const { paymentId } = await this.known(ctx, ctx.params.orderId);
				const { desk } = this.counterOf(ctx);
				return viewOf(await desk.tell(paymentId, ":expire", { type: "expire", now: desk.now() }));
			},
		},

		webhook: {
			params: params.webhook,
			async handler(ctx) {
				const { orderId: noticed, ...hint } = ctx.params.data ?? {};
				const payment = typeof noticed === "string" ? (await this.read(this.paymentIdOf(noticed))).state : null;
				if (payment === null || payment.status === "none") return { received: true };
				const { flights } = this.traffic;
				const counter = this.counterOf(ctx);
				const isAsking = flights.has(payment.paymentId);
				const waiting = new AbortController();
				const work = (
					isAsking
						? flights.landed(payment.paymentId).then(() => heedLateNotice(counter, payment.paymentId, hint))
						: heedNotice(counter, payment, hint)
				)
					.catch((error: unknown) => this.logger.warn("A notice could not be followed up.", { error: String(error) }))
					.finally(() => waiting.abort());
				const patience = this.runtime.clock.sleep(NOTICE_ANSWER_MS, waiting.signal).catch(() => undefined);
				await Promise.race([work, patience]);
				return { received: true };
			},
		},

		reconcile: {
			visibility: "public",
			params: { $$strict: "remove" },
			handler() {
				return this.reconciler.run({ isPatient: false });
			},
		},

		get: {
			params: { $$strict: "remove", orderId },
			async handler(ctx) {
				return viewOf(await this.own(ctx, ctx.params.orderId));
			},
		},

		config: {
			params: { $$strict: "remove" },
			async handler() {
				return configView(this.runtime.settings);
			},
		},

		history: {
			visibility: "public",
			params: { $$strict: "remove", paymentId: rules.id },
			async handler(ctx) {
				const entries = historyView(await this.historyOf(this.paymentIdOf(ctx.params.paymentId)));
				if (entries.length === 0) throw new PaymentRejected("PAYMENT_NOT_FOUND");
				return entries;
			},
		},

		stateAt: {
			visibility: "public",
			params: params.stateAt,
			async handler(ctx) {
				const events = await this.historyOf(this.paymentIdOf(ctx.params.paymentId));
				return stateView(events, ctx.params.sequence ?? null);
			},
		},

		audit: {
			visibility: "public",
			params: rules.auditPage,
			handler(ctx) {
				return auditPayments(this.runtime, ctx.params);
			},
		},

		figures: {
			visibility: "public",
			params: { $$strict: "remove" },
			handler() {
				return this.figures.read();
			},
		},
	},

	events: {
		"order.created": {
			group: "payment",
			from: "beginning",
			async handler(ctx) {
				const { id, data } = ctx.params;
				const { orderId: ordered, userId, orderName, amount, expiresAt } = data;
				const paymentId = this.paymentIdOf(ordered);
				const desk = createDesk(this.runtime, { ...contextOf(ctx), commandId: id, isFirst: true });
				const terms = { paymentId, orderId: ordered, userId, orderName, amount, expiresAt };
				await desk.tell(paymentId, ":create", { type: "create", ...terms, now: desk.now() });
			},
		},

		"payment.approved": {
			group: "payment",
			from: "beginning",
			handler(ctx) {
				const { id, data } = ctx.params;
				return this.figures.add(id, { approvedCount: 1, approvedAmount: data.amount });
			},
		},

		"payment.cancelled": {
			group: "payment",
			from: "beginning",
			async handler(ctx) {
				const { id, data } = ctx.params;
				if (data.amount > 0) await this.figures.add(id, { cancelledAmount: data.amount });
			},
		},
	},

	created() {
		const broker: Broker = this.broker;
		const isReachable = () => this.broker.registry.actions.get("toss.confirm")?.hasAvailable() === true;
		const { clock } = this.runtime;
		const patience: Patience = { ms: TURN_WAIT_MS, after: (ms, task) => clock.after(ms, task) };
		this.traffic = {
			gate: createGate(AT_PROVIDER_MAX, WAITING_MAX, patience),
			flights: createFlights(),
			entering: new Set(),
		};
		this.figures = createFigures(this.runtime.store);
		this.reconciler = createReconciler(this.runtime, tossProvider(broker, isReachable), this.traffic);
		this.paymentIdOf = (id) => this.runtime.ids.derive("PAY", id);
		this.counterOf = (ctx) => ({
			desk: createDesk(this.runtime, contextOf(ctx)),
			provider: tossProvider(ctx, isReachable),
		});
		this.known = async (ctx, id) => {
			const paymentId = this.paymentIdOf(id);
			const { state } = await this.read(paymentId);
			if (state.status !== "none") return state;
			const terms = await ctx.call("order.terms", { orderId: id }).catch(asUnknownPayment);
			const { desk } = this.counterOf(ctx);
			return desk.tell(paymentId, ":create", { type: "create", paymentId, ...terms, now: desk.now() });
		};
		this.own = async (ctx, id) => {
			const payment = await this.known(ctx, id);
			const { userId, roles = [], actor: acting } = ctx.meta;
			const isPlatform = userId === undefined && acting === "SYSTEM";
			if (payment.userId === userId || roles.includes("ROLE_ADMIN") || isPlatform) return payment;
			throw new PaymentRejected("PAYMENT_NOT_FOUND");
		};
	},
};

export default service;

function asUnknownPayment(error: unknown): never {
	const { type } = error as { readonly type?: unknown };
	if (type === "ORDER_NOT_FOUND") throw new PaymentRejected("PAYMENT_NOT_FOUND");
	throw error;
}
