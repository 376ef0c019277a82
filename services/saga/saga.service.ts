import domainErrors from "../../mixins/domain-errors.mixin.ts";
import { saga, type SagaDeps } from "../../mixins/saga.mixin.ts";
import * as rules from "../../mixins/rules.ts";
import { SAGA_KIND, sagaAggregate } from "../../mixins/saga/aggregate.ts";
import { contextOf, type Broker, type Ctx, type Meta, type TypedService } from "../../mixins/typed.ts";
import { auditSagas } from "./application/audit.ts";
import { checkout } from "./application/checkout.ts";
import { pageOf } from "./application/list.ts";
import { refund } from "./application/refund.ts";
import { followGivenBack, requestRefund, type RefundDesk } from "./application/refunds.ts";
import { runScenario } from "./application/scenario.ts";
import { nameOf, stepLog, viewOf, type ShownSaga } from "./application/view.ts";
import { sagaErrors, type SagaActions, type SagaName, type ScenarioRequest, type ScenarioResult } from "./contract.ts";
import { hasEnded, takenFrom } from "./domain/checkout.ts";
import { metricsOf } from "./domain/metrics.ts";
import { SagaRejected } from "./domain/rejected.ts";
import { isSagaName, labelOf } from "./domain/steps.ts";
import { createFigures, type Figures } from "./infrastructure/figures.projection.ts";
import { scenarioShop } from "./infrastructure/scenario-shop.ts";
import * as params from "./params.ts";

interface Deps extends SagaDeps {
	figures: Readonly<Record<SagaName, Figures>>;
	refunds(ctx: Ctx): RefundDesk;
	/** A saga of one of the definitions of this service. */
	found(sagaId: string): Promise<ShownSaga>;
	/** A saga with every attempt at its steps. */
	told(ctx: Ctx, sagaId: string): Promise<SagaActions["saga.get"]["result"]>;
	scenario(ctx: Ctx<ScenarioRequest>, wanted: "COMPLETED" | "COMPENSATED"): Promise<ScenarioResult>;
}

const PAGE_DEFAULT = 20;
const HOURS_DEFAULT = 24;
const HOUR_MS = 3_600_000;

const SAGAS: readonly SagaName[] = ["checkout", "refund"];

