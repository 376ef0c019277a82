import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer } from "./answer.ts";

/** Bodies beyond this are refused; the vendor's largest request is far smaller. */
export const BODY_MAX = 1_048_576;
const HEADERS_TIMEOUT_MS = 20_000;
const KEEP_ALIVE_MS = 65_000;
const BASE_HEADERS = {
	"x-content-type-options": "nosniff",
	"referrer-policy": "no-referrer",
	"cache-control": "no-store",
};

/** A request with its body read. `body` is null when it was larger than the limit. */
export interface Request {
	readonly method: string;
	readonly url: string;
	readonly path: string;
	readonly query: string;
	readonly headers: IncomingMessage["headers"];
	readonly body: string | null;
	readonly isLocal: boolean;
}

export interface HttpServer {
	listen(port: number, host: string): Promise<number>;
	close(): Promise<void>;
}

/** A plain HTTP server: reads a bounded body, then hands request and response to `handle`, which never throws. */
export function createHttpServer(handle: (request: Request, response: ServerResponse) => Promise<void>): HttpServer {
	const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: HEADERS_TIMEOUT_MS });
	server.on("request", (message, response) => {
		readBody(message, (body) => void handle(requestOf(message, body), response));
	});
	return {
		listen: (port, host) => listen(server, port, host),
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function listen(server: Server, port: number, host: string): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, host, () => {
			server.off("error", reject);
			resolve((server.address() as AddressInfo).port);
		});
	});
}

function readBody(message: IncomingMessage, done: (body: string | null) => void): void {
	const chunks: Buffer[] = [];
	let size = 0;
	message.on("data", (chunk: Buffer) => {
		size += chunk.length;
		if (size <= BODY_MAX) chunks.push(chunk);
		else chunks.length = 0;
	});
	message.on("end", () => done(size > BODY_MAX ? null : textOf(chunks)));
	// A request cut off half way has nobody left to answer.
	message.on("error", () => undefined);
}

function textOf(chunks: readonly Buffer[]): string {
	const [first] = chunks;
	if (first === undefined) return "";
	return (chunks.length === 1 ? first : Buffer.concat(chunks)).toString("utf8");
}

function requestOf(message: IncomingMessage, body: string | null): Request {
	const url = message.url ?? "/";
	const mark = url.indexOf("?");
	return {
		method: message.method ?? "GET",
		url,
		path: mark === -1 ? url : url.slice(0, mark),
		query: mark === -1 ? "" : url.slice(mark + 1),
		headers: message.headers,
		body,
		isLocal: isLoopback(message.socket.remoteAddress),
	};
}

function isLoopback(address: string | undefined): boolean {
	return address !== undefined && (address === "::1" || /^(::ffff:)?127\./.test(address));
}

/** Writes a whole answer with its length. */
export function send(response: ServerResponse, answer: Answer, isHead: boolean): void {
	response.writeHead(answer.status, headersOf(answer));
	response.end(isHead ? undefined : answer.body);
}

/** The headers of an answer, length included. */
export function headersOf(answer: Answer): Record<string, string | number> {
	const length = typeof answer.body === "string" ? Buffer.byteLength(answer.body) : answer.body.byteLength;
	return { ...BASE_HEADERS, "content-type": answer.type, "content-length": length, ...answer.headers };
}
