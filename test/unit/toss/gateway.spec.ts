import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createTossGateway, type TossGateway } from "../../../services/toss/infrastructure/toss.gateway.ts";

let server: Server;
let gateway: TossGateway;
let tries = 0;

async function against(listener: RequestListener, path = "/v1"): Promise<TossGateway> {
	tries = 0;
	server = createServer((request, response) => {
		tries++;
		listener(request, response);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
	gateway = createTossGateway({ apiUrl, secretKey: "test_sk_1", connectTimeoutMs: 300, totalTimeoutMs: 300 });
	return gateway;
}

afterEach(async () => {
	await gateway.close();
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});

const order = { paymentKey: "key/1", orderId: "ORD_1", amount: 1000 };

describe("the gateway to the provider", () => {
	it("sends key, body and idempotency key as the provider wants them", async () => {
		const seen: unknown[] = [];
		await against((request, response) => {
			const { method, url, headers } = request;
			let body = "";
			request.on("data", (chunk) => (body += String(chunk)));
			request.on("end", () => {
				const { authorization, "idempotency-key": key } = headers;
				seen.push({ method, url, authorization, key, body });
				response.end("{}");
			});
		});
		await gateway.confirm(order, "confirm-1");
		await gateway.cancel("key/1", { cancelReason: "why", cancelAmount: 5 }, "cancel-1");
		await gateway.lookup({ paymentKey: "key/1" });
		await gateway.lookup({ orderId: "ORD_1" });
		const authorization = `Basic ${Buffer.from("test_sk_1:").toString("base64")}`;
		expect(seen).toEqual([
			{ method: "POST", url: "/v1/payments/confirm", authorization, key: "confirm-1", body: JSON.stringify(order) },
			{
				method: "POST",
				url: "/v1/payments/key%2F1/cancel",
				authorization,
				key: "cancel-1",
				body: '{"cancelReason":"why","cancelAmount":5}',
			},
			{ method: "GET", url: "/v1/payments/key%2F1", authorization, key: undefined, body: "" },
			{ method: "GET", url: "/v1/payments/orders/ORD_1", authorization, key: undefined, body: "" },
		]);
	});

	it("tries a reset connection three times with the same key, and no more", async () => {
		const keys = new Set<unknown>();
		await against((request) => {
			keys.add(request.headers["idempotency-key"]);
			request.socket.destroy();
		}, "");
		expect(await gateway.confirm(order, "confirm-1")).toEqual({ kind: "lost", code: "CONNECTION_LOST" });
		expect(tries).toBe(3);
		expect([...keys]).toEqual(["confirm-1"]);
	});

	it("takes the answer of a later try", async () => {
		await against((request, response) => {
			if (tries === 1) request.socket.destroy();
			else response.end('{"ok":true}');
		});
		expect(await gateway.confirm(order, "k")).toEqual({ kind: "answer", status: 200, body: { ok: true } });
	});

	it("does not try an answer again, whatever it says", async () => {
		await against((_request, response) => void response.writeHead(500).end("oops"));
		expect(await gateway.confirm(order, "k")).toEqual({ kind: "answer", status: 500, body: null });
		expect(tries).toBe(1);
	});

	it("gives up after the total time", async () => {
		await against(() => undefined);
		expect(await gateway.confirm(order, "k")).toEqual({ kind: "lost", code: "TIMEOUT" });
	});

	it("follows no redirect", async () => {
		await against((_request, response) => void response.writeHead(302, { location: "/elsewhere" }).end());
		expect(await gateway.confirm(order, "k")).toEqual({ kind: "answer", status: 302, body: null });
		expect(tries).toBe(1);
	});

	it("does not swallow an answer without end", async () => {
		await against((_request, response) => void response.end("x".repeat(300_000)));
		expect(await gateway.confirm(order, "k")).toEqual({ kind: "lost", code: "ANSWER_TOO_LARGE" });
	});

	it("says when nobody listens", async () => {
		await against(() => undefined);
		await gateway.close();
		const { port } = server.address() as AddressInfo;
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
		gateway = createTossGateway({
			apiUrl: `http://127.0.0.1:${port}`,
			secretKey: "s",
			connectTimeoutMs: 300,
			totalTimeoutMs: 300,
		});
		expect(await gateway.confirm(order, "k")).toEqual({ kind: "lost", code: "CONNECTION_REFUSED" });
		server = createServer();
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	});
});
