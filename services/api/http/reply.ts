import type { ServerResponse } from "node:http";
import type { HeaderList, Headers } from "./security-headers.ts";

/** A response before it is written. */
export interface Reply {
	readonly status: number;
	readonly headers: Headers;
	readonly body: string | Buffer;
}

/** Content type of every answer of the API. */
export const JSON_TYPE = "application/json; charset=utf-8";

/**
 * Writes headers and body in one go; nothing happens when the client is gone or was answered. A reply's header wins over the
 * fixed one of the same name.
 */
export function send(response: ServerResponse, reply: Reply, fixed: HeaderList, isHead: boolean): void {
	if (response.headersSent || response.destroyed) return;
	const { status, body } = reply;
	const isEmpty = status === 204 || status === 304;
	const headers = flatHeaders(reply.headers, fixed);
	if (!isEmpty) headers.push("Content-Length", String(Buffer.byteLength(body)));
	response.writeHead(status, headers);
	response.end(isHead || isEmpty ? undefined : body);
}

/** Names and values in one list: merging objects for every response costs more than writing them. */
function flatHeaders(own: Headers, fixed: HeaderList): string[] {
	const headers: string[] = [];
	for (const [name, value] of fixed) if (own[name] === undefined) headers.push(name, value);
	for (const [name, value] of Object.entries(own)) headers.push(name, value);
	return headers;
}
