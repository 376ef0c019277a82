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
		const callbacks = merchant.received.filter(({ body }) => !("eventType" in body)).map(({ body }) => body);
		expect(callbacks.map(({ status }) => status).sort()).toEqual(["DONE", "WAITING_FOR_DEPOSIT"]);
		expect(callbacks).toContainEqual(expect.objectContaining({ secret: json.secret, orderId: "order-0001" }));
		expect(callbacks[0]).not.toHaveProperty("paymentKey");
		await merchant.stop();
	});
});
