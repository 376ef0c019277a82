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

describe("a payment over HTTP", () => {
	it("goes from the window to the money and back", async () => {
		const paymentKey = await twin.approved("order-0001", 22_000);
		const confirmed = await twin.confirm(paymentKey, "order-0001", 22_000);
		expect(confirmed.status).toBe(200);
		expect(confirmed.headers["x-tosspayments-trace-id"]).toMatch(/^[0-9a-f]{32}$/);
		expect(confirmed.json).toMatchObject({
			version: "2022-11-16",
			mId: "payflow01",
			paymentKey,
			type: "NORMAL",
			orderId: "order-0001",
			orderName: "커피 원두",
			currency: "KRW",
			method: "카드",
			status: "DONE",
			requestedAt: "2026-03-02T10:15:30+09:00",
			approvedAt: "2026-03-02T10:15:30+09:00",
			totalAmount: 22_000,
			balanceAmount: 22_000,
			suppliedAmount: 20_000,
			vat: 2000,
			cancels: null,
			card: { amount: 22_000, issuerCode: "41", cardType: "신용", ownerType: "개인", acquireStatus: "READY" },
			virtualAccount: null,
			failure: null,
			checkout: { url: `${twin.url}/v1/payments/${paymentKey}/checkout` },
		});
		const cancelled = await twin.ask({
			path: `/v1/payments/${paymentKey}/cancel`,
			body: { cancelReason: "one item out of stock", cancelAmount: 5500 },
		});
		expect(cancelled.json).toMatchObject({
			status: "PARTIAL_CANCELED",
			balanceAmount: 16_500,
			suppliedAmount: 15_000,
			vat: 1500,
			cancels: [{ cancelAmount: 5500, cancelReason: "one item out of stock", refundableAmount: 16_500 }],
		});
		expect(cancelled.json.lastTransactionKey).toBe(cancelled.json.cancels[0]?.transactionKey);
		const books = await twin.ask({ path: "/twin/books" });
		expect(books.json).toMatchObject({
			charges: [{ paymentKey, orderId: "order-0001", amount: 22_000 }],
			refunds: [{ paymentKey, orderId: "order-0001", amount: 5500 }],
			next: null,
		});
	});

	it("is read by its key and by its order, the paid attempt before a later one", async () => {
		const first = await twin.ask({
			path: "/twin/sessions",
			body: { orderId: "order-0001", orderName: "a", amount: 1000 },
		});
		const second = await twin.ask({
			path: "/twin/sessions",
			body: { orderId: "order-0001", orderName: "a", amount: 1000 },
		});
		await twin.ask({ path: `/twin/sessions/${first.json.sessionId}/approve`, body: {} });
		await twin.confirm(first.json.paymentKey, "order-0001");
		const byOrder = await twin.ask({ path: "/v1/payments/orders/order-0001" });
		expect(byOrder.json).toMatchObject({ paymentKey: first.json.paymentKey, status: "DONE" });
		const byKey = await twin.ask({ path: `/v1/payments/${second.json.paymentKey}` });
		expect(byKey.json).toMatchObject({ status: "READY", approvedAt: null, receipt: null });
	});

	it("carries English words when they are asked for", async () => {
		const paymentKey = await twin.paid("order-0001");
		const headers = { "accept-language": "en-US" };
		const found = await twin.ask({ path: `/v1/payments/${paymentKey}`, headers });
		expect(found.json).toMatchObject({ method: "CARD", card: { cardType: "CREDIT", ownerType: "PERSONAL" } });
		const missing = await twin.ask({ path: "/v1/payments/nothing", headers });
		expect(missing.json).toEqual({ code: "NOT_FOUND_PAYMENT", message: "There is no such payment." });
		const korean = await twin.ask({ path: "/v1/payments/nothing" });
		expect(korean.json).toEqual({ code: "NOT_FOUND_PAYMENT", message: "존재하지 않는 결제입니다." });
		expect(missing.status).toBe(404);
	});
});

