import { JSON_TYPE, type Reply } from "../http/reply.ts";
import type { Metrics } from "./metrics.ts";

const RETRY_AFTER_S = "2";

/** Liveness, readiness and metrics for machines; names and numbers only. */
export function createProbes(metrics: Metrics, reasons: () => Promise<readonly string[]>) {
	const json = (status: number, value: object, extra: Readonly<Record<string, string>> = {}): Reply => ({
		status,
		headers: { "Content-Type": JSON_TYPE, "Cache-Control": "no-store", ...extra },
		body: JSON.stringify(value),
	});
	return {
		/** That this answer comes is the proof: the event loop turns. */
		health: (): Reply => json(200, { status: "ok" }),
		ready: async (): Promise<Reply> => {
			const found = await reasons();
			if (found.length === 0) return json(200, { status: "ready" });
			return json(503, { status: "not ready", reasons: found }, { "Retry-After": RETRY_AFTER_S });
		},
		metrics: async (): Promise<Reply> => {
			const headers = { "Content-Type": metrics.contentType, "Cache-Control": "no-store" };
			return { status: 200, headers, body: await metrics.text() };
		},
	};
}