/** Sees a paid order through stock, points and confirmation, or gives the buyer everything back; and sees refunds through. */
const service: TypedService<"saga", Deps> = {
	name: "saga",
	mixins: [saga(checkout, refund), domainErrors(sagaErrors)],

	actions: {
		testSuccess: {
			params: params.scenario,
			handler(ctx) {
				return this.scenario(ctx, "COMPLETED");
			},
		},

		testFailure: {
			params: params.scenario,
			handler(ctx) {
				return this.scenario(ctx, "COMPENSATED");
			},
		},

		retry: {
			params: params.bySaga,
			async handler(ctx) {
				const { sagaId } = ctx.params;
				await this.sagas.retry(sagaId, contextOf(ctx));
				return viewOf(await this.found(sagaId), langOf(ctx.meta));
			},
		},

		get: {
			params: params.bySaga,
			async handler(ctx) {
				const { userId, roles = [] } = ctx.meta;
				const { input } = await this.found(ctx.params.sagaId);
				const isOwn = input.userId === userId;
				if (!isOwn && !roles.includes("ROLE_ADMIN") && !this.runtime.settings.hasSagaTests)
					throw new SagaRejected("SAGA_NOT_FOUND");
				return this.told(ctx, ctx.params.sagaId);
			},
		},

		getByOrder: {
			params: params.byOrder,
			handler(ctx) {
				return this.told(ctx, this.runtime.ids.derive("SAG", ctx.params.orderId));
			},
		},

		list: {
			params: params.list,
			async handler(ctx) {
				const { name, status = null, limit = PAGE_DEFAULT, cursor = null } = ctx.params;
				const names = typeof name === "string" ? [name] : SAGAS;
				const { states, nextCursor } = await pageOf(this.runtime.store, { names, status, cursor, limit });
				return { items: states.map((state) => viewOf(state, langOf(ctx.meta))), nextCursor };
			},
		},

		metrics: {
			params: params.metrics,
			async handler(ctx) {
				const { hours: given, name: named } = ctx.params;
				const hours = given ?? HOURS_DEFAULT;
				const name = named ?? "checkout";
				const { clock, store } = this.runtime;
				const count = (status: string) => store.count(SAGA_KIND, { saga: name, status });
				const [figures, started, compensating, failed] = await Promise.all([
					this.figures[name].read(new Date(clock.now() - (hours - 1) * HOUR_MS).toISOString()),
					count("STARTED"),
					count("COMPENSATING"),
					store.count(SAGA_KIND, { saga: name, needsAttention: true }),
				]);
				return metricsOf(name, hours, figures, { inProgress: started + compensating, failed });
			},
		},

		refund: {
			visibility: "public",
			params: params.refund,
			handler(ctx) {
				return requestRefund(this.refunds(ctx), ctx.params, contextOf(ctx));
			},
		},

		audit: {
			visibility: "public",
			params: rules.auditPage,
			handler(ctx) {
				return auditSagas([checkout, refund], this.runtime, ctx.params);
			},
		},

		isRunning: {
			visibility: "public",
			params: params.bySaga,
			async handler(ctx) {
				const { status } = await this.sagas.read(ctx.params.sagaId);
				return { isRunning: status === "STARTED" || status === "COMPENSATING" };
			},
		},
	},

	events: {
		"payment.approved": {
			group: "saga",
			from: "now",
			async handler(ctx) {
				const { orderId, paymentId, paymentKey, userId, amount } = ctx.params.data;
				const { items, status } = await ctx.call("order.terms", { orderId });
				const sagaId = this.runtime.ids.derive("SAG", orderId);
				const known = { sagaId, orderId, userId, paymentId, paymentKey, amount, items: takenFrom(items) };
				const input = hasEnded(status) ? { ...known, isLate: true } : known;
				await this.sagas.of(checkout).start(sagaId, input, { ...contextOf(ctx), commandId: `${orderId}:checkout` });
			},
		},

		"payment.cancelled": {
			group: "saga",
			from: "now",
			async handler(ctx) {
				const { id: eventId, data } = ctx.params;
				const { orderId, paymentKey, amount, cancelReason, refundId } = data;
				// Nothing was charged, or the saga that asked sees to the rest.
				if (amount === 0 || typeof refundId === "string") return;
				const given = { eventId, orderId, paymentKey: paymentKey ?? "", amount, cancelReason };
				await followGivenBack(this.refunds(ctx), given, contextOf(ctx));
			},
		},

		"saga.started": {
			group: "saga-figures",
			from: "beginning",
			async handler(ctx) {
				const { id, time, data } = ctx.params;
				if (isSagaName(data.saga)) await this.figures[data.saga].add(id, time, { started: 1 });
			},
		},

		"saga.completed": {
			group: "saga-figures",
			from: "beginning",
			async handler(ctx) {
				const { id, time, data } = ctx.params;
				const { saga: name, durationMs } = data;
				if (isSagaName(name)) await this.figures[name].add(id, time, { completed: 1, durationMs });
			},
		},

		"saga.compensated": {
			group: "saga-figures",
			from: "beginning",
			async handler(ctx) {
				const { id, time, data } = ctx.params;
				const { saga: name, failedStep } = data;
				if (!isSagaName(name)) return;
				await this.figures[name].add(id, time, { compensated: 1, failures: { [labelOf(name, failedStep)]: 1 } });
			},
		},

		"payment.failed": {
			group: "saga-figures",
			from: "beginning",
			handler(ctx) {
				return this.figures.checkout.add(ctx.params.id, ctx.params.time, { declined: 1 });
			},
		},

		"payment.expired": {
			group: "saga-figures",
			from: "beginning",
			handler(ctx) {
				return this.figures.checkout.add(ctx.params.id, ctx.params.time, { expired: 1 });
			},
		},
	},

	created() {
		const { store, actors, settings, ids } = this.runtime;
		const broker: Broker = this.broker;
		this.figures = { checkout: createFigures(store, "checkout"), refund: createFigures(store, "refund") };
		this.refunds = (ctx) => ({
			sagas: this.sagas.of(refund),
			sagaIdOf: (cause) => ids.derive("SAG", `${cause}:refund`),
			termsOf: (orderId) => ctx.call("order.terms", { orderId }),
		});
		this.found = async (sagaId) => {
			const state = await this.sagas.read(sagaId);
			if (state.status === "none") throw new SagaRejected("SAGA_NOT_FOUND");
			return state as ShownSaga;
		};
		this.told = async (ctx, sagaId) => {
			const state = await this.found(sagaId);
			const events = await actors.history(sagaAggregate(checkout), sagaId);
			return { ...viewOf(state, langOf(ctx.meta)), steps: stepLog(nameOf(state), events) };
		};
		this.scenario = (ctx, wanted) => {
			if (!settings.hasSagaTests || settings.toss.mode !== "mock") throw new SagaRejected("SAGA_TESTS_OFF");
			const shop = scenarioShop(ctx, { runtime: this.runtime, broker, sagas: this.sagas.of(checkout) });
			return runScenario(shop, ctx.params, wanted, langOf(ctx.meta));
		};
	},
};

export default service;

function langOf({ lang }: Meta): "ko" | "en" {
	return lang ?? "ko";
}
