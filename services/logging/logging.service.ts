import { withRuntime, type RuntimeDeps } from "../../mixins/actor/actor.mixin.ts";
import domainErrors from "../../mixins/domain-errors.mixin.ts";
import * as rules from "../../mixins/rules.ts";
import { scheduler, type JobSchema } from "../../mixins/scheduler.mixin.ts";
import type { TypedService } from "../../mixins/typed.ts";
import { loggingErrors } from "./contract.ts";
import { collect } from "./application/collector.ts";
import { purgeRows } from "./application/retention.ts";
import { ownerOf, sequenceAt } from "./application/payment-log.ts";
import { traceOf } from "./application/trace.ts";
import { sightOfAll, sightOfPayment } from "./domain/access.ts";
import { EVENT_ROW, serviceOf, type StoredRow } from "./domain/event-row.ts";
import { masked, withoutSecrets } from "./domain/masking.ts";

const TRACE_MAX = 1_000;
const RECENT_MAX = 500;
const RECENT_DEFAULT = 50;
const MINUTE_MS = 60_000;
const WINDOW_MAX_MINUTES = 1_440;
const WINDOW_DEFAULT_MINUTES = 60;
const correlationId = { type: "string", min: 1, max: 128, pattern: /^[A-Za-z0-9_.:-]+$/ } as const;
const instant = {
	type: "string",
	max: 40,
	pattern: /^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/,
	optional: true,
} as const;

const retention: JobSchema<RuntimeDeps> = {
	/** 02:00 in Seoul. */
	cron: "0 17 * * *",
	async run({ now, signal }) {
		const { store, settings } = this.runtime;
		const before = new Date(now - settings.logRetentionMs).toISOString();
		await purgeRows(store, before, () => signal.aborted);
	},
};

/** Collects every domain event once and answers who did what, when and why. */
const service: TypedService<"logging", RuntimeDeps> = {
	name: "logging",
	mixins: [withRuntime(), domainErrors(loggingErrors), scheduler({ jobs: { retention } })],
	actions: {
		trace: {
			params: { $$strict: "remove", correlationId },
			async handler(ctx) {
				const { store, settings } = this.runtime;
				const sight = sightOfAll(ctx.meta, settings.logsPublic);
				const rows = await store.find<StoredRow>(EVENT_ROW, {
					where: { correlationId: ctx.params.correlationId },
					range: { field: "timestamp" },
					direction: "asc",
					limit: TRACE_MAX,
				});
				const views = withoutSecrets(
					await traceOf(
						store,
						rows.map(({ id }) => id),
					),
				);
				return sight === "full" ? views : masked(views);
			},
		},
		recent: {
			params: {
				$$strict: "remove",
				limit: { type: "number", integer: true, min: 1, max: RECENT_MAX, optional: true },
				minutes: { type: "number", integer: true, min: 1, max: WINDOW_MAX_MINUTES, optional: true },
			},
			async handler(ctx) {
				const { store, settings, clock } = this.runtime;
				sightOfAll(ctx.meta, settings.logsPublic);
				const { limit = RECENT_DEFAULT, minutes = WINDOW_DEFAULT_MINUTES } = ctx.params;
				const from = new Date(clock.now() - minutes * MINUTE_MS).toISOString();
				const range = { field: "timestamp", from };
				const rows = await store.find<StoredRow>(EVENT_ROW, { range, direction: "desc", limit });
				return rows.map(({ id, state: { eventType, status, timestamp, correlationId } }) => {
					return { eventId: id, eventType, serviceName: serviceOf(eventType), status, timestamp, correlationId };
				});
			},
		},
		paymentHistory: {
			params: { $$strict: "remove", paymentId: rules.id },
			async handler(ctx) {
				const history = await ctx.call("payment.history", { paymentId: ctx.params.paymentId });
				const sight = sightOfPayment(ctx.meta, this.runtime.settings.logsPublic, ownerOf(history));
				const entries = withoutSecrets(history);
				return sight === "full" ? entries : masked(entries);
			},
		},
		paymentState: {
			params: {
				$$strict: "remove",
				paymentId: rules.id,
				sequence: { type: "number", integer: true, min: 1, max: Number.MAX_SAFE_INTEGER, optional: true },
				at: instant,
			},
			async handler(ctx) {
				const { paymentId, at } = ctx.params;
				const history = await ctx.call("payment.history", { paymentId });
				const sight = sightOfPayment(ctx.meta, this.runtime.settings.logsPublic, ownerOf(history));
				const sequence = at === undefined ? ctx.params.sequence : sequenceAt(history, at);
				const wanted = sequence === undefined ? { paymentId } : { paymentId, sequence };
				const state = withoutSecrets(await ctx.call("payment.stateAt", wanted));
				return sight === "full" ? state : masked(state);
			},
		},
	},
	events: {
		"**": {
			group: "logging",
			from: "beginning",
			handler(ctx) {
				return collect(this.runtime.store, ctx.params);
			},
		},
	},
	created() {
		this.runtime.store.define({
			kind: EVENT_ROW,
			indexes: [{ fields: ["correlationId", "timestamp"] }, { fields: ["timestamp"] }],
		});
	},
};
export default service;
