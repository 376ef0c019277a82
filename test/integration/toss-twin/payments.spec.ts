import type { Running } from "./harness.ts";
import { runTwin } from "./harness.ts";

describe("payments over HTTP", () => {
	let twin: Running;
	beforeEach(async () => (twin = await runTwin()));
	afterEach(async () => {
		await twin.stop();
		expect(twin.faults).toEqual([]);
	});

	it("goes from the window to the money and back", async () => {
		const paymentKey = await twin.approved("order-0001", 22_000);
		const confirmed = await twin.confirm(paymentKey, "order-0001", 22_000);
		expect(confirmed.status).toBe(200);
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
		expect(cancelled.json.lastTransactionKey).toBe(cancelled.json.cancels[0].transactionKey);
		const books = await twin.ask({ path: "/twin/books" });
		expect(books.json).toMatchObject({
			charges: [{ paymentKey, orderId: "order-0001", amount: 22_000 }],
			refunds: [{ paymentKey, orderId: "order-0001", amount: 5500 }],
			next: null,
		});
	});
});
