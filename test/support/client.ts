import { Agent, request } from "undici";

/** What an HTTP call came to; null when no answer arrived, so that nobody knows. */
export type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> } | null;

const RETRY_MS = 200;
const CONNECTIONS = 64;

/** A client of one server; a lost connection is an unknown outcome, not an error. */
export class Client {
	readonly #url: string;
	readonly #agent = new Agent({ connections: CONNECTIONS, pipelining: 1 });

	constructor(url: string) {
		this.#url = url;
	}

	async ask(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, options: AskOptions = {}): Promise<Answer> {
		const { body, headers = {}, token, key } = options;
		try {
			const response = await request(this.#url + path, {
				method,
				dispatcher: this.#agent,
				headers: {
					...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
					...(key === undefined ? {} : { "idempotency-key": key }),
					...(body === undefined ? {} : { "content-type": "application/json" }),
					...headers,
				},
				body: body === undefined ? null : JSON.stringify(body),
			});
			return { status: response.statusCode, body: (await response.body.json()) as Record<string, unknown> };
		} catch {
			return null;
		}
	}

	/** Asks with the same key until there is an answer that says what happened. */
	async insist(path: string, options: AskOptions, until: number): Promise<NonNullable<Answer>> {
		for (;;) {
			const answer = await this.ask("POST", path, options);
			if (answer !== null && !isUndecided(answer)) return answer;
			if (Date.now() > until) throw new Error(`no answer from ${path} in time: ${JSON.stringify(answer)}`);
			await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
		}
	}

	close(): Promise<void> {
		return this.#agent.destroy();
	}
}

export interface AskOptions {
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
	readonly token?: string;
	readonly key?: string;
}

/** Calls `work` for every item, `width` at a time, until `isOver`. */
export async function inParallel<Item>(
	items: readonly Item[],
	width: number,
	work: (item: Item) => Promise<void>,
	isOver: () => boolean = () => false,
): Promise<void> {
	let next = 0;
	const worker = async (): Promise<void> => {
		for (let item = items[next++]; item !== undefined && !isOver(); item = items[next++]) await work(item);
	};
	await Promise.all(Array.from({ length: width }, worker));
}

/** Still at work, or a failure that says nothing about the outcome. */
function isUndecided({ status, body }: NonNullable<Answer>): boolean {
	return status >= 500 || body["code"] === "REQUEST_IN_PROGRESS";
}
