import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";

/** An answer as it came over the wire. */
export interface Told {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly text: string;
}

export interface RawRequest {
	readonly method?: string;
	/** Sent as it is, without any normalising. */
	readonly path: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Buffer;
}

const WIRE_MAX_MS = 5_000;

/** One request that says exactly what it is told to, on a connection of its own. */
export function tell(url: string, { method = "GET", path, headers = {}, body }: RawRequest): Promise<Told> {
	const { hostname, port } = new URL(url);
	return new Promise((resolve, reject) => {
		const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
		const options = { hostname, port, method, path, headers: { ...length, ...headers }, agent: false };
		const sent = httpRequest(options, (response) => {
			const { statusCode: status = 0, headers: received } = response;
			if (received["content-type"]?.startsWith("text/event-stream") === true) {
				// A stream has no end; that it has begun is all there is to know.
				resolve({ status, headers: received, text: "" });
				sent.destroy();
				return;
			}
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("error", reject);
			response.on("end", () => resolve({ status, headers: received, text: Buffer.concat(chunks).toString() }));
		});
		sent.on("error", reject);
		sent.end(body);
	});
}

/** Bytes that need not be HTTP; everything that came back until the connection was closed. */
export function tellBytes(url: string, bytes: string): Promise<string> {
	const { hostname, port } = new URL(url);
	return new Promise((resolve) => {
		const chunks: Buffer[] = [];
		const socket = connect(Number(port), hostname, () => socket.write(bytes, "latin1"));
		socket.setTimeout(WIRE_MAX_MS, () => socket.destroy());
		socket.on("data", (chunk: Buffer) => chunks.push(chunk));
		socket.on("error", () => undefined);
		socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
	});
}
