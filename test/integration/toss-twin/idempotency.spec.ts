import { runTwin } from "./harness.ts";
import type { Running } from "./harness.ts";

let twin: Running;
beforeEach(async () => {
	twin = await runTwin();
});
afterEach(() => twin.stop());

const key = (value: string) => ({ "idempotency-key": value });

describe("an idempotency key", () => {
	it("replays the first answer byte for byte, also after the payment has moved on", async () => {
		const paymentKey = await twin.approved("order-0001");
		const first = await twin.confirm(paymentKey, "order-0001", 1000, key("k"));
		await twin.ask({ path: `/v1/payments/${paymentKey}/cancel`, body: { cancelReason: "why not" } });
		const again = await twin.confirm(paymentKey, "order-0001", 1000, key("k"));
		expect(again.text).toBe(first.text);
		expect(again.status).toBe(200);
		expect(again.headers["idempotency-key"]).toBe("k");
		expect(again.headers["x-tosspayments-trace-id"]).toMatch(/^[0-9a-f]{32}, [0-9a-f]{32}$/);
		expect(String(again.headers["x-tosspayments-trace-id"])).toContain(
			String(first.headers["x-tosspayments-trace-id"]),
		);
	});

	it("replays refusals too, so that a corrected body needs a new key", async () => {
		const paymentKey = await twin.approved("order-0001");
		const refused = await twin.confirm(paymentKey, "order-0001", 999, key("k"));
		const corrected = await twin.confirm(paymentKey, "order-0001", 1000, key("k"));
		expect([corrected.status, corrected.text]).toEqual([400, refused.text]);
		expect((await twin.confirm(paymentKey, "order-0001", 1000, key("k2"))).status).toBe(200);
	});

	it("does not look at the body: another payment under it is silently dropped", async () => {
		const one = await twin.approved("order-0001");
		const two = await twin.approved("order-0002");
		await twin.confirm(one, "order-0001", 1000, key("k"));
		expect((await twin.confirm(two, "order-0002", 1000, key("k"))).json.paymentKey).toBe(one);
		expect((await twin.ask({ path: "/twin/books" })).json.charges).toHaveLength(1);
	});

	it("is another one at another address and under another secret key", async () => {
		const paymentKey = await twin.paid("order-0001");
		const cancel = { cancelReason: "x", cancelAmount: 100 };
		const path = `/v1/payments/${paymentKey}/cancel`;
		await twin.ask({ path, body: cancel, headers: key("k") });
		expect((await twin.ask({ path, body: cancel, headers: key("k") })).json.balanceAmount).toBe(900);
		expect((await twin.ask({ path: `${path}?a=1`, body: cancel, headers: key("k") })).json.balanceAmount).toBe(800);
		const stranger = await twin.ask({ path, body: cancel, headers: key("k"), key: "test_sk_stranger" });
		expect(stranger.json.code).toBe("NOT_FOUND_PAYMENT");
	});

	it("is new again after fifteen days", async () => {
		const paymentKey = await twin.paid("order-0001");
		const ask = () =>
			twin.ask({
				path: `/v1/payments/${paymentKey}/cancel`,
				body: { cancelReason: "x", cancelAmount: 100 },
				headers: key("k"),
			});
		await ask();
		await twin.clock.advance(15 * 86_400_000 - 1);
		expect((await ask()).json.balanceAmount).toBe(900);
		await twin.clock.advance(1);
		expect((await ask()).json.balanceAmount).toBe(800);
	});

	it("answers 409 while the first request is running", async () => {
		const paymentKey = await twin.approved("order-0001");
		await twin.ask({ path: "/twin/faults", body: { fault: "slow", ms: 1000 } });
		const slow = twin.confirm(paymentKey, "order-0001", 1000, key("k"));
		let early = await twin.confirm(paymentKey, "order-0001", 1000, key("k"));
		while (early.status === 200) early = await twin.confirm(paymentKey, "order-0001", 1000, key("k"));
		expect([early.status, early.json.code]).toEqual([409, "IDEMPOTENT_REQUEST_PROCESSING"]);
		await twin.clock.advance(1000);
		expect((await slow).status).toBe(200);
		expect((await twin.confirm(paymentKey, "order-0001", 1000, key("k"))).text).toBe((await slow).text);
	});

	it("over 300 characters is refused; on a GET it means nothing", async () => {
		const reply = await twin.confirm("x", "order-0001", 1000, key("k".repeat(301)));
		expect([reply.status, reply.json.code]).toEqual([400, "INVALID_IDEMPOTENCY_KEY"]);
		const read = await twin.ask({ path: "/v1/payments/x", headers: key("k".repeat(301)) });
		expect(read.json.code).toBe("NOT_FOUND_PAYMENT");
	});
});

describe("the test code header", () => {
	it("forces any error before the payment is looked at, and is replayed like any other", async () => {
		const headers = { ...key("k"), "tosspayments-test-code": "REJECT_CARD_PAYMENT" };
		const forced = await twin.confirm("nobody", "order-0001", 1000, headers);
		expect([forced.status, forced.json.code]).toEqual([403, "REJECT_CARD_PAYMENT"]);
		expect((await twin.confirm("nobody", "order-0001", 1000, key("k"))).text).toBe(forced.text);
	});

	it("knows only the vendor's codes", async () => {
		for (const code of ["NO_SUCH_CODE", "constructor", "__proto__"]) {
			const reply = await twin.confirm("x", "order-0001", 1000, { "tosspayments-test-code": code });
			expect([reply.status, reply.json.code]).toEqual([400, "INVALID_TEST_CODE"]);
		}
	});
});
