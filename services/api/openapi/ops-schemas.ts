import { anything, count, flag, instant, listOf, nullable, object, oneOf, ref, text } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

const storedDocument = object({
	kind: text,
	id: text,
	version: count,
	sequence: count,
	lastTime: nullable(instant),
	state: anything,
});

/** Answers of the operators' doors. */
export const opsSchemas = {
	NodeList: object({
		items: listOf(
			object({
				nodeId: text,
				isLocal: flag,
				isAvailable: flag,
				hostname: nullable(text),
				brokerVersion: nullable(text),
				runtimeVersion: nullable(text),
				cpuPercent: nullable({ type: "number", minimum: 0 }),
				heartbeatAt: nullable(instant),
				uptimeSeconds: nullable(count),
				memoryBytes: nullable(count),
				services: listOf(text),
			}),
		),
	}),
	ServiceList: object({
		items: listOf(
			object({
				name: text,
				version: nullable(text),
				isAvailable: flag,
				nodes: listOf(text),
				actions: listOf(object({ name: text, isAvailable: flag, hasBreaker: flag, isCached: flag })),
				events: listOf(text),
			}),
		),
	}),
	BreakerList: object({
		items: listOf(
			object({
				action: text,
				nodeId: text,
				state: oneOf("CLOSED", "OPEN", "HALF_OPEN"),
				forced: nullable(oneOf("OPEN", "CLOSED")),
				failures: nullable(count),
				count: nullable(count),
				changedAt: nullable(instant),
			}),
		),
	}),
	JobList: object({
		items: listOf(
			object({
				job: text,
				runs: count,
				failures: count,
				lastStartedAt: nullable(instant),
				lastFinishedAt: nullable(instant),
				lastError: nullable(text),
				lastErrorAt: nullable(instant),
				heldBy: nullable(text),
				heldUntil: nullable(instant),
			}),
		),
	}),
	KindList: object({ items: listOf(text) }),
	Document: storedDocument,
	DocumentList: object({ items: listOf(ref("Document")), nextCursor: nullable(text) }),
	DocumentEventList: object({
		items: listOf(
			object({
				eventId: text,
				sequence: count,
				eventType: text,
				occurredAt: instant,
				actor: text,
				correlationId: text,
				data: anything,
			}),
		),
		nextAfter: nullable(count),
	}),
} satisfies Record<string, JsonSchema>;