describe("a confirm", () => {
	const cases: [name: string, change: Record<string, unknown>, status: number, code: string][] = [
		["an unknown key", { paymentKey: "nobody" }, 404, "NOT_FOUND_PAYMENT_SESSION"],
		["another order", { orderId: "order-9999" }, 403, "FORBIDDEN_REQUEST"],
		["another amount", { amount: 999 }, 400, "INVALID_REQUEST"],
		["an amount as text", { amount: "1000" }, 400, "INVALID_REQUEST"],
		["an amount beyond all numbers", { amount: 1e300 }, 400, "INVALID_REQUEST"],
		["a fraction of a won", { amount: 10.5 }, 400, "INVALID_REQUEST"],
		["no order", { orderId: null }, 400, "INVALID_REQUEST"],
		["a key that is an object", { paymentKey: { $gt: "" } }, 400, "INVALID_REQUEST"],
	];
	it.each(cases)("with %s is refused and takes nothing", async (_name, change, status, code) => {
		const paymentKey = await twin.approved("order-0001");
		const body = { paymentKey, orderId: "order-0001", amount: 1000, ...change };
		const reply = await twin.ask({ path: "/v1/payments/confirm", body });
		expect(reply.json).toMatchObject({ code });
		expect(reply.status).toBe(status);
		expect((await twin.confirm(paymentKey, "order-0001")).status).toBe(200);
	});

	it("happens once", async () => {
		const paymentKey = await twin.approved("order-0001");
		const replies = await Promise.all(Array.from({ length: 20 }, () => twin.confirm(paymentKey, "order-0001")));
		const codes = replies.map(({ status, json }) => (status === 200 ? "ok" : json.code)).sort();
		expect(codes.filter((code) => code === "ok")).toHaveLength(1);
		expect(codes.filter((code) => code === "ALREADY_PROCESSED_PAYMENT")).toHaveLength(19);
		expect((await twin.ask({ path: "/twin/books" })).json.charges).toHaveLength(1);
	});

	it("needs the buyer first", async () => {
		const { json } = await twin.ask({
			path: "/twin/sessions",
			body: { orderId: "order-0001", orderName: "a", amount: 1000 },
		});
		const reply = await twin.confirm(json.paymentKey, "order-0001");
		expect(reply.json.code).toBe("NOT_FOUND_PAYMENT_SESSION");
	});

	it("comes too late after ten minutes", async () => {
		const paymentKey = await twin.approved("order-0001");
		await twin.clock.advance(10 * 60_000 - 1);
		const other = await twin.approved("order-0002");
		await twin.clock.advance(1);
		expect((await twin.confirm(paymentKey, "order-0001")).json.code).toBe("NOT_FOUND_PAYMENT_SESSION");
		expect((await twin.confirm(other, "order-0002")).status).toBe(200);
		const expired = await twin.ask({ path: `/v1/payments/${paymentKey}` });
		expect(expired.json).toMatchObject({ status: "EXPIRED", method: null, failure: { code: "EXPIRED_PAYMENT" } });
	});

	it("below the minimum ends the payment", async () => {
		const paymentKey = await twin.approved("order-0001", 99);
		expect((await twin.confirm(paymentKey, "order-0001", 99)).json.code).toBe("BELOW_MINIMUM_AMOUNT");
		const found = await twin.ask({ path: `/v1/payments/${paymentKey}` });
		expect(found.json).toMatchObject({ status: "ABORTED", failure: { code: "BELOW_MINIMUM_AMOUNT" } });
	});

	it.each([
		["EASY_PAY", { method: "간편결제", easyPay: { provider: "토스페이" }, card: { amount: 1000 } }],
		["TRANSFER", { method: "계좌이체", transfer: { bankCode: "88" }, card: null }],
		["MOBILE_PHONE", { method: "휴대폰", mobilePhone: { settlementStatus: "INCOMPLETED" } }],
		["CULTURE_GIFT_CERTIFICATE", { method: "문화상품권", giftCertificate: { approveNo: "00012345" } }],
	])("fills in what belongs to %s", async (method, expected) => {
		const paymentKey = await twin.approved("order-0001", 1000, { method });
		expect((await twin.confirm(paymentKey, "order-0001")).json).toMatchObject({ status: "DONE", ...expected });
	});
});

