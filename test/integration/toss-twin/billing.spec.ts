import { runTwin, until } from "./harness.ts";
import type { Running } from "./harness.ts";
import { startReceiver } from "./receiver.ts";

let twin: Running;
beforeEach(async () => {
	twin = await runTwin();
});
afterEach(async () => {
	await twin.stop();
	expect(twin.faults).toEqual([]);
});

describe("billing", () => {
	const card = {
		cardNumber: "9410001234567890",
		cardExpirationYear: "30",
		cardExpirationMonth: "12",
		customerIdentityNumber: "900101",
	};
	const order = { amount: 10_000, orderId: "order-0001", orderName: "구독", customerKey: "customer-1" };
	const byCard = (more: Record<string, unknown> = {}) =>
		twin.ask({ path: "/v1/billing/authorizations/card", body: { customerKey: "customer-1", ...card, ...more } });
	const charge = (billingKey: string, more: Record<string, unknown> = {}) =>
		twin.ask({ path: `/v1/billing/${encodeURIComponent(billingKey)}`, body: { ...order, ...more } });

	it("issues a key for a card and charges it without a webhook", async () => {
		const merchant = await startReceiver();
		await twin.ask({ path: "/twin/webhook-url", method: "PUT", body: { url: merchant.url } });
		const { json } = await byCard();
		expect(json).toMatchObject({
			customerKey: "customer-1",
			method: "카드",
			card: { number: "94100012****789*", issuerCode: "21" },
		});
		const paid = await charge(json.billingKey, { amount: 60_000, cardInstallmentPlan: 3 });
		expect(paid.json).toMatchObject({ type: "BILLING", status: "DONE", card: { installmentPlanMonths: 3 } });
		expect((await charge(json.billingKey)).json.code).toBe("DUPLICATED_ORDER_ID");
		const other = await charge(json.billingKey, { orderId: "order-0002", customerKey: "customer-2" });
		expect(other.json.code).toBe("NOT_MATCHES_CUSTOMER_KEY");
		const path = `/v1/billing/${json.billingKey}`;
		const removed = await twin.ask({ path, method: "DELETE" });
		expect([removed.status, removed.text]).toEqual([200, ""]);
		expect((await charge(json.billingKey, { orderId: "order-0002" })).json.code).toBe("ALREADY_REMOVED_BILLING_KEY");
		await until(async () => {
			await twin.clock.advance(0);
			return merchant.received.length === 1;
		});
		expect(merchant.received[0]?.body).toMatchObject({ eventType: "BILLING_DELETED", data: { reason: null } });
		await merchant.stop();
	});

	it("issues a key for a finished window once, to the right customer", async () => {
		const { json } = await twin.ask({
			path: "/twin/billing-auths",
			body: { customerKey: "customer-1", method: "TRANSFER", successUrl: "http://127.0.0.1:1/ok" },
		});
		expect(json.redirectUrl).toContain("customerKey=customer-1&authKey=bln_");
		const issue = (customerKey: string) =>
			twin.ask({ path: "/v1/billing/authorizations/issue", body: { authKey: json.authKey, customerKey } });
		expect((await issue("customer-2")).json.code).toBe("NOT_MATCHES_CUSTOMER_KEY");
		const issued = await issue("customer-1");
		expect(issued.json).toMatchObject({ method: "계좌이체", card: null, transfers: [{ bankName: "신한" }] });
		expect((await issue("customer-1")).json.code).toBe("INVALID_BILLING_AUTH");
		expect((await charge(issued.json.billingKey)).json).toMatchObject({ status: "DONE", transfer: { bankCode: "88" } });
	});

	it.each([
		[{ cardNumber: "941000" }, "INVALID_CARD_NUMBER"],
		[{ cardExpirationYear: "25" }, "INVALID_CARD_EXPIRATION"],
		[{ cardExpirationMonth: "13" }, "INVALID_CARD_EXPIRATION"],
		[{ customerIdentityNumber: "1" }, "INVALID_CARD_IDENTITY"],
		[{ cardPassword: "abc" }, "INVALID_CARD_PASSWORD"],
		[{ customerKey: "a b" }, "INVALID_CUSTOMER_KEY"],
	])("refuses %j", async (more, code) => {
		expect((await byCard(more)).json.code).toBe(code);
	});

	it.each([
		[{ cardInstallmentPlan: 1, amount: 60_000 }, "INVALID_CARD_INSTALLMENT_PLAN"],
		[{ cardInstallmentPlan: 13, amount: 60_000 }, "EXCEED_MAX_CARD_INSTALLMENT_PLAN"],
		[{ cardInstallmentPlan: 2 }, "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT"],
		[{ amount: 99 }, "BELOW_MINIMUM_AMOUNT"],
	])("does not charge %j", async (more, code) => {
		const { json } = await byCard();
		expect((await charge(json.billingKey, more)).json.code).toBe(code);
		expect((await charge("unknown")).json.code).toBe("NOT_FOUND_BILLING");
	});

	it("declines when told to", async () => {
		const { json } = await byCard();
		await twin.ask({ path: "/twin/faults", body: { match: { operation: "billing-charge" }, fault: "decline" } });
		expect((await charge(json.billingKey)).json.code).toBe("REJECT_CARD_COMPANY");
		expect((await charge(json.billingKey)).status).toBe(200);
	});

	it("takes a typed-in card at once", async () => {
		const body = { amount: 10_000, orderId: "order-0001", orderName: "책", ...card };
		const paid = await twin.ask({ path: "/v1/payments/key-in", body });
		expect(paid.json).toMatchObject({ status: "DONE", type: "NORMAL", card: { number: "94100012****789*" } });
	});
});
