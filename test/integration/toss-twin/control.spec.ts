import { systemClock } from "../../../mixins/clock/system.ts";
import { runTwin } from "./harness.ts";
import type { Running } from "./harness.ts";

let twin: Running;
beforeEach(async () => {
	twin = await runTwin();
});
afterEach(async () => {
	await twin.stop();
	expect(twin.faults).toEqual([]);
});

const order = { orderId: "order-0001", orderName: "커피", amount: 1000 };
const open = (more: Record<string, unknown> = {}) => twin.ask({ path: "/twin/sessions", body: { ...order, ...more } });

describe("sessions", () => {
	it("open with a key, a window and nothing charged", async () => {
		const { status, json } = await open();
		expect(status).toBe(201);
		expect(json.paymentKey).toMatch(/^payfl20260302101530[A-Za-z0-9_-]{12}$/);
		expect(json.checkoutUrl).toBe(`${twin.url}/v1/payments/${json.paymentKey}/checkout`);
	});

	it("are approved and lead back to the merchant, however often that is said", async () => {
		const { json } = await open({ successUrl: "http://127.0.0.1:1/success?a=b", failUrl: "http://127.0.0.1:1/fail" });
		const path = `/twin/sessions/${json.sessionId}/approve`;
		const first = await twin.ask({ path, body: {} });
		expect(first.json).toMatchObject({ paymentKey: json.paymentKey, orderId: "order-0001", amount: 1000 });
		const redirect = new URL(first.json.redirectUrl);
		expect(Object.fromEntries(redirect.searchParams)).toEqual({
			a: "b",
			paymentType: "NORMAL",
			paymentKey: json.paymentKey,
			orderId: "order-0001",
			amount: "1000",
		});
		expect((await twin.ask({ path, body: {} })).json).toEqual(first.json);
		await twin.confirm(json.paymentKey, "order-0001");
		const late = await twin.ask({ path, body: {} });
		expect([late.status, late.json.code]).toEqual([409, "SESSION_NOT_READY"]);
	});

	it("are declined with a code, closed without an order id, and gone after half an hour", async () => {
		const declined = await open({ failUrl: "http://127.0.0.1:1/fail" });
		const path = (id: string) => `/twin/sessions/${id}/decline`;
		const reply = await twin.ask({ path: path(declined.json.sessionId), body: { code: "REJECT_CARD_PAYMENT" } });
		expect(reply.json).toMatchObject({ status: "ABORTED", code: "REJECT_CARD_PAYMENT" });
		expect(reply.json.redirectUrl).toContain("orderId=order-0001");
		const closed = await open({ failUrl: "http://127.0.0.1:1/fail" });
		const close = await twin.ask({ path: path(closed.json.sessionId), body: { code: "PAY_PROCESS_CANCELED" } });
		expect(close.json).toMatchObject({ status: "READY" });
		expect(close.json.redirectUrl).not.toContain("orderId");
		expect((await twin.ask({ path: path(closed.json.sessionId), body: { code: "NO_SUCH" } })).json.code).toBe(
			"UNKNOWN_ERROR_CODE",
		);
		await twin.clock.advance(30 * 60_000);
		const late = await twin.ask({ path: `/twin/sessions/${closed.json.sessionId}/approve`, body: {} });
		expect([late.status, late.json.code]).toEqual([409, "SESSION_EXPIRED"]);
		for (const id of ["nobody", "ses_nobody", "%20"])
			expect((await twin.ask({ path: `/twin/sessions/${id}/approve`, body: {} })).json.code).toBe("SESSION_NOT_FOUND");
	});

	it("open in bulk, approved when wanted", async () => {
		const sessions = Array.from({ length: 500 }, (_, index) => ({ ...order, orderId: `order-${index + 1000}` }));
		const bulk = await twin.ask({ path: "/twin/sessions/bulk", body: { sessions, approve: true } });
		expect(bulk.json.sessions).toHaveLength(500);
		expect((await twin.confirm(bulk.json.sessions[7]?.paymentKey ?? "", "order-1007")).status).toBe(200);
		const bad = await twin.ask({ path: "/twin/sessions/bulk", body: { sessions: [order, { ...order, amount: 0 }] } });
		expect([bad.status, bad.json.field]).toEqual([400, "sessions[1].amount"]);
		expect((await twin.ask({ path: "/twin/sessions/bulk", body: { sessions: [] } })).status).toBe(400);
	});

	it.each([
		[{ orderId: "short" }, "orderId"],
		[{ orderId: "not allowed!" }, "orderId"],
		[{ orderName: "" }, "orderName"],
		[{ orderName: "x".repeat(101) }, "orderName"],
		[{ amount: 0 }, "amount"],
		[{ amount: 2 ** 53 }, "amount"],
		[{ amount: "1000" }, "amount"],
		[{ method: "CASH" }, "method"],
		[{ successUrl: "javascript:alert(1)" }, "successUrl"],
		[{ failUrl: "/fail" }, "failUrl"],
		[{ taxFreeAmount: 2000 }, "taxFreeAmount"],
		[{ metadata: { a: 1 } }, "metadata"],
		[{ metadata: [] }, "metadata"],
		[{ clientKey: "nonsense" }, "clientKey"],
	])("refuse %j", async (more, field) => {
		const reply = await open(more);
		expect([reply.status, reply.json.code, reply.json.field]).toEqual([400, "VALIDATION_ERROR", field]);
	});

	it("do not open for an order that is paid", async () => {
		await twin.paid("order-0001");
		const again = await open();
		expect([again.status, again.json.code]).toEqual([409, "DUPLICATED_ORDER_ID"]);
	});
});

