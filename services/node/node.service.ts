import { withRuntime, type RuntimeDeps } from "../../mixins/actor/actor.mixin.ts";
import { breakersOf } from "../../mixins/breakers.ts";
import { callsOf } from "../../mixins/call-meter.ts";
import { groupsOf } from "../../mixins/operations/groups.ts";
import { createProbes } from "../../mixins/operations/probes.ts";
import { createProcessMetrics } from "../../mixins/operations/process-metrics.ts";
import { unreadyReasons } from "../../mixins/operations/readiness.ts";
import { openProbes } from "../../mixins/operations/server.ts";
import * as rules from "../../mixins/rules.ts";
import type { TypedService } from "../../mixins/typed.ts";
import type { ParkedView } from "./contract.ts";

interface Deps extends RuntimeDeps {
	isStopping: boolean;
	closeProbes(): Promise<void>;
}

const parkedId = { type: "string", min: 3, max: 300, pattern: /^[A-Za-z0-9_.:-]+$/ } as const;
const limit = { type: "number", integer: true, min: 1, max: 100 } as const;

/** Answers for its own process: the groups it hosts, what they could not take, and its health where there is no gateway. */
const service: TypedService<"node", Deps> = {
	name: "node",
	mixins: [withRuntime()],

	actions: {
		health: {
			params: { $$strict: "remove" },
			async handler() {
				const memoryBytes = process.memoryUsage.rss();
				return { nodeId: this.broker.nodeID, uptimeSeconds: process.uptime(), memoryBytes };
			},
		},
		breakers: {
			params: { $$strict: "remove" },
			async handler() {
				return { items: breakersOf(this.broker).list() };
			},
		},
		bus: {
			params: { $$strict: "remove" },
			async handler() {
				return { items: await this.runtime.bus.status() };
			},
		},
		parked: {
			params: { $$strict: "remove", group: rules.id, limit },
			async handler(ctx) {
				const parked = await this.runtime.bus.parked(ctx.params.group, ctx.params.limit);
				const items = parked.map(({ event, ...rest }): ParkedView => {
					return { ...rest, eventId: event.id, eventType: event.type, time: event.time };
				});
				return { items };
			},
		},
		replayParked: {
			params: { $$strict: "remove", parkedId },
			async handler(ctx) {
				return { isDone: await this.runtime.bus.replay(ctx.params.parkedId) };
			},
		},
		skipParked: {
			params: { $$strict: "remove", parkedId },
			async handler(ctx) {
				return { isDone: await this.runtime.bus.skip(ctx.params.parkedId) };
			},
		},
	},

	created() {
		this.isStopping = false;
		this.closeProbes = async () => undefined;
		this.broker.middlewares.add({
			name: "NodeReadiness",
			stopping: async () => void (this.isStopping = true),
		});
	},

	async started() {
		// A gateway answers at METRICS_PORT itself: it knows more.
		if (this.broker.services.some(({ name }) => name === "api")) return;
		const reasons = () =>
			unreadyReasons({
				runtime: this.runtime,
				isStopping: () => this.isStopping,
				actions: [],
				isAvailable: () => true,
				groups: () => groupsOf(this.broker),
			});
		const sources = { breakers: () => breakersOf(this.broker).list(), calls: () => callsOf(this.broker) };
		const probes = createProbes(createProcessMetrics(this.runtime, sources), reasons);
		this.closeProbes = await openProbes(probes, this.runtime.settings);
	},

	async stopped() {
		await this.closeProbes();
	},
};

export default service;
