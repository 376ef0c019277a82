import { withRuntime, type RuntimeDeps } from "../../mixins/actor/actor.mixin.ts";
import { createTimeMachine } from "../../mixins/actor/time-travel.ts";
import { signalOf } from "../../mixins/cluster/signal.ts";
import domainErrors from "../../mixins/domain-errors.mixin.ts";
import { scheduler, type JobSchema } from "../../mixins/scheduler.mixin.ts";
import type { TypedService } from "../../mixins/typed.ts";
import { createCollector, type Collector } from "./application/collector.ts";
import { ownLiveLog, stretchAfter, type LiveLog } from "./application/feed.ts";
import { sharedLiveLog, type SharedLiveLog } from "./application/live.ts";
import { metricsOf } from "./application/metrics.ts";
import { ownerOf, sequenceAt } from "./application/payment-log.ts";
import { purgeAll } from "./application/retention.ts";
import { createRollUps } from "./application/roll-ups.ts";
import { matchesOf } from "./application/search.ts";
import { streamEvents, streamState, type Archive } from "./application/streams.ts";
import { traceOf } from "./application/trace.ts";
import { userEventsOf } from "./application/user-events.ts";
import { LOG_GROWN, loggingErrors } from "./contract.ts";
import { shown, sightOfAll, sightOfPayment, userAsked } from "./domain/access.ts";
import { EVENT_ROW, serviceOf, type StoredRow } from "./domain/event-row.ts";
import { HOUR, MINUTE } from "./domain/roll-up.ts";
import * as params from "./params.ts";

interface Deps extends RuntimeDeps {
	collector: Collector;
	archive: Archive;
	live: LiveLog;
	/** Only where several processes write the log. */
	shared: SharedLiveLog | null;
}

const TRACE_MAX = 1_000;
const RECENT_DEFAULT = 50;
const MINUTE_MS = 60_000;
const WINDOW_DEFAULT_MINUTES = 60;
const HOURS_DEFAULT = 24;
const PAGE_DEFAULT = 100;
const TAIL_DEFAULT = 200;
const BATCH_MAX = 256;

const retention: JobSchema<Deps> = {
	/** 02:00 in Seoul. */
	cron: "0 17 * * *",
	async run({ now, signal }) {
		const { store, settings } = this.runtime;
		await purgeAll(store, now, settings.logRetentionMs, () => signal.aborted);
		await this.shared?.pages.purge(new Date(now - settings.logRetentionMs).toISOString(), () => signal.aborted);
	},
};

/** Collects every domain event once and answers who did what, when and why. */
const service: TypedService<"logging", Deps> = {
	name: "logging",
	mixins: [withRuntime(), domainErrors(loggingErrors), scheduler<Deps>({ jobs: { retention } })],
	actions: {
		trace: {
			params: params.trace,
			async handler(ctx) {
				const { store, settings } = this.runtime;
				const sight = sightOfAll(ctx.meta, settings.logsPublic);
				const rows = await store.find<StoredRow>(EVENT_ROW, {
					where: { correlationId: ctx.params.correlationId },
					range: { field: "timestamp" },
					direction: "asc",
					limit: TRACE_MAX,
				});
				const ids = rows.map(({ id }) => id);
				return shown(sight, await traceOf(store, ids));
			},
		},
		recent: {
			params: params.recent,
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
		metrics: {
			params: params.metrics,
			async handler(ctx) {
				const { store, settings, clock } = this.runtime;
				sightOfAll(ctx.meta, settings.logsPublic);
				const { hours = HOURS_DEFAULT, fill } = ctx.params;
				const saga = ctx.call("saga.metrics", { hours }).catch(() => null);
				return metricsOf(store, clock.now(), { hours, isFilled: fill === "true" }, saga);
			},
		},
		userEvents: {
			params: params.userEvents,
			async handler(ctx) {
				const { store, settings } = this.runtime;
				const { userId: asked, limit = PAGE_DEFAULT, cursor } = ctx.params;
				const { userId, sight } = userAsked(ctx.meta, settings.logsPublic, asked);
				const page = await userEventsOf(store, userId, { limit, cursor });
				return { ...page, items: shown(sight, page.items) };
			},
		},
		search: {
			params: params.search,
			async handler(ctx) {
				const { store, settings } = this.runtime;
				sightOfAll(ctx.meta, settings.logsPublic);
				const { id } = ctx.params;
				return { id, matches: await matchesOf(store, this.archive, id) };
			},
		},
		tail: {
			visibility: "public",
			params: params.tail,
			async handler(ctx) {
				sightOfAll(ctx.meta, this.runtime.settings.logsPublic);
				const { after, back, limit = TAIL_DEFAULT, ...filter } = ctx.params;
				if (after === undefined && back !== undefined)
					return { items: [], last: await this.live.before(back), isAtEnd: false };
				return stretchAfter(this.live, after, limit, filter);
			},
		},
		streamEvents: {
			params: params.streamEvents,
			async handler(ctx) {
				const { kind, id, after = 0, limit = PAGE_DEFAULT } = ctx.params;
				return streamEvents(this.archive, ctx.meta, { kind, id }, { after, limit });
			},
		},
		streamState: {
			params: params.streamState,
			async handler(ctx) {
				const { kind, id, sequence, at } = ctx.params;
				return streamState(this.archive, ctx.meta, { kind, id }, { sequence, at });
			},
		},
		paymentHistory: {
			params: params.paymentHistory,
			async handler(ctx) {
				const history = await ctx.call("payment.history", { paymentId: ctx.params.paymentId });
				const sight = sightOfPayment(ctx.meta, this.runtime.settings.logsPublic, ownerOf(history));
				return shown(sight, history);
			},
		},
		paymentState: {
			params: params.paymentState,
			async handler(ctx) {
				const { paymentId, at } = ctx.params;
				const history = await ctx.call("payment.history", { paymentId });
				const sight = sightOfPayment(ctx.meta, this.runtime.settings.logsPublic, ownerOf(history));
				const sequence = at === undefined ? ctx.params.sequence : sequenceAt(history, at);
				const wanted = sequence === undefined ? { paymentId } : { paymentId, sequence };
				return shown(sight, await ctx.call("payment.stateAt", wanted));
			},
		},
	},
	events: {
		"**": {
			group: "logging",
			from: "beginning",
			batch: BATCH_MAX,
			handler(ctx) {
				return this.collector.collect(ctx.params.deliveries);
			},
		},
	},
	created() {
		const { store, log, settings } = this.runtime;
		store.define({
			kind: EVENT_ROW,
			indexes: [
				{ fields: ["correlationId", "timestamp"] },
				{ fields: ["userId", "timestamp"] },
				{ fields: ["timestamp"] },
			],
		});
		for (const kind of [HOUR, MINUTE]) store.define({ kind, indexes: [{ fields: ["from"] }] });
		const grown = signalOf(this.broker, LOG_GROWN);
		this.shared = settings.cluster === null ? null : sharedLiveLog(this.runtime, () => grown.send());
		this.live = this.shared?.pages ?? ownLiveLog(log);
		this.collector = createCollector(store, createRollUps(store), this.shared?.onStored);
		this.archive = { store, folds: createTimeMachine(this.broker) };
	},
	async stopped() {
		this.shared?.stop();
	},
};
export default service;
