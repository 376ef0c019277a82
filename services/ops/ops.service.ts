import { withRuntime, type RuntimeDeps } from "../../mixins/actor/actor.mixin.ts";
import { breakersOf } from "../../mixins/breakers.ts";
import domainErrors from "../../mixins/domain-errors.mixin.ts";
import { LEASE_KIND } from "../../mixins/scheduler/leases.ts";
import { kindsOf } from "../../mixins/store/port.ts";
import type { TypedService } from "../../mixins/typed.ts";
import { documentOf, documentsOf, eventsOf, type DataSource } from "./application/browse.ts";
import { jobsOf } from "./application/jobs.ts";
import { opsErrors } from "./contract.ts";
import { OpsRejected } from "./domain/rejected.ts";
import { everyBreaker, healthOfOthers } from "./infrastructure/processes.ts";
import { nodesOf, servicesOf } from "./infrastructure/registry.ts";
import * as params from "./params.ts";

interface Deps extends RuntimeDeps {
	/** Throws in production, where raw documents are nobody's to browse. */
	data(): DataSource;
}

const PAGE_DEFAULT = 20;

/** Shows operators what runs where, and lets them hold circuit breakers. */
const service: TypedService<"ops", Deps> = {
	name: "ops",
	mixins: [withRuntime(), domainErrors(opsErrors)],

	actions: {
		nodes: {
			params: { $$strict: "remove" },
			async handler(ctx) {
				const own = {
					nodeId: this.broker.nodeID,
					uptimeSeconds: process.uptime(),
					memoryBytes: process.memoryUsage.rss(),
				};
				const others = await healthOfOthers(ctx, this.broker);
				return { items: nodesOf(this.broker, [own, ...others], this.runtime.clock.now()) };
			},
		},
		services: {
			params: { $$strict: "remove" },
			async handler() {
				return { items: servicesOf(this.broker) };
			},
		},
		breakers: {
			params: { $$strict: "remove" },
			async handler(ctx) {
				return { items: await everyBreaker(ctx, this.broker) };
			},
		},
		setBreaker: {
			params: params.setBreaker,
			async handler(ctx) {
				const { action, state } = ctx.params;
				const breakers = breakersOf(this.broker);
				if (!breakers.force(action, state === "AUTO" ? null : state)) throw new OpsRejected("BREAKER_NOT_FOUND");
				this.logger.warn("A circuit breaker was set by hand.", { action, state, userId: ctx.meta.userId });
				return { items: await everyBreaker(ctx, this.broker) };
			},
		},
		jobs: {
			params: { $$strict: "remove" },
			async handler() {
				return { items: await jobsOf(this.runtime.store, this.runtime.clock.now()) };
			},
		},
		kinds: {
			params: { $$strict: "remove" },
			async handler() {
				return { items: await this.data().kinds() };
			},
		},
		documents: {
			params: params.documents,
			async handler(ctx) {
				const { kind, limit = PAGE_DEFAULT, cursor } = ctx.params;
				return documentsOf(this.data(), kind, { limit, cursor });
			},
		},
		document: {
			params: params.document,
			async handler(ctx) {
				const { kind, id } = ctx.params;
				return documentOf(this.data(), { kind, id });
			},
		},
		documentEvents: {
			params: params.documentEvents,
			async handler(ctx) {
				const { kind, id, after = 0, limit = PAGE_DEFAULT } = ctx.params;
				return eventsOf(this.data(), { kind, id }, { after, limit });
			},
		},
	},

	created() {
		const { store, settings } = this.runtime;
		store.define({ kind: LEASE_KIND });
		this.data = () => {
			if (settings.environment === "production") throw new OpsRejected("DATA_NOT_FOUND");
			return { store, kinds: async () => (await kindsOf(store)).toSorted() };
		};
	},
};

export default service;
