import { tellBytes } from "../../support/raw-http.ts";
import { startGateway, type GatewayBed } from "./gateway-bed.ts";

describe("HTTP manners", () => {
	let bed: GatewayBed;
	let token = "";

	beforeAll(async () => {
		bed = await startGateway({ env: { CORS_ORIGINS: "https://shop.example.com" } });
		token = await bed.tokenOf("mina");
	});
	afterAll(() => bed.stop());

	it("an unknown path is 404", async () => {
		for (const path of [
			"/api/nothing",
			"/api",
			"/nothing",
			"/api//orders",
			"/~node/options",
			"/api/order/create",
			"/order.create",
		]) {
			const told = await bed.ask({ path, token });
			expect([path, told.status, told.json().code]).toEqual([path, 404, "NOT_FOUND"]);
		}
	});

	it("a request that names no host is 400, and HTTP/1.0 needs none", async () => {
		const [head = "", body = ""] = (
			await tellBytes(bed.origin, "GET /api/products HTTP/1.1\r\nConnection: close\r\n\r\n")
		).split("\r\n\r\n");
		expect(head).toMatch(/^HTTP\/1\.1 400 .*\r\n/);
		expect(JSON.parse(body)).toMatchObject({ status: 400, code: "MALFORMED_REQUEST", instance: "/api/products" });
		expect(await tellBytes(bed.origin, "GET /api/products HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
	});

	it("what is no HTTP is a problem of the gateway too", async () => {
		const answer = await tellBytes(bed.origin, "GET / HTTP/1.1\r\nX-A : b\r\n\r\n");
		expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({
			type: "urn:payflow:problem:malformed-request",
			status: 400,
			correlationId: expect.stringMatching(/^COR_/),
		});
	});

	it("a trailing slash changes nothing", async () => {
		expect((await bed.ask({ path: "/api/products/" })).status).toBe(200);
	});

	it("another method is 405 and says which are allowed", async () => {
		const told = await bed.ask({ method: "DELETE", path: "/api/orders", token });
		expect([told.status, told.json().code]).toEqual([405, "METHOD_NOT_ALLOWED"]);
		expect(told.headers.allow).toBe("POST, GET, HEAD, OPTIONS");
		expect((await bed.ask({ method: "PATCH", path: "/api/orders/ORD_1", token })).status).toBe(405);
		expect((await bed.ask({ method: "POST", path: "/health" })).headers.allow).toBe("GET, HEAD, OPTIONS");
	});

	it("HEAD answers like GET without a body", async () => {
		const get = await bed.ask({ path: "/api/products" });
		const head = await bed.ask({ method: "HEAD", path: "/api/products" });
		expect([head.status, head.text]).toEqual([200, ""]);
		expect(head.headers["content-length"]).toBe(get.headers["content-length"]);
		expect((await bed.ask({ method: "HEAD", path: "/api/nothing" })).status).toBe(404);
	});

	it("OPTIONS lists a path's methods", async () => {
		const told = await bed.ask({ method: "OPTIONS", path: "/api/orders" });
		expect([told.status, told.headers.allow, told.text]).toEqual([204, "POST, GET, HEAD, OPTIONS", ""]);
		expect((await bed.ask({ method: "OPTIONS", path: "/api/nothing" })).status).toBe(404);
	});

	it("a listed origin may ask, every other may not, not even one that looks alike", async () => {
		const preflight = (origin: string) =>
			bed.ask({ method: "OPTIONS", path: "/api/orders", headers: { origin, "access-control-request-method": "POST" } });
		const granted = await preflight("https://shop.example.com");
		expect(granted.status).toBe(204);
		expect(granted.headers["access-control-allow-origin"]).toBe("https://shop.example.com");
		expect(granted.headers["access-control-allow-methods"]).toContain("POST");
		expect(granted.headers["access-control-allow-credentials"]).toBeUndefined();
		for (const origin of [
			"https://shop.example.co",
			"http://shop.example.com",
			"https://shop.example.com.evil.com",
			"null",
		]) {
			const told = await preflight(origin);
			expect([origin, told.headers["access-control-allow-origin"]]).toEqual([origin, undefined]);
		}
		const read = await bed.ask({ path: "/api/products", headers: { origin: "https://shop.example.com" } });
		expect([read.headers["access-control-allow-origin"], read.headers.vary]).toEqual([
			"https://shop.example.com",
			"Origin",
		]);
	});

	it("every answer carries the security headers, failures too", async () => {
		for (const path of ["/api/products", "/api/nothing", "/api/orders"]) {
			const { headers } = await bed.ask({ path });
			expect(headers).toMatchObject({
				"x-content-type-options": "nosniff",
				"x-frame-options": "DENY",
				"referrer-policy": "no-referrer",
				"cross-origin-opener-policy": "same-origin",
				"cache-control": "no-store",
				"content-security-policy": "default-src 'none'; frame-ancestors 'none'",
			});
			expect(headers["strict-transport-security"]).toBeUndefined();
			expect(headers["x-powered-by"]).toBeUndefined();
		}
	});

	it("chooses 202 while an outcome is not known", async () => {
		const slow = await startGateway({
			answers: { "payment.confirm": ({ orderId }) => ({ ...payment(orderId), status: "APPROVING", approvedAt: null }) },
		});
		const body = { paymentKey: "k", orderId: "ORD_1", amount: 5_000 };
		const told = await slow.ask({
			method: "POST",
			path: "/api/payments/confirm",
			token: await slow.tokenOf("mina"),
			body,
		});
		expect([told.status, told.json().status]).toEqual([202, "APPROVING"]);
		await slow.stop();
	});
});

function payment(orderId: string) {
	return {
		paymentId: "PAY_1",
		orderId,
		orderName: "A",
		amount: 5_000,
		currency: "KRW" as const,
		paymentKey: "k",
		method: null,
		cancelledAmount: 0,
		createdAt: "2030-01-07T00:00:00.000Z",
	};
}

describe("the refresh cookie", () => {
	let bed: GatewayBed;
	beforeAll(async () => {
		bed = await startGateway({
			env: { PUBLIC_URL: "https://pay.example.com", CORS_ORIGINS: "https://shop.example.com" },
		});
	});
	afterAll(() => bed.stop());
	const login = (headers: Record<string, string> = {}) =>
		bed.ask({ method: "POST", path: "/api/auth/login", body: { username: "mina", password: "password123" }, headers });

	it("is set by login, for the auth routes of our own site only", async () => {
		const told = await login();
		expect(told.headers["set-cookie"]).toEqual([
			"payflow_refresh=refresh-token-0001; Path=/api/auth; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure",
		]);
		expect(told.json()).toMatchObject({ accessToken: "access", refreshToken: "refresh-token-0001" });
		expect(told.headers["strict-transport-security"]).toContain("max-age=");
	});

	it("is read by refresh when the body has no token", async () => {
		const headers = { cookie: "lang=ko; payflow_refresh=token-from-cookie; other=1" };
		expect((await bed.ask({ method: "POST", path: "/api/auth/refresh", headers })).status).toBe(200);
		expect(bed.calls.pop()?.params).toEqual({ refreshToken: "token-from-cookie" });
		await bed.ask({ method: "POST", path: "/api/auth/refresh", headers, body: { refreshToken: "token-from-body" } });
		expect(bed.calls.pop()?.params).toEqual({ refreshToken: "token-from-body" });
		expect((await bed.ask({ method: "POST", path: "/api/auth/refresh" })).status).toBe(400);
	});

	it("is removed by logout", async () => {
		const told = await bed.ask({
			method: "POST",
			path: "/api/auth/logout",
			headers: { cookie: "payflow_refresh=token-0001" },
		});
		expect(told.status).toBe(204);
		expect(told.headers["set-cookie"]?.[0]).toContain("payflow_refresh=; Path=/api/auth; Max-Age=0");
	});

	it.each([
		[{ "sec-fetch-site": "cross-site" }, 403],
		[{ "sec-fetch-site": "same-site" }, 403],
		[{ "sec-fetch-site": "same-origin" }, 200],
		[{ "sec-fetch-site": "none" }, 200],
		[{ origin: "https://evil.example.com" }, 403],
		[{ origin: "null" }, 403],
		[{ origin: "https://shop.example.com", "sec-fetch-site": "cross-site" }, 200],
		[{}, 200],
	])("is of no use to another site: %j → %i", async (headers, status) => {
		const told = await login(headers);
		expect(told.status).toBe(status);
		if (status === 403) expect(told.json().code).toBe("CROSS_SITE_REQUEST");
	});
});
