import { Agent, request } from "undici";
import type { LostCode, ProviderAnswer } from "../domain/outcomes.ts";

/** How the provider is reached; durations in ms. */
export interface TossGatewayOptions {
	/** With or without the `/v1` at its end. */
	readonly apiUrl: string;
	readonly secretKey: string;
	readonly connectTimeoutMs: number;
	/** For one operation with all its tries. */
	readonly totalTimeoutMs: number;
}

/** The provider over HTTP. It never throws: what went wrong on the way is an answer too. */
export interface TossGateway {
	confirm(body: { paymentKey: string; orderId: string; amount: number }, key: string): Promise<ProviderAnswer>;
	cancel(
		paymentKey: string,
		body: { cancelReason: string; cancelAmount?: number },
		key: string,
	): Promise<ProviderAnswer>;
	lookup(by: { paymentKey?: string; orderId?: string }): Promise<ProviderAnswer>;
	/** The Toss Twin's books behind a place; no other provider has this door. */
	books(after: number): Promise<ProviderAnswer>;
	close(): Promise<void>;
}

interface Shipment {
	readonly method: "GET" | "POST";
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string | null;
}

const TRIES_MAX = 3;
const CONNECTIONS_MAX = 64;
/** Rows of a page of books: well below the limit of an answer. */
const BOOKS_PAGE = 500;
const KEEP_ALIVE_MS = 30_000;
/** The largest payment object seen is below 10 kB. */
const ANSWER_BYTES_MAX = 262_144;
/** Nothing came back: the same request with the same key may be sent again. */
const WORTH_ANOTHER_TRY: readonly LostCode[] = ["TIMEOUT", "CONNECTION_LOST", "CONNECTION_REFUSED"];

/** Opens a pool of connections to the provider; `close` ends it. */
export function createTossGateway(options: TossGatewayOptions): TossGateway {
	const { secretKey, connectTimeoutMs, totalTimeoutMs } = options;
	const origin = options.apiUrl.replace(/\/+$/, "").replace(/\/v1$/, "");
	const authorization = `Basic ${Buffer.from(`${secretKey}:`).toString("base64")}`;
	const dispatcher = new Agent({
		connect: { timeout: connectTimeoutMs },
		connections: CONNECTIONS_MAX,
		keepAliveTimeout: KEEP_ALIVE_MS,
		headersTimeout: totalTimeoutMs,
		bodyTimeout: totalTimeoutMs,
		maxResponseSize: ANSWER_BYTES_MAX,
	});

	async function send(shipment: Shipment): Promise<ProviderAnswer> {
		const signal = AbortSignal.timeout(totalTimeoutMs);
		let answer = await once(shipment, signal);
		for (let tries = 1; tries < TRIES_MAX && isWorthAnotherTry(answer) && !signal.aborted; tries++)
			answer = await once(shipment, signal);
		return answer;
	}

	async function once({ method, path, headers, body }: Shipment, signal: AbortSignal): Promise<ProviderAnswer> {
		try {
			const response = await request(origin + path, { method, headers, body, signal, dispatcher });
			return { kind: "answer", status: response.statusCode, body: jsonOf(await response.body.text()) };
		} catch (error) {
			return { kind: "lost", code: lostCodeOf(error) };
		}
	}

	function post(path: string, body: object, key: string): Promise<ProviderAnswer> {
		const headers = { authorization, "content-type": "application/json", "idempotency-key": key };
		return send({ method: "POST", path, headers, body: JSON.stringify(body) });
	}

	return {
		confirm: (body, key) => post("/v1/payments/confirm", body, key),
		cancel: (paymentKey, body, key) => post(`/v1/payments/${encodeURIComponent(paymentKey)}/cancel`, body, key),
		lookup: ({ paymentKey, orderId }) => {
			const path =
				paymentKey === undefined ? `orders/${encodeURIComponent(orderId ?? "")}` : encodeURIComponent(paymentKey);
			return send({ method: "GET", path: `/v1/payments/${path}`, headers: { authorization }, body: null });
		},
		books: (after) =>
			send({ method: "GET", path: `/twin/books?after=${after}&limit=${BOOKS_PAGE}`, headers: {}, body: null }),
		close: () => dispatcher.destroy(),
	};
}

function isWorthAnotherTry(answer: ProviderAnswer): boolean {
	return answer.kind === "lost" && WORTH_ANOTHER_TRY.includes(answer.code);
}

/** Null for anything that is not JSON; the status still says something. */
function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

const LOST_CODES: Readonly<Record<string, LostCode>> = {
	UND_ERR_RES_EXCEEDED_MAX_SIZE: "ANSWER_TOO_LARGE",
	UND_ERR_HEADERS_TIMEOUT: "TIMEOUT",
	UND_ERR_BODY_TIMEOUT: "TIMEOUT",
	UND_ERR_ABORTED: "TIMEOUT",
	UND_ERR_CONNECT_TIMEOUT: "CONNECTION_REFUSED",
	ECONNREFUSED: "CONNECTION_REFUSED",
};

function lostCodeOf(error: unknown): LostCode {
	const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
	if (name === "TimeoutError" || name === "AbortError") return "TIMEOUT";
	return (typeof code === "string" ? LOST_CODES[code] : undefined) ?? "CONNECTION_LOST";
}
