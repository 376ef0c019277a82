import domainErrors from "../../mixins/domain-errors.mixin.ts";
import { saga, type SagaDeps } from "../../mixins/saga.mixin.ts";
import { SAGA_KIND, sagaAggregate } from "../../mixins/saga/aggregate.ts";
import type { RunningSaga } from "../../mixins/saga/model.ts";
import { contextOf, type Broker, type Ctx, type Meta, type TypedService } from "../../mixins/typed.ts";
import { checkout } from "./application/checkout.ts";
import { cursorAfter, sagaIdOf } from "./application/cursor.ts";
import { runScenario } from "./application/scenario.ts";
import { stepLog, viewOf } from "./application/view.ts";
import { sagaErrors, type SagaActions, type ScenarioRequest, type ScenarioResult } from "./contract.ts";
import { hasEnded, takenFrom, type Checkout } from "./domain/checkout.ts";
import { metricsOf } from "./domain/metrics.ts";
import { SagaRejected } from "./domain/rejected.ts";
import { labelOf } from "./domain/steps.ts";
import { createFigures, type Figures } from "./infrastructure/figures.projection.ts";
import { scenarioShop } from "./infrastructure/scenario-shop.ts";
import * as params from "./params.ts";

interface Deps extends SagaDeps<Checkout> {
	figures: Figures;
	/** A saga with every attempt at its steps. */
	told(ctx: Ctx, sagaId: string): Promise<SagaActions["saga.get"]["result"]>;
	scenario(ctx: Ctx<ScenarioRequest>, wanted: "COMPLETED" | "COMPENSATED"): Promise<ScenarioResult>;
}

const PAGE_DEFAULT = 20;
const HOURS_DEFAULT = 24;
const HOUR_MS = 3_600_000;

/** Sees a paid order through stock, points and confirmation, or gives the buyer everything back. */
const service: TypedService<"saga", Deps> = {
	name: "saga",
	mixins: [saga(checkout), domainErrors(sagaErrors)],

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
				return viewOf(await this.sagas.retry(ctx.params.sagaId, contextOf(ctx)), langOf(ctx.meta));
			},
		},

		get: {
			params: params.bySaga,
			async handler(ctx) {
				const { userId, roles = [] } = ctx.meta;
				const state = await this.sagas.read(ctx.params.sagaId);
				const isOwn = state.status !== "none" && state.input.userId === userId;
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
				const { status, limit = PAGE_DEFAULT, cursor } = ctx.params;
				const found = await this.runtime.store.find<RunningSaga<Checkout>>(SAGA_KIND, {
					where: { saga: checkout.name, ...(typeof status === "string" ? { status } : {}) },
					direction: "desc",
					limit: limit + 1,
					...(typeof cursor === "string" ? { after: [sagaIdOf(cursor)] } : {}),
				});
				const items = found.slice(0, limit).map(({ state }) => viewOf(state, langOf(ctx.meta)));
				const last = items.at(-1);
				return { items, nextCursor: found.length > limit && last !== undefined ? cursorAfter(last.sagaId) : null };
			},
		},

		metrics: {
			params: params.metrics,
			async handler(ctx) {
				const { hours = HOURS_DEFAULT } = ctx.params;
				const { clock, store } = this.runtime;
				const count = (status: string) => store.count(SAGA_KIND, { saga: checkout.name, status });
				const [figures, started, compensating, failed] = await Promise.all([
					this.figures.read(new Date(clock.now() - (hours - 1) * HOUR_MS).toISOString()),
					count("STARTED"),
					count("COMPENSATING"),
					store.count(SAGA_KIND, { saga: checkout.name, needsAttention: true }),
				]);
				return metricsOf(hours, figures, { inProgress: started + compensating, failed });
			},
		},

		isRunning: {
			visibility: "protected",
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
				await this.sagas.start(sagaId, input, { ...contextOf(ctx), commandId: `${orderId}:checkout` });
			},
		},

		"saga.started": {
			group: "saga-figures",
			from: "beginning",
			async handler(ctx) {
				const { id, time, data } = ctx.params;
				if (data.saga === checkout.name) await this.figures.add(id, time, { started: 1 });
			},
		},

		"saga.completed": {
			group: "saga-figures",
			from: "beginning",
			async handler(ctx) {
				const { id, time, data } = ctx.params;
				const { durationMs } = data;
				if (data.saga === checkout.name) await this.figures.add(id, time, { completed: 1, durationMs });
			},
		},

		"saga.compensated": {
			group: "saga-figures",
			from: "beginning",
			async handler(ctx) {
				const { id, time, data } = ctx.params;
				if (data.saga !== checkout.name) return;
				await this.figures.add(id, time, { compensated: 1, failures: { [labelOf(data.failedStep)]: 1 } });
			},
		},

		"payment.failed": {
			group: "saga-figures",
			from: "beginning",
			handler(ctx) {
				return this.figures.add(ctx.params.id, ctx.params.time, { declined: 1 });
			},
		},

		"payment.expired": {
			group: "saga-figures",
			from: "beginning",
			handler(ctx) {
				return this.figures.add(ctx.params.id, ctx.params.time, { expired: 1 });
			},
		},
	},

	created() {
		const { store, actors, settings } = this.runtime;
		const broker: Broker = this.broker;
		this.figures = createFigures(store);
		this.told = async (ctx, sagaId) => {
			const state = await this.sagas.read(sagaId);
			if (state.status === "none") throw new SagaRejected("SAGA_NOT_FOUND");
			const events = await actors.history(sagaAggregate(checkout), sagaId);
			return { ...viewOf(state, langOf(ctx.meta)), steps: stepLog(events) };
		};
		this.scenario = (ctx, wanted) => {
			if (!settings.hasSagaTests || settings.toss.mode !== "mock") throw new SagaRejected("SAGA_TESTS_OFF");
			const shop = scenarioShop(ctx, { runtime: this.runtime, broker, sagas: this.sagas });
			return runScenario(shop, ctx.params, wanted, langOf(ctx.meta));
		};
	},
};

export default service;

function langOf({ lang }: Meta): "ko" | "en" {
	return lang ?? "ko";
}
