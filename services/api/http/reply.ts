import type { ServerResponse } from "node:http";

/** A response before it is written. */
export interface Reply {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string | Buffer;
}

/** Content type of every answer of the API. */
export const JSON_TYPE = "application/json; charset=utf-8";

/** Writes headers and body in one go; nothing happens when the client is gone or was answered. */
export function send(
	response: ServerResponse,
	reply: Reply,
	fixed: Readonly<Record<string, string>>,
	isHead: boolean,
): void {
	if (response.headersSent || response.destroyed) return;
	const { status, body } = reply;
	const headers: Record<string, string | number> = { ...fixed, ...reply.headers };
	if (status !== 204 && status !== 304) headers["Content-Length"] = Buffer.byteLength(body);
	response.writeHead(status, headers);
	response.end(isHead || status === 204 || status === 304 ? undefined : body);
}
