import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { GatewayErrorCode } from "../contract.ts";
import { classify } from "../errors/classify.ts";
import { PROBLEM_TYPE, problemBody } from "../errors/problem.ts";
import { GatewayRejected } from "../errors/rejected.ts";
import { securityHeaders, type HeaderList } from "./security-headers.ts";

/** What answers to requests that never become one need. */
export interface MalformedOptions {
	readonly iso: () => string;
	/** A new correlation id. */
	readonly mint: () => string;
	readonly isHttps: boolean;
	readonly log: { info(message: string, fields: object): void };
}

/** A connection and, as Node keeps it there, the response that is being made on it. */
interface Connection extends Duplex {
	readonly _httpMessage?: (Pick<ServerResponse, "headersSent"> & { readonly req: IncomingMessage }) | null;
}

/** What Node's parser and its clocks say, as our codes; everything else is malformed. */
const CODES: Readonly<Record<string, GatewayErrorCode>> = {
	HPE_HEADER_OVERFLOW: "REQUEST_HEADERS_TOO_LARGE",
	HPE_CHUNK_EXTENSIONS_OVERFLOW: "PAYLOAD_TOO_LARGE",
	ERR_HTTP_REQUEST_TIMEOUT: "REQUEST_TIMED_OUT",
};
/** The other side gets this long to read why it is turned away. */
const LINGER_MS = 1_000;
/** Nobody has said yet which language he reads. */
const LANGUAGE = "ko";

/**
 * Answers what Node would answer by itself, and with a bare status line: what is no HTTP, heads that are too long, requests that
 * take too long to arrive, and expectations that nobody meets. The connection ends in each case.
 */
export function refuseMalformed(server: Server, options: MalformedOptions): void {
	// The gateway looks for it itself, as Node would answer with a bare status line again.
	Object.assign(server, { requireHostHeader: false });
	server.on("clientError", (error: NodeJS.ErrnoException, socket: Connection) => {
		if (socket.writableEnded) return;
		if (!mayAnswer(error, socket)) {
			socket.destroy();
			return;
		}
		const { status, headers, body } = refusal(CODES[error.code ?? ""] ?? "MALFORMED_REQUEST", options);
		const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
		socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${head}\r\n${body}`);
		setTimeout(() => socket.destroy(), LINGER_MS).unref();
	});
	server.on("checkExpectation", (_request: IncomingMessage, response: ServerResponse) => {
		const { status, headers, body } = refusal("EXPECTATION_FAILED", options);
		response.writeHead(status, headers.flat());
		response.end(body);
	});
}

/** HTTP/1.1 wants a host. */
export function hasHost({ httpVersion, headers }: Pick<IncomingMessage, "httpVersion" | "headers">): boolean {
	return headers.host !== undefined || httpVersion !== "1.1";
}

/** Not where an answer would be taken for that to an earlier request, or would stand in the middle of one. */
function mayAnswer({ code }: NodeJS.ErrnoException, { writable, _httpMessage: response }: Connection): boolean {
	if (!writable || code === "ECONNRESET") return false;
	return response === undefined || response === null || (!response.headersSent && !response.req.complete);
}

function refusal(code: GatewayErrorCode, { iso, mint, isHttps, log }: MalformedOptions) {
	const problem = classify(new GatewayRejected(code));
	const correlationId = mint();
	log.info("request refused", { correlationId, route: "unmatched", status: problem.status, code });
	const body = JSON.stringify(problemBody(problem, { lang: LANGUAGE, instance: "/", correlationId, timestamp: iso() }));
	const headers: HeaderList = [
		["Content-Type", PROBLEM_TYPE],
		["Content-Language", LANGUAGE],
		["Content-Length", String(Buffer.byteLength(body))],
		["Connection", "close"],
		...securityHeaders(isHttps).api,
		["X-Correlation-ID", correlationId],
	];
	return { status: problem.status, headers, body };
}