describe("keys of demonstrations", () => {
	it("approve and decline without a window", async () => {
		expect((await twin.confirm("mock_ok_1", "order-0001")).json).toMatchObject({ status: "DONE", totalAmount: 1000 });
		expect((await twin.confirm("mock_ok_1", "order-0001")).json.code).toBe("ALREADY_PROCESSED_PAYMENT");
		const declined = await twin.confirm("mock_decline_1", "order-0002");
		expect([declined.status, declined.json.code]).toEqual([403, "REJECT_CARD_COMPANY"]);
		expect((await twin.ask({ path: "/v1/payments/mock_decline_1" })).json.status).toBe("ABORTED");
	});

	it("execute late and never answer", async () => {
		await expect(twin.confirm("mock_late_1", "order-0001")).rejects.toThrow();
		expect((await twin.ask({ path: "/v1/payments/mock_late_1" })).json.status).toBe("DONE");
		const silent = twin.confirm("mock_timeout_1", "order-0002");
		expect((await twin.ask({ path: "/v1/payments/mock_timeout_1" })).json.code).toBe("NOT_FOUND_PAYMENT");
		const ended = expect(silent).rejects.toThrow();
		await twin.stop();
		await ended;
	});
});

describe("a cancel", () => {
	const cancel = (paymentKey: string, body: Record<string, unknown> = {}) =>
		twin.ask({ path: `/v1/payments/${paymentKey}/cancel`, body: { cancelReason: "changed my mind", ...body } });

	it("of everything ends CANCELED; the rest after a part stays PARTIAL_CANCELED with nothing left", async () => {
		const whole = await twin.paid("order-0001");
		expect((await cancel(whole)).json).toMatchObject({ status: "CANCELED", balanceAmount: 0 });
		const again = await cancel(whole);
		expect([again.status, again.json.code]).toEqual([400, "ALREADY_CANCELED_PAYMENT"]);
		const parts = await twin.paid("order-0002");
		await cancel(parts, { cancelAmount: 400 });
		expect((await cancel(parts)).json).toMatchObject({ status: "PARTIAL_CANCELED", balanceAmount: 0 });
		const beyond = await cancel(parts);
		expect([beyond.status, beyond.json.code]).toEqual([403, "NOT_CANCELABLE_AMOUNT"]);
		const { refunds } = (await twin.ask({ path: "/twin/books" })).json;
		expect(refunds.map((row) => row.amount)).toEqual([1000, 400, 600]);
	});

	it.each([
		["over the balance", { cancelAmount: 1001 }, 403, "NOT_CANCELABLE_AMOUNT"],
		["of another refundable amount", { refundableAmount: 999 }, 400, "NOT_MATCHES_REFUNDABLE_AMOUNT"],
		["without a reason", { cancelReason: "" }, 400, "INVALID_REQUEST"],
		["of nothing", { cancelAmount: 0 }, 400, "INVALID_REQUEST"],
		["in another currency", { currency: "USD" }, 400, "INVALID_CURRENCY"],
		[
			"with an account no card needs",
			{ refundReceiveAccount: { bank: "20", accountNumber: "1", holderName: "a" } },
			400,
			"INVALID_REQUEST",
		],
	])("%s is refused", async (_name, body, status, code) => {
		const paymentKey = await twin.paid("order-0001");
		const reply = await cancel(paymentKey, body);
		expect([reply.status, reply.json.code]).toEqual([status, code]);
		expect((await twin.ask({ path: "/twin/books" })).json.refunds).toEqual([]);
	});

	it("never gives back more than was paid, however many come at once", async () => {
		const paymentKey = await twin.paid("order-0001");
		await Promise.all(Array.from({ length: 10 }, () => cancel(paymentKey, { cancelAmount: 300 })));
		const { refunds } = (await twin.ask({ path: "/twin/books" })).json;
		expect(refunds).toHaveLength(3);
	});

	it("is not for payments without money, and not for strangers", async () => {
		const open = await twin.approved("order-0001");
		expect((await cancel(open)).json.code).toBe("NOT_CANCELABLE_PAYMENT");
		expect((await cancel("nobody")).json.code).toBe("NOT_FOUND_PAYMENT");
		const paid = await twin.paid("order-0002");
		const stranger = await twin.ask({
			path: `/v1/payments/${paid}/cancel`,
			body: { cancelReason: "mine now" },
			key: "test_sk_somebody_else",
		});
		expect(stranger.json.code).toBe("NOT_FOUND_PAYMENT");
	});
});
