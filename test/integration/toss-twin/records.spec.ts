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
			twin.ask({ path: `/v1/cash-receipts/${json.receiptKey}/cancel`, body: { amount } });
		expect((await cancel(2000)).json).toMatchObject({
			transactionType: "CANCEL",
			receiptKey: `c_${json.receiptKey}`,
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
			path: `/v1/cash-receipts?requestDate=2026-03-02&limit=2&cursor=${first.json.lastCursor}`,
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
		const last = first.json[1]?.transactionKey ?? "";
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

describe("settlement faults", () => {
	const rows = async () =>
		(await twin.ask({ path: "/v1/settlements?startDate=2026-03-02&endDate=2026-03-02" })).json.map((row) => ({
			...row,
		}));

	it.each([
		["settlement-missing", []],
		["settlement-duplicate", [{ amount: 10_000 }, { amount: 10_000 }]],
		["settlement-fee", [{ amount: 10_000, fees: [{ fee: 500 }], payOutAmount: 9500 }]],
		["settlement-late", [{ amount: 10_000, paidOutDate: "2026-03-05" }]],
	])("%s, every time the list is read", async (fault, expected) => {
		await twin.paid("order-0001", 10_000);
		await twin.ask({ path: "/twin/faults", body: { match: { orderId: "order-0001" }, fault, amount: 500 } });
		expect(await rows()).toMatchObject(expected);
		expect(await rows()).toMatchObject(expected);
		await twin.ask({ path: "/twin/faults", method: "DELETE" });
		expect(await rows()).toMatchObject([{ amount: 10_000, paidOutDate: "2026-03-04" }]);
	});
});
