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

const books = async () => (await twin.ask({ path: "/twin/books" })).json;

describe("virtual accounts", () => {
	const issue = (more: Record<string, unknown> = {}) =>
		twin.ask({
			path: "/v1/virtual-accounts",
			body: { amount: 15_000, orderId: "order-0001", orderName: "책", customerName: "구매자", bank: "20", ...more },
		});
	const deposit = (body: Record<string, unknown> = {}) =>
		twin.ask({ path: "/twin/deposits", body: { orderId: "order-0001", ...body } });

	it("wait for the deposit, take it, lose it to the bank, and take it again", async () => {
		const issued = await issue({ bank: "우리은행" });
		expect(issued.json).toMatchObject({
			status: "WAITING_FOR_DEPOSIT",
			method: "가상계좌",
			approvedAt: null,
			suppliedAmount: 13_636,
			vat: 1364,
			virtualAccount: { bankCode: "20", dueDate: "2026-03-09T10:15:30+09:00", expired: false, accountType: "일반" },
		});
		expect(issued.json.secret).toMatch(/^ps_.{28}$/);
		expect(issued.json.virtualAccount.accountNumber).toMatch(/^X\d{13}$/);
		expect((await books()).charges).toEqual([]);
		expect((await deposit()).json).toMatchObject({ status: "DONE", amount: 15_000 });
		expect((await books()).charges).toMatchObject([{ amount: 15_000 }]);
		expect((await deposit({ fail: true })).json.status).toBe("WAITING_FOR_DEPOSIT");
		expect((await deposit()).json.status).toBe("DONE");
		const { charges, refunds } = await books();
		expect([charges.length, refunds.length]).toEqual([2, 1]);
	});

	it("come out of the payment window too", async () => {
		const paymentKey = await twin.approved("order-0001", 15_000, { method: "VIRTUAL_ACCOUNT" });
		const confirmed = await twin.confirm(paymentKey, "order-0001", 15_000);
		expect(confirmed.json).toMatchObject({ status: "WAITING_FOR_DEPOSIT", paymentKey });
		expect((await deposit()).json.status).toBe("DONE");
	});

	it("only take the exact amount in time", async () => {
		await issue({ validHours: 1 });
		expect((await deposit({ amount: 14_999 })).json.code).toBe("DEPOSIT_AMOUNT_MISMATCH");
		await twin.clock.advance(3_600_000);
		expect((await deposit()).json.code).toBe("DEPOSIT_TOO_LATE");
		const found = await twin.ask({ path: "/v1/payments/orders/order-0001" });
		expect(found.json).toMatchObject({ status: "WAITING_FOR_DEPOSIT", virtualAccount: { expired: true } });
		expect((await deposit({ orderId: "order-9999" })).json.code).toBe("PAYMENT_NOT_FOUND");
		expect((await deposit({ orderId: null })).json.code).toBe("VALIDATION_ERROR");
	});

	it("are cancelled whole before the deposit, and need an account to refund to after it", async () => {
		const { json } = await issue();
		const path = `/v1/payments/${json.paymentKey}/cancel`;
		const part = await twin.ask({ path, body: { cancelReason: "x", cancelAmount: 5000 } });
		expect(part.json.code).toBe("NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT");
		await deposit();
		const refundReceiveAccount = { bank: "88", accountNumber: "110123456789", holderName: "구매자" };
		expect((await twin.ask({ path, body: { cancelReason: "x" } })).json.code).toBe("INVALID_REFUND_ACCOUNT_INFO");
		const bad = { ...refundReceiveAccount, bank: "ZZ" };
		expect((await twin.ask({ path, body: { cancelReason: "x", refundReceiveAccount: bad } })).json.code).toBe(
			"INVALID_BANK",
		);
		const refunded = await twin.ask({ path, body: { cancelReason: "x", refundReceiveAccount } });
		expect(refunded.json).toMatchObject({
			status: "CANCELED",
			virtualAccount: { refundStatus: "COMPLETED", refundReceiveAccount: { bankCode: "88" } },
		});
		const other = await issue({ orderId: "order-0002" });
		const voided = await twin.ask({
			path: `/v1/payments/${other.json.paymentKey}/cancel`,
			body: { cancelReason: "x" },
		});
		expect(voided.json.status).toBe("CANCELED");
		expect((await books()).refunds).toHaveLength(1);
	});

	it.each([
		[{ bank: "없는은행" }, "INVALID_BANK"],
		[{ validHours: 721 }, "EXCEED_MAX_VALID_HOURS"],
		[{ validHours: 1, dueDate: "2026-03-05" }, "INVALID_VALID_HOURS_WITH_DUE_DATE_AND_SINGLE"],
		[{ dueDate: "2026-02-30" }, "INVALID_DATE"],
		[{ dueDate: "2026-03-01" }, "INVALID_DATE"],
		[{ dueDate: "2026-09-01" }, "EXCEED_MAX_DUE_DATE"],
		[{ amount: 100 }, "BELOW_MINIMUM_AMOUNT"],
		[{ customerName: null }, "INVALID_REQUEST"],
		[{ taxFreeAmount: 20_000 }, "INVALID_REQUEST"],
	])("refuse %j", async (more, code) => {
		expect((await issue(more)).json.code).toBe(code);
	});

	it("take each order once", async () => {
		await issue({ dueDate: "2026-03-05", accountKey: "1234", useEscrow: true, taxFreeAmount: 1000 });
		expect((await issue()).json.code).toBe("DUPLICATED_ORDER_ID");
	});

	it("call back with the payment's secret", async () => {
		const merchant = await startReceiver();
		await twin.ask({ path: "/twin/webhook-url", method: "PUT", body: { url: merchant.url } });
		const { json } = await issue();
		await deposit();
		await until(async () => {
			await twin.clock.advance(0);
			return merchant.received.length === 4;
		});
		const callbacks = merchant.received.filter(({ body }) => body.eventType === undefined).map(({ body }) => body);
		expect(callbacks.map(({ status }) => status as string).sort()).toEqual(["DONE", "WAITING_FOR_DEPOSIT"]);
		expect(callbacks).toContainEqual(expect.objectContaining({ secret: json.secret, orderId: "order-0001" }));
		expect(callbacks[0]).not.toHaveProperty("paymentKey");
		await merchant.stop();
	});
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
		const path = `/v1/billing/${json.billingKey as string}`;
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

describe("cash receipts", () => {
	const body = {
		amount: 5000,
		orderId: "order-0001",
		orderName: "책",
		customerIdentityNumber: "01012345678",
		type: "소득공제",
	};
	const issue = (more: Record<string, unknown> = {}) =>
		twin.ask({ path: "/v1/cash-receipts", body: { ...body, ...more } });

	it("are issued, confirmed a day later, cancelled in parts, and listed", async () => {
		const { json } = await issue();
		expect(json).toMatchObject({
			issueStatus: "IN_PROGRESS",
			transactionType: "CONFIRM",
			customerIdentityNumber: "010******78",
		});
		const cancel = (amount?: number) =>
			twin.ask({ path: `/v1/cash-receipts/${json.receiptKey as string}/cancel`, body: { amount } });
		expect((await cancel(2000)).json).toMatchObject({
			transactionType: "CANCEL",
			receiptKey: `c_${json.receiptKey as string}`,
		});
		expect((await cancel(3001)).json.code).toBe("INVALID_REFUND_AMOUNT");
		expect((await cancel()).json.amount).toBe(3000);
		expect((await cancel()).json.code).toBe("INVALID_REFUND_AMOUNT");
		await twin.clock.advance(86_400_000);
		const first = await twin.ask({ path: "/v1/cash-receipts?requestDate=2026-03-02&limit=2" });
		expect(first.json).toMatchObject({
			hasNext: true,
			data: [{ issueStatus: "COMPLETED" }, { transactionType: "CANCEL" }],
		});
		const rest = await twin.ask({
			path: `/v1/cash-receipts?requestDate=2026-03-02&limit=2&cursor=${first.json.lastCursor as number}`,
		});
		expect(rest.json).toMatchObject({ hasNext: false, data: [{ amount: 3000 }] });
	});

	it("refuse what is not right", async () => {
		expect((await issue({ type: "기타" })).json.code).toBe("INVALID_CASH_RECEIPT_INFO");
		expect((await issue({ customerIdentityNumber: "abc" })).json.code).toBe("INVALID_CASH_RECEIPT_INFO");
		expect((await twin.ask({ path: "/v1/cash-receipts?requestDate=yesterday" })).json.code).toBe("INVALID_DATE");
		expect((await twin.ask({ path: "/v1/cash-receipts/none/cancel", body: {} })).json.code).toBe("NOT_FOUND");
	});
});

describe("records", () => {
	const list = (path: string) => twin.ask({ path });

	it("list transactions oldest first, page by page", async () => {
		const paymentKey = await twin.paid("order-0001", 3000);
		await twin.clock.advance(1000);
		await twin.ask({ path: `/v1/payments/${paymentKey}/cancel`, body: { cancelReason: "x", cancelAmount: 1000 } });
		await twin.paid("order-0002", 2000);
		const range = "startDate=2026-03-02T00:00:00&endDate=2026-03-03T00:00:00";
		const first = await list(`/v1/transactions?${range}&limit=2`);
		expect(first.json).toMatchObject([
			{ orderId: "order-0001", status: "DONE", amount: 3000, transactionAt: "2026-03-02T10:15:30+09:00" },
			{ orderId: "order-0001", status: "PARTIAL_CANCELED", amount: -1000 },
		]);
		const last = first.json[1].transactionKey as string;
		const rest = await list(`/v1/transactions?${range}&limit=2&startingAfter=${last}`);
		expect(rest.json).toMatchObject([{ orderId: "order-0002", amount: 2000 }]);
		expect((await list(`/v1/transactions?startDate=2026-03-03&endDate=2026-03-04`)).json).toEqual([]);
		expect((await twin.ask({ path: `/v1/transactions?${range}`, key: "test_sk_stranger" })).json).toEqual([]);
	});

	it("settle two business days later, less the fee", async () => {
		const paymentKey = await twin.paid("order-0001", 100_000);
		await twin.ask({ path: `/v1/payments/${paymentKey}/cancel`, body: { cancelReason: "x", cancelAmount: 50_000 } });
		const bySale = await list("/v1/settlements?startDate=2026-03-02&endDate=2026-03-02");
		expect(bySale.json).toMatchObject([
			{
				amount: 100_000,
				fees: [{ type: "BASE", fee: 3080 }],
				suppliedAmount: 2800,
				vat: 280,
				payOutAmount: 96_920,
				soldDate: "2026-03-02",
				paidOutDate: "2026-03-04",
				cancel: null,
			},
			{ amount: -50_000, fees: [{ fee: -1540 }], payOutAmount: -48_460, cancel: { cancelAmount: 50_000 } },
		]);
		const byPayout = await list(
			"/v1/settlements?startDate=2026-03-04&endDate=2026-03-04&dateType=paidOutDate&size=1&page=2",
		);
		expect(byPayout.json).toMatchObject([{ amount: -50_000 }]);
		expect((await list("/v1/settlements?startDate=2026-03-03&endDate=2026-03-03&dateType=paidOutDate")).json).toEqual(
			[],
		);
		const asked = await twin.ask({ path: "/v1/settlements", body: { paymentKey } });
		expect(asked.json).toEqual({ result: true });
		expect((await twin.ask({ path: "/v1/settlements", body: { paymentKey: "x" } })).status).toBe(404);
	});

	it.each([
		["/v1/transactions", "INVALID_REQUEST"],
		["/v1/transactions?startDate=a&endDate=b", "INVALID_ISO_DATE_FORMAT"],
		["/v1/transactions?startDate=2026-03-03&endDate=2026-03-02", "INVALID_DATE"],
		["/v1/transactions?startDate=2026-03-02&endDate=2026-03-03&limit=5001", "EXCEED_MAX_QUERY_LIMIT"],
		["/v1/transactions?startDate=2026-03-02&endDate=2026-03-03&limit=x", "INVALID_REQUEST"],
		["/v1/transactions?startDate=2026-03-02&endDate=2026-03-03&startingAfter=x", "INVALID_PAGING_KEY"],
		["/v1/settlements?startDate=2026-03-02&endDate=2026-03-03&dateType=x", "INVALID_REQUEST"],
		["/v1/settlements?startDate=2026-03-03&endDate=2026-03-02", "INVALID_DATE"],
	])("refuse %s", async (path, code) => {
		expect((await list(path)).json.code).toBe(code);
	});

	it("have no promotions", async () => {
		expect((await list("/v1/promotions")).json).toEqual([]);
		expect((await list("/v1/promotions/card")).json).toEqual({ discountCards: [], interestFreeCards: [] });
	});
});
