import type { ResultOf } from "../../../services/contracts.ts";

const AT = "2030-01-07T00:00:00.000Z";
const breakers = (): ResultOf<"ops.breakers"> => ({
	items: [
		{
			action: "toss.confirm",
			nodeId: "n1",
			state: "CLOSED",
			forced: null,
			failures: null,
			count: null,
			changedAt: null,
		},
	],
});
const order = { kind: "order", id: "ORD_1", version: 1, sequence: 2, lastTime: AT, state: { status: "PENDING" } };

/** Example answers of the operations service. */
export const OPS_EXAMPLES = {
	"ops.nodes": (): ResultOf<"ops.nodes"> => ({
		items: [
			{
				nodeId: "n1",
				isLocal: true,
				isAvailable: true,
				hostname: "host",
				brokerVersion: "0.15.2",
				runtimeVersion: "v24",
				cpuPercent: 3.5,
				heartbeatAt: null,
				uptimeSeconds: 60,
				memoryBytes: 100_000_000,
				services: ["order"],
			},
		],
	}),
	"ops.services": (): ResultOf<"ops.services"> => ({
		items: [
			{
				name: "order",
				version: null,
				isAvailable: true,
				nodes: ["n1"],
				actions: [{ name: "order.get", isAvailable: true, hasBreaker: false, isCached: false }],
				events: ["payment.approved"],
			},
		],
	}),
	"ops.breakers": breakers,
	"ops.setBreaker": breakers,
	"ops.jobs": (): ResultOf<"ops.jobs"> => ({
		items: [
			{
				job: "order.expire",
				runs: 2,
				failures: 0,
				lastStartedAt: AT,
				lastFinishedAt: AT,
				lastError: null,
				lastErrorAt: null,
				heldBy: null,
				heldUntil: null,
			},
		],
	}),
	"ops.kinds": (): ResultOf<"ops.kinds"> => ({ items: ["order"] }),
	"ops.documents": (): ResultOf<"ops.documents"> => ({ items: [order], nextCursor: null }),
	"ops.document": (): ResultOf<"ops.document"> => order,
	"ops.documentEvents": (): ResultOf<"ops.documentEvents"> => ({
		items: [
			{
				eventId: "order:ORD_1:1",
				sequence: 1,
				eventType: "order.created",
				occurredAt: AT,
				actor: "SYSTEM",
				correlationId: "flow-1",
				data: { orderId: "ORD_1" },
			},
		],
		nextAfter: null,
	}),
};
