import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tracingOptions } from "../../mixins/tracing/zipkin.ts";
import ledger from "../../services/ledger/ledger.service.ts";
import logging from "../../services/logging/logging.service.ts";
import { startGateway } from "./api/gateway-bed.ts";
import { startPlatform } from "../support/broker.ts";
import { CHECKOUT, startShop, USER } from "../support/shop.ts";

interface Span {
	readonly traceId: string;
	readonly id: string;
	readonly parentId?: string;
	readonly name: string;
	readonly timestamp: number;
	readonly duration: number;
	readonly localEndpoint: { readonly serviceName: string };
	readonly tags: Readonly<Record<string, string>>;
}

/** A collector of spans that forgets nothing. */
async function startCollector(): Promise<{ server: Server; url: string; spans: Span[]; paths: Set<string> }> {
	const spans: Span[] = [];
	const paths = new Set<string>();
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.on("end", () => {
			paths.add(`${request.method ?? ""} ${request.url ?? ""}`);
			spans.push(...(JSON.parse(Buffer.concat(chunks).toString()) as Span[]));
			response.writeHead(202).end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return { server, url: `http://127.0.0.1:${port}`, spans, paths };
}

describe("traces", () => {
	it("hold one purchase in one piece, under a hash of its correlation id, and nobody's data", async () => {
		const collector = await startCollector();
		const shop = await startShop({ services: [...CHECKOUT, ledger, logging], env: { TRACING_URL: collector.url } });
		const meta = { ...USER, correlationId: "flow-of-one-purchase" };
		const order = await shop.call("order.create", { productName: "테스트 상품", amount: 10_000 }, { meta });
		const payment = { paymentKey: `key-${order.orderId}`, orderId: order.orderId, amount: 10_000 };
		await shop.call("payment.confirm", payment, { meta });
		await shop.calm();
		await shop.stop();
		collector.server.close();

		expect([...collector.paths]).toEqual(["POST /api/v2/spans"]);
		const traceId = createHash("sha256").update("flow-of-one-purchase").digest("hex").slice(0, 32);
		const spans = collector.spans.filter((span) => span.traceId === traceId);
		const names = new Set(spans.map(({ name }) => name));
		for (const name of [
			"action 'order.create'",
			"action 'payment.confirm'",
			"action 'toss.confirm'",
			"event 'payment.approved' in 'saga'",
			"action 'order.confirm'",
		])
			expect(names).toContain(name);
		const ids = new Set(spans.map(({ id }) => id));
		expect(ids.size).toBe(spans.length);
		for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
		const roots = spans.filter(({ parentId }) => parentId === undefined);
		expect(roots.map(({ name }) => name)).toEqual(["action 'order.create'"]);
		expect(spans.filter(({ parentId }) => parentId !== undefined && !ids.has(parentId))).toEqual([]);
		for (const { timestamp, duration, localEndpoint } of spans) {
			expect([timestamp > 0, duration >= 0]).toEqual([true, true]);
			expect(localEndpoint.serviceName).toMatch(/^[a-z$-]+$/);
		}
		const text = JSON.stringify(collector.spans);
		expect(text).not.toContain("테스트 상품");
		expect(text).not.toContain(payment.paymentKey);
	}, 20_000);

	it("begin with the request, under its route: the address may hold what nobody should read", async () => {
		const collector = await startCollector();
		const bed = await startGateway({ env: { TRACING_URL: collector.url } });
		const headers = { "x-correlation-id": "flow-of-one-request" };
		const token = await bed.tokenOf("mina");
		await bed.ask({ path: "/api/orders/ORD_01SECRET0001?paymentKey=secret-key&amount=1", token, headers });
		await bed.ask({ path: "/%E0%A4%A/secret-key", headers });
		await bed.stop();
		collector.server.close();
		const traceId = createHash("sha256").update("flow-of-one-request").digest("hex").slice(0, 32);
		const spans = collector.spans.filter((span) => span.traceId === traceId);
		const roots = spans.filter(({ localEndpoint }) => localEndpoint.serviceName === "api");
		expect(roots.map(({ name }) => name)).toEqual(["GET /api/orders/:orderId", "unmatched"]);
		expect(roots.filter(({ parentId }) => parentId === undefined)).toHaveLength(1);
		const ids = new Set(spans.map(({ id }) => id));
		expect(spans.filter(({ parentId }) => parentId !== undefined && !ids.has(parentId))).toEqual([]);
		expect(spans.map(({ name }) => name)).toContain("action 'order.get'");
		expect(JSON.stringify(collector.spans)).not.toMatch(/secret-key|SECRET0001/);
	}, 20_000);

	it("cost nothing where nobody collects them, and hold up nothing where the collector is away", async () => {
		expect(tracingOptions(null)).toEqual({ tracing: false });
		const plain = await startPlatform({ services: [logging] });
		expect(plain.broker.isTracingEnabled()).toBe(false);
		await plain.stop();
		const lonely = await startPlatform({ services: [logging], env: { TRACING_URL: "http://127.0.0.1:9" } });
		await expect(lonely.call("logging.recent", {}, { meta: { correlationId: "c" } })).resolves.toEqual([]);
		const startedAt = Date.now();
		await lonely.stop();
		expect(Date.now() - startedAt).toBeLessThan(2_000);
	});
});
