import { runTwin, until } from "./harness.ts";
import type { Running } from "./harness.ts";

let twin: Running;
beforeEach(async () => {
	twin = await runTwin();
});
afterEach(() => twin.stop());

const fault = (body: unknown) => twin.ask({ path: "/twin/faults", body });
const books = async () => (await twin.ask({ path: "/twin/books" })).json;
const status = async (paymentKey: string) => (await twin.ask({ path: `/v1/payments/${paymentKey}` })).json.status;

describe("faults that refuse", () => {
	it("decline for good", async () => {
		const paymentKey = await twin.approved("order-0001");
		await fault({
			match: { operation: "confirm", orderId: "order-0001" },
			fault: "decline",
			code: "INVALID_STOPPED_CARD",
		});
		const reply = await twin.confirm(paymentKey, "order-0001");
		expect([reply.status, reply.json.code]).toEqual([400, "INVALID_STOPPED_CARD"]);
		expect(await status(paymentKey)).toBe("ABORTED");
		expect((await twin.confirm(paymentKey, "order-0001")).json.code).toBe("ALREADY_PROCESSED_PAYMENT");
	});

	it("decline for now leaves the payment open", async () => {
		const paymentKey = await twin.approved("order-0001");
		await fault({ match: { operation: "confirm" }, fault: "decline", code: "PROVIDER_ERROR", times: 2 });
		expect((await twin.confirm(paymentKey, "order-0001")).json.code).toBe("PROVIDER_ERROR");
		expect((await twin.confirm(paymentKey, "order-0001")).json.code).toBe("PROVIDER_ERROR");
		expect((await twin.confirm(paymentKey, "order-0001")).status).toBe(200);
	});

	it.each([
		[{ fault: "error" }, 500, "FAILED_INTERNAL_SYSTEM_PROCESSING"],
		[{ fault: "error", status: 503, code: "COMMON_ERROR" }, 503, "COMMON_ERROR"],
		[{ fault: "error", code: "PROVIDER_ERROR" }, 400, "PROVIDER_ERROR"],
		[{ fault: "error", code: "BRAND_NEW_CODE", status: 400 }, 400, "BRAND_NEW_CODE"],
		[{ fault: "rate-limit" }, 429, "TOO_MANY_REQUESTS"],
		[{ fault: "processing" }, 409, "IDEMPOTENT_REQUEST_PROCESSING"],
	])("%j executes nothing and is not remembered", async (given, expected, code) => {
		const paymentKey = await twin.approved("order-0001");
		await fault({ match: { operation: "confirm" }, ...given });
		const headers = { "idempotency-key": "k" };
		const reply = await twin.confirm(paymentKey, "order-0001", 1000, headers);
		expect([reply.status, reply.json.code]).toEqual([expected, code]);
		expect((await books()).charges).toEqual([]);
		expect((await twin.confirm(paymentKey, "order-0001", 1000, headers)).status).toBe(200);
	});

	it("decline on other doors", async () => {
		const paymentKey = await twin.paid("order-0001");
		await fault([
			{ match: { operation: "cancel" }, fault: "decline", code: "REFUND_REJECTED" },
			{ match: { operation: "get" }, fault: "decline", code: "NOT_FOUND_PAYMENT" },
			{ match: { operation: "records" }, fault: "decline", code: "COMMON_ERROR" },
		]);
		const cancel = { path: `/v1/payments/${paymentKey}/cancel`, body: { cancelReason: "x" } };
		expect((await twin.ask(cancel)).json.code).toBe("REFUND_REJECTED");
		expect((await twin.ask({ path: `/v1/payments/${paymentKey}` })).json.code).toBe("NOT_FOUND_PAYMENT");
		expect((await twin.ask({ path: "/v1/transactions" })).json.code).toBe("COMMON_ERROR");
		expect((await twin.ask(cancel)).json.status).toBe("CANCELED");
	});
});

