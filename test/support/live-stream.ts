import { get, type ClientRequest, type IncomingMessage } from "node:http";

/** One server-sent message. */
export interface Received {
	readonly id: string;
	readonly event: string;
	/** Parsed JSON. */
	readonly data: Readonly<Record<string, unknown>>;
}

/** A client of server-sent events, as a browser's EventSource is one, but it does not come back by itself. */
export class StreamClient {
	readonly messages: Received[] = [];
	readonly #request: ClientRequest;
	readonly #response: Promise<IncomingMessage>;
	status = 0;
	/** The id a browser would send when it comes back. */
	lastId = "";
	isEnded = false;
	#text = "";

	constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
		this.#request = get(url, { headers, agent: false });
		this.#response = new Promise((resolve, reject) => {
			this.#request.on("response", resolve);
			this.#request.on("error", reject);
		});
		this.#response.then(
			(response) => this.#listen(response),
			() => (this.isEnded = true),
		);
	}

	/** Status and headers; the body of a refusal is in `text`. */
	async head(): Promise<IncomingMessage> {
		return this.#response;
	}

	/** What came and is no whole message. */
	get text(): string {
		return this.#text;
	}

	/** Data of the messages of one event. */
	dataOf(event: string): readonly Readonly<Record<string, unknown>>[] {
		return this.messages.filter((message) => message.event === event).map(({ data }) => data);
	}

	/** Drops the connection. */
	drop(): void {
		this.#request.destroy();
	}

	#listen(response: IncomingMessage): void {
		this.status = response.statusCode ?? 0;
		response.setEncoding("utf8");
		response.on("data", (chunk: string) => this.#take(chunk));
		response.on("error", () => (this.isEnded = true));
		response.on("close", () => (this.isEnded = true));
	}

	#take(chunk: string): void {
		const parts = (this.#text + chunk).split("\n\n");
		this.#text = parts.pop() ?? "";
		for (const part of parts) {
			const field = (name: string) =>
				part
					.split("\n")
					.find((line) => line.startsWith(`${name}: `))
					?.slice(name.length + 2);
			this.lastId = field("id") ?? this.lastId;
			const data = field("data");
			if (data === undefined) continue;
			this.messages.push({
				id: this.lastId,
				event: field("event") ?? "message",
				data: JSON.parse(data) as Readonly<Record<string, unknown>>,
			});
		}
	}
}
