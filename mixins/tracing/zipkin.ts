import { createHash } from "node:crypto";
import { TracerExporters, type BrokerOptions, type Context } from "moleculer";
import type { Meta } from "../typed.ts";

/** What Moleculer knows of a span. */
interface Span {
	readonly id: string;
	readonly parentID?: string | null;
	readonly tags: Readonly<Record<string, unknown>>;
	readonly startTime: number | null;
	readonly duration: number | null;
}

const INTERVAL_S = 2;
/** Spans of one interval; more are left out, so that a collector that is away costs no memory. */
const QUEUE_MAX = 10_000;
/** Traces whose first span is remembered. */
const ROOTS_MAX = 10_000;
const UPLOAD_MAX_MS = 5_000;

/** Options of the broker that trace every call and event, or none when there is no collector. */
export function tracingOptions(url: string | null): Pick<BrokerOptions, "tracing"> {
	if (url === null) return { tracing: false };
	return {
		tracing: {
			enabled: true,
			events: true,
			sampling: { rate: 1 },
			errorFields: ["name", "code", "type"],
			// Without parameters: they may hold personal data.
			tags: { action: tagsOf, event: tagsOf },
			exporter: [new CorrelatedExporter(url) as never],
		},
	};
}

/** What every span says of its cause; params may hold personal data and are left out. */
export function tagsOf(ctx: Pick<Context<unknown, Meta>, "meta" | "requestID">): Record<string, unknown> {
	const correlationId = ctx.meta.correlationId ?? ctx.requestID ?? undefined;
	return correlationId === undefined ? {} : { correlationId };
}

/** The id of the trace of a correlation id: 32 hexadecimal digits. */
export function traceIdOf(correlationId: string): string {
	return createHash("sha256").update(correlationId).digest("hex").slice(0, 32);
}

function spanIdOf(id: string): string {
	return createHash("sha256").update(id).digest("hex").slice(0, 16);
}

/**
 * Moleculer's Zipkin exporter, with one trace per correlation id: work that a request only caused, as deliveries of events and sagas
 * are, hangs below its first span.
 */
class CorrelatedExporter extends TracerExporters.Zipkin {
	readonly #roots = new Map<string, string>();
	readonly #url: string;
	#uploading: Promise<void> = Promise.resolve();

	constructor(url: string) {
		super({ baseURL: url, interval: INTERVAL_S });
		this.#url = `${url.replace(/\/+$/, "")}/api/v2/spans`;
	}

	override spanStarted(started: never): void {
		const span = started as Span;
		const { correlationId } = span.tags;
		if (typeof correlationId !== "string" || span.parentID || this.#roots.has(correlationId)) return;
		const [oldest] = this.#roots.keys();
		if (this.#roots.size >= ROOTS_MAX && oldest !== undefined) this.#roots.delete(oldest);
		this.#roots.set(correlationId, span.id);
	}

	override spanFinished(span: never): void {
		if (this.queue.length < QUEUE_MAX) super.spanFinished(span);
	}

	override makePayload(span: never): Record<string, unknown> {
		const { id, parentID, tags } = span as Span;
		const payload: Record<string, unknown> = super.makePayload(span);
		delete payload["parentId"];
		delete payload["remoteEndpoint"];
		const correlationId = typeof tags["correlationId"] === "string" ? tags["correlationId"] : id;
		const parent = parentID || this.#roots.get(correlationId);
		return {
			...payload,
			traceId: traceIdOf(correlationId),
			id: spanIdOf(id),
			...(parent === undefined || parent === id ? {} : { parentId: spanIdOf(parent) }),
		};
	}

	/** One upload at a time; what could not be sent is lost, as traces may be. */
	override flush(): void {
		if (this.queue.length === 0) return;
		const body = JSON.stringify(this.generateTracingData());
		this.queue.length = 0;
		this.#uploading = this.#uploading.then(() => this.#upload(body));
	}

	/** What is left is sent before the broker has stopped. */
	override stop(): void {
		clearInterval(this.timer);
		this.flush();
		// The tracer waits for what it is given, its types notwithstanding.
		return this.#uploading as never;
	}

	async #upload(body: string): Promise<void> {
		try {
			const signal = AbortSignal.timeout(UPLOAD_MAX_MS);
			const response = await fetch(this.#url, {
				method: "POST",
				headers: { "Content-Type": "application/json" },
				body,
				signal,
			});
			await response.body?.cancel();
			if (!response.ok) this.#warn(`HTTP ${response.status}`);
		} catch (error) {
			this.#warn(String(error));
		}
	}

	#warn(error: string): void {
		const { logger } = this as unknown as { logger: { warn(message: string, fields: object): void } };
		logger.warn("Spans could not be sent.", { error });
	}
}