describe("faults of the line", () => {
	it("drop-after takes the money and says nothing; the same key then tells", async () => {
		const paymentKey = await twin.approved("order-0001");
		await fault({ match: { paymentKey }, fault: "drop-after", times: 2 });
		const headers = { "idempotency-key": "k" };
		await expect(twin.confirm(paymentKey, "order-0001", 1000, headers)).rejects.toThrow();
		expect((await books()).charges).toMatchObject([{ paymentKey, amount: 1000 }]);
		await expect(twin.confirm(paymentKey, "order-0001", 1000, headers)).rejects.toThrow();
		expect((await twin.confirm(paymentKey, "order-0001", 1000, headers)).json.status).toBe("DONE");
		expect((await books()).charges).toHaveLength(1);
	});

	it("drop-before takes nothing", async () => {
		const paymentKey = await twin.approved("order-0001");
		await fault({ match: { operation: "confirm", amount: 1000 }, fault: "drop-before" });
		await expect(twin.confirm(paymentKey, "order-0001")).rejects.toThrow();
		expect((await books()).charges).toEqual([]);
		expect(await status(paymentKey)).toBe("IN_PROGRESS");
	});

	it("late executes after a while and answers nothing", async () => {
		const paymentKey = await twin.approved("order-0001");
		await fault({ match: { operation: "confirm" }, fault: "late", ms: 30_000 });
		const silent = expect(twin.confirm(paymentKey, "order-0001")).rejects.toThrow();
		await until(async () => (await twin.ask({ path: "/twin/faults" })).json.faults[0]?.used === 1);
		await twin.clock.advance(29_999);
		expect((await books()).charges).toEqual([]);
		await twin.clock.advance(1);
		await silent;
		expect((await books()).charges).toHaveLength(1);
	});

	it("slow answers after a while", async () => {
		const paymentKey = await twin.approved("order-0001");
		await fault({ match: { operation: "confirm" }, fault: "slow", ms: 15_000 });
		const slow = twin.confirm(paymentKey, "order-0001");
		await until(async () => (await books()).charges.length === 1);
		await twin.clock.advance(15_000);
		expect((await slow).json.status).toBe("DONE");
	});

	it("error-after takes the money and answers 500", async () => {
		const paymentKey = await twin.approved("order-0001");
		await fault({ match: { operation: "confirm" }, fault: "error-after" });
		expect((await twin.confirm(paymentKey, "order-0001")).status).toBe(500);
		expect((await books()).charges).toHaveLength(1);
	});

	it("lies about amount and order", async () => {
		await fault([
			{ match: { orderId: "order-0001" }, fault: "wrong-amount", amount: 5 },
			{ match: { orderId: "order-0002" }, fault: "wrong-order" },
		]);
		const one = await twin.approved("order-0001");
		const two = await twin.approved("order-0002");
		expect((await twin.confirm(one, "order-0001")).json).toMatchObject({ totalAmount: 5, balanceAmount: 5 });
		expect((await twin.confirm(two, "order-0002")).json.orderId).toBe("ANOTHER_ORDER");
		expect((await books()).charges).toMatchObject([{ amount: 1000 }, { orderId: "order-0002" }]);
	});

	it("sends noise, half a body, and resets in the middle of one", async () => {
		const paymentKey = await twin.paid("order-0001");
		await fault([{ fault: "garbage" }, { fault: "truncate" }, { fault: "reset" }, { fault: "never" }]);
		const get = { path: `/v1/payments/${paymentKey}` };
		const garbage = await twin.ask(get);
		expect([garbage.status, garbage.json]).toEqual([200, undefined]);
		const half = await twin.ask(get);
		expect(half.status).toBe(200);
		expect(half.json).toBeUndefined();
		await expect(twin.ask(get)).rejects.toThrow();
		const silent = expect(twin.ask(get)).rejects.toThrow();
		await until(async () => (await twin.ask({ path: "/twin/faults" })).json.faults[3]?.used === 1);
		expect((await twin.ask(get)).json.status).toBe("DONE");
		await twin.stop();
		await silent;
	});
});

describe("the fault list", () => {
	it("counts, goes on for ever when told to, and is deleted", async () => {
		const added = await fault({ match: { operation: "get" }, fault: "error", always: true });
		expect(added.json.faults).toMatchObject([
			{ id: 1, times: null, remaining: null, used: 0, match: { operation: "get" } },
		]);
		for (let round = 0; round < 3; round++) expect((await twin.ask({ path: "/v1/payments/x" })).status).toBe(500);
		expect((await twin.ask({ path: "/twin/faults" })).json.faults).toMatchObject([{ used: 3 }]);
		await twin.ask({ path: "/twin/faults", method: "DELETE" });
		expect((await twin.ask({ path: "/v1/payments/x" })).status).toBe(404);
	});

	it("hits a share of the requests", async () => {
		await fault({ match: { percentage: 100 }, fault: "error" });
		expect((await twin.ask({ path: "/v1/payments/x" })).status).toBe(500);
		await twin.ask({ path: "/twin/faults", method: "DELETE" });
		await fault({ match: { percentage: 0 }, fault: "error" });
		expect((await twin.ask({ path: "/v1/payments/x" })).status).toBe(404);
	});

	it.each([
		[{ fault: "explode" }, "fault"],
		[{ fault: "slow", ms: -1 }, "ms"],
		[{ fault: "slow", ms: 1e9 }, "ms"],
		[{ fault: "decline", code: "NO_SUCH_CODE" }, "code"],
		[{ fault: "error", status: 200 }, "status"],
		[{ fault: "error", match: { operation: "everything" } }, "match.operation"],
		[{ fault: "error", match: { percentage: 101 } }, "match.percentage"],
		[{ fault: "error", match: 5 }, "match"],
		[{ fault: "error", times: 0 }, "times"],
	])("refuses %j", async (body, field) => {
		const reply = await fault(body);
		expect([reply.status, reply.json.code, reply.json.field]).toEqual([400, "VALIDATION_ERROR", field]);
	});
});
