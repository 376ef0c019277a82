import { createServer, type RequestListener, type Server, type ServerOptions } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { refuseMalformed } from "../../../services/api/http/malformed.ts";
import { tellBytes } from "../../support/raw-http.ts";

const CORRELATION_ID = "COR_01";
const AT = "2030-01-07T00:00:00.000Z";

interface Bed {
	readonly url: string;
	readonly lines: object[];
	close(): Promise<void>;
}

const beds: Bed[] = [];

async function bedOf(listener: RequestListener = () => undefined, options: ServerOptions = {}): Promise<Bed> {
	const server: Server = createServer(options, listener);
	const lines: object[] = [];
	refuseMalformed(server, {
		iso: () => AT,
		mint: () => CORRELATION_ID,
		isHttps: false,
		log: { info: (_message, fields) => lines.push(fields) },
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const bed = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		lines,
		async close() {
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
		},
	};
	beds.push(bed);
	return bed;
}

function parsed(answer: string): { status: number; headers: string[]; body: Record<string, unknown> } {
	const [head = "", body = ""] = answer.split("\r\n\r\n");
	const [first = "", ...headers] = head.split("\r\n");
	return { status: Number(first.split(" ")[1]), headers, body: JSON.parse(body) as Record<string, unknown> };
}

afterEach(async () => {
	await Promise.all(beds.splice(0).map((bed) => bed.close()));
});

describe("what never becomes a request", () => {
	it.each([
		["no HTTP at all", "NONSENSE\r\n\r\n", 400, "MALFORMED_REQUEST"],
		["an unknown method", "FOO / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "MALFORMED_REQUEST"],
		["a space in a header's name", "GET / HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n", 400, "MALFORMED_REQUEST"],
		["TLS where none is spoken", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000", 400, "MALFORMED_REQUEST"],
		[
			"a head that is too long",
			`GET / HTTP/1.1\r\nHost: a\r\nX-A: ${"x".repeat(40_000)}\r\n\r\n`,
			431,
			"REQUEST_HEADERS_TOO_LARGE",
		],
		["an address that is too long", `GET /${"x".repeat(40_000)} HTTP/1.1\r\n\r\n`, 431, "REQUEST_HEADERS_TOO_LARGE"],
		[
			"a chunk with endless extensions",
			`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;a=${"x".repeat(40_000)}\r\nAA\r\n0\r\n\r\n`,
			413,
			"PAYLOAD_TOO_LARGE",
		],
		[
			"a broken chunk in a body",
			"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
			400,
			"MALFORMED_REQUEST",
		],
		[
			"an expectation that nobody meets",
			"GET / HTTP/1.1\r\nHost: a\r\nExpect: coffee\r\n\r\n",
			417,
			"EXPECTATION_FAILED",
		],
	])("%s is a problem with a code, and the connection ends", async (_what, bytes, status, code) => {
		const bed = await bedOf();
		const answer = parsed(await tellBytes(bed.url, bytes));
		expect([answer.status, answer.body["code"]]).toEqual([status, code]);
		expect(answer.body).toMatchObject({
			status,
			correlationId: CORRELATION_ID,
			timestamp: AT,
			instance: "/",
			errors: [],
		});
		for (const header of [
			"Content-Type: application/problem+json",
			"Connection: close",
			"X-Content-Type-Options: nosniff",
			"Cache-Control: no-store",
			`X-Correlation-ID: ${CORRELATION_ID}`,
		])
			expect(answer.headers).toContain(header);
		expect(JSON.stringify(answer)).not.toMatch(/HPE_|Parse Error|llhttp|node:|xxxx/);
		expect(bed.lines).toEqual([{ correlationId: CORRELATION_ID, route: "unmatched", status, code }]);
	});

	it("because it does not arrive in time is told so", async () => {
		const bed = await bedOf(undefined, { requestTimeout: 50, headersTimeout: 50, connectionsCheckingInterval: 20 });
		const head = parsed(await tellBytes(bed.url, "GET / HTTP/1.1\r\nHost: a\r\nX-"));
		expect([head.status, head.body["code"]]).toEqual([408, "REQUEST_TIMED_OUT"]);
		const body = await tellBytes(bed.url, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
		expect([parsed(body).status, parsed(body).body["code"]]).toEqual([408, "REQUEST_TIMED_OUT"]);
	});

	it("gets no answer where that would be taken for the answer to the request before it", async () => {
		let finish: () => void = () => undefined;
		const bed = await bedOf((_request, response) => {
			finish = () => response.end("late");
		});
		expect(await tellBytes(bed.url, "GET / HTTP/1.1\r\nHost: a\r\n\r\nNONSENSE\r\n\r\n")).toBe("");
		finish();
		expect(bed.lines).toEqual([]);
	});

	it("gets none in the middle of an answer either", async () => {
		const bed = await bedOf((_request, response) => void response.write("first"));
		const bytes = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
		const heard = await new Promise<string>((resolve) => {
			let text = "";
			const socket = connect(Number(new URL(bed.url).port), "127.0.0.1", () => socket.write(bytes));
			socket.on("data", (chunk: Buffer) => {
				text += chunk.toString();
				socket.write("ZZ\r\n");
			});
			socket.on("error", () => undefined);
			socket.on("close", () => resolve(text));
		});
		expect(heard).toContain("HTTP/1.1 200 OK");
		expect(heard).not.toContain("HTTP/1.1 4");
	});
});