describe("the browser's door", () => {
	const body = {
		clientKey: "test_ck_payflow_twin_demo_0001",
		...order,
		amount: { currency: "KRW", value: 1000 },
		successUrl: "http://127.0.0.1:1/success",
		failUrl: "http://127.0.0.1:1/fail",
	};
	const ask = (more: Record<string, unknown> = {}) =>
		twin.ask({ path: "/twin/browser-sessions", key: null, body: { ...body, ...more } });

	it("is open to pages of other origins, and nothing else is", async () => {
		const reply = await ask({ metadata: { note: "x" }, customerKey: "customer-1" });
		expect([reply.status, reply.headers["access-control-allow-origin"]]).toEqual([201, "*"]);
		const preflight = await twin.ask({ path: "/twin/browser-sessions", method: "OPTIONS", key: null });
		expect([preflight.status, preflight.headers["access-control-allow-headers"]]).toEqual([204, "content-type"]);
		for (const path of ["/twin/sessions", "/twin/faults", "/twin/books", "/v1/payments/confirm"]) {
			const other = await twin.ask({ path, method: "OPTIONS", key: null });
			expect(other.status).toBeGreaterThanOrEqual(400);
			expect(other.headers["access-control-allow-origin"]).toBeUndefined();
		}
	});

	it.each([
		[{ clientKey: null }, "VALIDATION_ERROR"],
		[{ clientKey: "test_sk_secret_in_a_page" }, "INSECURE_KEY_USAGE"],
		[{ amount: 1000 }, "VALIDATION_ERROR"],
		[{ amount: { currency: "USD", value: 1 } }, "VALIDATION_ERROR"],
		[{ successUrl: null }, "VALIDATION_ERROR"],
		[{ failUrl: null }, "VALIDATION_ERROR"],
	])("refuses %j", async (more, code) => {
		const reply = await ask(more);
		expect([reply.status, reply.json.code]).toEqual([400, code]);
	});

	it("serves the browser library", async () => {
		const reply = await twin.ask({ path: "/twin/sdk.js", key: null });
		expect(reply.headers["content-type"]).toContain("text/javascript");
		expect(reply.text).toContain("requestPayment");
	});
});

describe("the control API", () => {
	it("only takes JSON", async () => {
		const form = { headers: { "content-type": "text/plain" }, raw: JSON.stringify(order) };
		expect((await twin.ask({ path: "/twin/sessions", ...form })).json.code).toBe("JSON_ONLY");
		for (const raw of ["{", "5", "null"])
			expect((await twin.ask({ path: "/twin/sessions", raw })).json.code).toBe("INVALID_JSON");
		const huge = JSON.stringify({ x: "y".repeat(2_000_000) });
		expect((await twin.ask({ path: "/twin/sessions", raw: huge })).status).toBe(413);
		expect((await twin.ask({ path: "/twin/nothing" })).status).toBe(404);
		expect((await twin.ask({ path: "/twin/books", method: "POST", body: {} })).status).toBe(405);
	});

	it("pages through the books", async () => {
		for (const orderId of ["order-0001", "order-0002", "order-0003"]) await twin.paid(orderId);
		const first = (await twin.ask({ path: "/twin/books?limit=2" })).json;
		const rest = (await twin.ask({ path: `/twin/books?limit=2&after=${first.next}` })).json;
		expect([first.charges.length, rest.charges.length, rest.next]).toEqual([2, 1, null]);
		expect(rest.charges[0]).toMatchObject({ orderId: "order-0003", amount: 1000, at: "2026-03-02T10:15:30+09:00" });
		for (const query of ["limit=0", "limit=1001", "after=-1", "after=x"])
			expect((await twin.ask({ path: `/twin/books?${query}` })).json.code).toBe("VALIDATION_ERROR");
	});

	it("moves a virtual clock, and says no to a real one", async () => {
		const moved = await twin.ask({ path: "/twin/clock/advance", body: { ms: 60_000 } });
		expect(moved.json).toEqual({ now: "2026-03-02T10:16:30+09:00", isVirtual: true });
		expect((await twin.ask({ path: "/twin/clock/advance", body: { ms: -1 } })).json.code).toBe("VALIDATION_ERROR");
		expect((await twin.ask({ path: "/twin/clock/advance", body: { ms: 1e15 } })).status).toBe(400);
		const real = await runTwin({ clock: systemClock() });
		expect((await real.ask({ path: "/twin/clock/advance", body: { ms: 1 } })).json.code).toBe("CLOCK_IS_REAL");
		expect((await real.ask({ path: "/twin/clock" })).json.isVirtual).toBe(false);
		await real.stop();
	});

	it("says how it is", async () => {
		const reply = await twin.ask({ path: "/health", key: null });
		expect(reply.json).toEqual({ status: "UP", service: "toss-twin", time: "2026-03-02T10:15:30+09:00" });
		const head = await twin.ask({ path: "/health", method: "HEAD", key: null });
		expect([head.status, head.text]).toEqual([200, ""]);
	});
});
