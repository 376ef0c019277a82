import { Agent, request } from "undici";
import type { Told } from "../support/raw-http.ts";

export type { Told } from "../support/raw-http.ts";

const CONNECTIONS = 16;
const ANSWER_MAX_MS = 30_000;

/** What goes with a request; null for nothing. */
export interface Sent {
	readonly body?: string | null;
	readonly token?: string | null;
	readonly key?: string | null;
}

/** Kept-alive connections for requests that are well formed as HTTP. */
export class FuzzWire {
	readonly #url: string;
	readonly #agent = new Agent({ connections: CONNECTIONS, headersTimeout: ANSWER_MAX_MS, bodyTimeout: ANSWER_MAX_MS });

	constructor(url: string) {
		this.#url = url;
	}

	async tell(method: string, path: string, { body = null, token = null, key = null }: Sent): Promise<Told> {
		const response = await request(this.#url + path, {
			method: method as "GET",
			dispatcher: this.#agent,
			headers: {
				...(token === null ? {} : { authorization: `Bearer ${token}` }),
				...(key === null ? {} : { "idempotency-key": key }),
				...(body === null ? {} : { "content-type": "application/json" }),
			},
			body,
		});
		return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
	}

	close(): Promise<void> {
		return this.#agent.destroy();
	}
}
