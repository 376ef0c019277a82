import { basic, runTwin, send } from "./harness.ts";
import type { Running } from "./harness.ts";

let twin: Running;
beforeEach(async () => {
	twin = await runTwin();
});
afterEach(async () => {
	await twin.stop();
	expect(twin.faults).toEqual([]);
});

describe("the secret key", () => {
	const get = (headers: Record<string, string>) => send(twin.url, { path: "/v1/payments/x", key: null, headers });
	const encoded = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

	it.each([
		["missing", {}, 401, "UNAUTHORIZED_KEY"],
		["a bearer token", { authorization: "Bearer abc" }, 401, "UNAUTHORIZED_KEY"],
		["without its colon", { authorization: encoded("test_sk_abcdef") }, 403, "INCORRECT_BASIC_AUTH_FORMAT"],
		["a client key", { authorization: encoded("test_ck_abcdef:") }, 400, "INVALID_API_KEY"],
		["a live key", { authorization: encoded("live_sk_abcdef:") }, 400, "INVALID_API_KEY"],
		["after a byte order mark", { authorization: encoded("\ufefftest_sk_abcdef:") }, 401, "UNAUTHORIZED_KEY"],
		["well formed", { authorization: basic("test_gsk_abcdef") }, 404, "NOT_FOUND_PAYMENT"],
	])("%s", async (_name, headers, status, code) => {
		const reply = await get(headers);
		expect([reply.status, reply.json.code]).toEqual([status, code]);
	});

	it("of another pair does not confirm, and the first one to confirm is the pair", async () => {
		const browser = (orderId: string) =>
			twin.ask({
				path: "/twin/browser-sessions",
				key: null,
				body: {
					clientKey: "test_ck_my_own_shop",
					orderId,
					orderName: "a",
					amount: { currency: "KRW", value: 1000 },
					successUrl: "http://127.0.0.1:1/ok",
					failUrl: "http://127.0.0.1:1/no",
				},
			});
		const confirm = async (orderId: string, key: string) => {
			const { json } = await browser(orderId);
			await twin.ask({ path: `/twin/sessions/${json.sessionId}/approve`, body: {} });
			const body = { paymentKey: json.paymentKey, orderId, amount: 1000 };
			return twin.ask({ path: "/v1/payments/confirm", body, key });
		};
		expect((await confirm("order-0001", "test_sk_my_own_shop")).status).toBe(200);
		expect((await confirm("order-0002", "test_sk_another_shop")).json.code).toBe("NOT_FOUND_PAYMENT_SESSION");
		expect((await confirm("order-0003", "test_sk_my_own_shop")).json.mId).toMatch(/^tw[0-9a-f]{12}$/);
	});
});

describe("bad requests", () => {
	it.each([
		["broken JSON", "{"],
		["a list", "[]"],
		["a word", '"text"'],
		["null", "null"],
		["a polluted prototype", '{"__proto__":{"paymentKey":"a","orderId":"order-0001","amount":1000}}'],
		["a number nobody can hold", '{"paymentKey":"a","orderId":"order-0001","amount":1e999}'],
		["something huge", JSON.stringify({ paymentKey: "a".repeat(2_000_000) })],
	])("%s gets the vendor's 400", async (_name, raw) => {
		const reply = await twin.ask({ path: "/v1/payments/confirm", raw });
		expect([reply.status, reply.json.code]).toEqual([400, "INVALID_REQUEST"]);
	});

	it("unknown doors are 404 with a code", async () => {
		expect((await twin.ask({ path: "/v1/nothing" })).json.code).toBe("NOT_FOUND");
		const wrong = await twin.ask({ path: "/v1/payments/confirm/", method: "PUT", body: {} });
		expect([wrong.status, wrong.json.code]).toEqual([404, "NOT_FOUND"]);
		const method = await twin.ask({ path: "/v1/payments/confirm", method: "PATCH", body: {} });
		expect([method.status, method.json.code]).toEqual([404, "NOT_FOUND_HTTP_METHOD"]);
		expect((await twin.ask({ path: "/v1/payments/%E0%A4%A" })).status).toBe(404);
	});
});
