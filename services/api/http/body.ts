import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { GatewayRejected, invalidField } from "../errors/rejected.ts";

/** A JSON object as a client sent it. */
export type JsonObject = Readonly<Record<string, unknown>>;

const NO_BODY: JsonObject = Object.freeze({});
const DEPTH_MAX = 16;
/** Names that reach an object's prototype when they are copied carelessly. */
const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

/** The client went away before its request was complete; there is nobody to answer. */
export class RequestAborted extends Error {
	constructor() {
		super("The client closed the connection before its request was complete.");
		this.name = "RequestAborted";
	}
}

/** Reads and checks a JSON object; an absent body is `{}`. Refuses other media types, too many bytes, and dangerous keys. */
export async function readJson(request: IncomingMessage, bytesMax: number): Promise<JsonObject> {
	const { headers } = request;
	if (!hasBody(headers)) return NO_BODY;
	if (!isJson(headers["content-type"]) || headers["content-encoding"] !== undefined)
		throw new GatewayRejected("UNSUPPORTED_MEDIA_TYPE");
	if (Number(headers["content-length"] ?? 0) > bytesMax) throw new GatewayRejected("PAYLOAD_TOO_LARGE");
	const bytes = await readBytes(request, bytesMax);
	return bytes.length === 0 ? NO_BODY : parse(bytes);
}

function hasBody(headers: IncomingHttpHeaders): boolean {
	return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

function isJson(contentType: string | undefined): boolean {
	if (contentType === "application/json") return true;
	const [type = ""] = (contentType ?? "").split(";");
	return type.trim().toLowerCase() === "application/json";
}

function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		// Whoever left while it was found out who they are is not announced again.
		if (request.destroyed) {
			reject(new RequestAborted());
			return;
		}
		const chunks: Buffer[] = [];
		let size = 0;
		const onData = (chunk: Buffer) => {
			size += chunk.length;
			if (size <= bytesMax) return void chunks.push(chunk);
			request.off("data", onData);
			request.resume();
			reject(new GatewayRejected("PAYLOAD_TOO_LARGE"));
		};
		request.on("data", onData);
		request.once("end", () => resolve(chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks)));
		for (const end of ["error", "close"]) request.once(end, () => reject(new RequestAborted()));
	});
}

function parse(bytes: Buffer): JsonObject {
	if (!isUtf8(bytes)) throw new GatewayRejected("MALFORMED_JSON");
	let value: unknown;
	try {
		value = JSON.parse(bytes.toString());
	} catch {
		throw new GatewayRejected("MALFORMED_JSON");
	}
	if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalidField("body", "object");
	check(value, 1);
	return value as JsonObject;
}

function check(value: object, depth: number): void {
	if (depth > DEPTH_MAX) throw invalidField("body", "tooDeep");
	for (const key of Object.keys(value)) {
		if (FORBIDDEN.has(key)) throw invalidField(key, "forbidden");
		const child = (value as Record<string, unknown>)[key];
		// Half of a character cannot be stored as it is: it would be read back as another text.
		if (typeof child === "string" && !child.isWellFormed()) throw new GatewayRejected("MALFORMED_JSON");
		if (typeof child === "object" && child !== null) check(child, depth + 1);
	}
}
