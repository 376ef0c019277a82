import { Agent, request } from "undici";

/** An answer as JSON, or null when none came: then nobody knows. */
export type Answer = { readonly status: number; readonly body: Facts } | null;

/** Fields of an answer. */
export type Facts = Readonly<Record<string, unknown>>;

/** What goes with a request. */
export interface Asked {
	readonly body?: unknown;
	readonly token?: string;
	readonly key?: string;
}

const CONNECTIONS = 256;
const CONNECT_MAX_MS = 2_000;
const KEPT_ALIVE_MS = 4_000;

/** A client with little patience: a process that hangs must not hang it. */
export class Wire {
	readonly #url: () => string;
	readonly #agent: Agent;

	constructor(url: () => string, patienceMs: number) {
		this.#url = url;
		this.#agent = new Agent({
			connections: CONNECTIONS,
			connect: { timeout: CONNECT_MAX_MS },
			headersTimeout: patienceMs,
			bodyTimeout: patienceMs,
			keepAliveTimeout: KEPT_ALIVE_MS,
		});
	}

	async ask(
		method: "GET" | "POST" | "PUT" | "DELETE",
		path: string,
		{ body, token, key }: Asked = {},
	): Promise<Answer> {
		try {
			const response = await request(this.#url() + path, {
				method,
				dispatcher: this.#agent,
				headers: {
					...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
					...(key === undefined ? {} : { "idempotency-key": key }),
					...(body === undefined ? {} : { "content-type": "application/json" }),
				},
				body: body === undefined ? null : JSON.stringify(body),
			});
			const text = await response.body.text();
			return { status: response.statusCode, body: text === "" ? {} : (JSON.parse(text) as Facts) };
		} catch {
			return null;
		}
	}

	/** Reads until there is an answer of 2xx; throws when there is none in time. */
	async read(path: string, token?: string): Promise<Facts> {
		let answer: Answer = null;
		for (let tries = 0; tries < READS_MAX; tries++) {
			answer = await this.ask("GET", path, token === undefined ? {} : { token });
			if (answer !== null && answer.status < 300) return answer.body;
			await pause(READ_AGAIN_MS);
		}
		throw new Error(`GET ${path} answers ${JSON.stringify(answer)}`);
	}

	/** Every item of a list that is paged by cursor. */
	async readAll(path: string, token: string): Promise<Facts[]> {
		const found: Facts[] = [];
		for (let cursor: string | null = ""; cursor !== null;) {
			const page: Facts = await this.read(`${path}${path.includes("?") ? "&" : "?"}limit=${PAGE}${cursor}`, token);
			found.push(...(page["items"] as readonly Facts[]));
			const next = page["nextCursor"];
			cursor = typeof next === "string" ? `&cursor=${encodeURIComponent(next)}` : null;
		}
		return found;
	}

	close(): Promise<void> {
		return this.#agent.destroy();
	}
}

const READS_MAX = 40;
const READ_AGAIN_MS = 250;
const PAGE = 100;

/** Real time goes by. */
export function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Calls `work` for every item, `width` at a time. */
export async function inParallel<Item>(
	items: Iterable<Item>,
	width: number,
	work: (item: Item) => Promise<void>,
): Promise<void> {
	const rest = items[Symbol.iterator]();
	const worker = async (): Promise<void> => {
		for (let next = rest.next(); next.done !== true; next = rest.next()) await work(next.value);
	};
	await Promise.all(Array.from({ length: width }, worker));
}
