import type { ServerResponse } from "node:http";
import type { Headers } from "./security-headers.ts";

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
 * fixed one of the same name. Headers are a flat list, because merging objects for every response costs more than writing them.
 */
export function send(
	response: ServerResponse,
	reply: Reply,
	fixed: readonly (readonly [string, string])[],
	isHead: boolean,
): void {
	if (response.headersSent || response.destroyed) return;
	const { status, body, headers: own } = reply;
	const hasBody = status !== 204 && status !== 304;
	const headers: string[] = [];
	for (const [name, value] of fixed) if (own[name] === undefined) headers.push(name, value);
	for (const name in own) headers.push(name, own[name] ?? "");
	if (hasBody) headers.push("Content-Length", String(Buffer.byteLength(body)));
	response.writeHead(status, headers);
	response.end(isHead || !hasBody ? undefined : body);
}
