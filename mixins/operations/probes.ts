import type { ProcessMetrics } from "./process-metrics.ts";

/** A response before it is written. */
export interface ProbeReply {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** Answers of one process about itself. */
export type Probes = ReturnType<typeof createProbes>;

const JSON_TYPE = "application/json; charset=utf-8";
const RETRY_AFTER_S = "2";

/** Liveness, readiness and metrics for machines; names and numbers only. */
export function createProbes(metrics: ProcessMetrics, reasons: () => Promise<readonly string[]>) {
	const json = (status: number, value: object, extra: Readonly<Record<string, string>> = {}): ProbeReply => ({
		status,
		headers: { "Content-Type": JSON_TYPE, "Cache-Control": "no-store", ...extra },
		body: JSON.stringify(value),
	});
	return {
		/** That this answer comes is the proof: the event loop turns. */
		health: (): ProbeReply => json(200, { status: "ok" }),
		ready: async (): Promise<ProbeReply> => {
			const found = await reasons();
			if (found.length === 0) return json(200, { status: "ready" });
			return json(503, { status: "not ready", reasons: found }, { "Retry-After": RETRY_AFTER_S });
		},
		metrics: async (): Promise<ProbeReply> => {
			const headers = { "Content-Type": metrics.contentType, "Cache-Control": "no-store" };
			return { status: 200, headers, body: await metrics.text() };
		},
	};
}
