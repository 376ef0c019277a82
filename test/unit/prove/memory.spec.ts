import type { Evidence } from "../../prove/evidence.ts";
import { remember } from "../../prove/memory.ts";
import type { Purchase } from "../../prove/purchase.ts";
import { outcomeOf, Recorder } from "../../prove/recorder.ts";
import type { Answer } from "../../prove/wire.ts";

const BUYER = { number: 0, username: "b", password: "p", userId: "USR_1", token: "t" };
const PURCHASE: Purchase = {
	...{ number: 1, buyer: BUYER, journey: "pay", wish: { productName: "proof 1", amount: 500 }, lines: [], seed: 1 },
	...{ isForgetful: false, orderId: null, amount: 0, paymentKey: null },
};
const ORDER = {
	...{ orderId: "ORD_1", userId: "USR_1", name: "proof 1", amount: 500, status: "CONFIRMED" },
	...{ isCancelRequested: false, items: [], createdAt: "2030-01-07T00:00:00.000Z" },
};
const PAYMENT = {
	...{ orderId: "ORD_1", status: "APPROVED", amount: 500, cancelledAmount: 0, paymentKey: "key", isApproved: true },
};
const evidence = (orders: readonly (typeof ORDER)[], payment = PAYMENT): Evidence => ({
	orders: new Map(orders.map((order) => [order.orderId, order])),
	payments: new Map(orders.map(({ orderId }) => [orderId, { ...payment, orderId }])),
	...{ charges: [], refunds: [], money: [], pointsMoved: [], shelves: new Map(), points: new Map() },
	chain: { isIntact: true, difference: 0 },
});
const CREATED: Answer = { status: 201, body: { orderId: "ORD_1", amount: 500 } };
const PAID: Answer = { status: 200, body: { orderId: "ORD_1", status: "APPROVED", paymentKey: "key" } };

function recorded(kind: "order" | "confirm" | "cancel" | "refund", answers: readonly Answer[]) {
	const recorder = new Recorder();
	const operation = recorder.open(kind, 0, "1", `prove-1-${kind}`);
	for (const answer of answers) recorder.note(operation, answer);
	return recorder.operations;
}

describe("what an answer says", () => {
	it.each<[Answer, string]>([
		[null, "unknown"],
		[{ status: 503, body: {} }, "unknown"],
		[{ status: 409, body: { code: "PAYMENT_IN_PROGRESS" } }, "unknown"],
		[{ status: 409, body: { code: "OUT_OF_STOCK" } }, "fail"],
		[{ status: 402, body: {} }, "fail"],
		[{ status: 202, body: {} }, "ok"],
	])("%j is %s", (answer, outcome) => {
		expect(outcomeOf(answer)).toBe(outcome);
	});
});

describe("what the buyers remember", () => {
	const held = (operations: ReturnType<typeof recorded>, there: Evidence) => remember(operations, [PURCHASE], there);

	it("is there, each answer", () => {
		expect(held(recorded("order", [null, CREATED]), evidence([ORDER]))).toEqual({
			...{ lost: [], doubled: [], unexplained: [], acknowledged: 1 },
			unknown: { answeredLater: 1, neverAnswered: 0 },
		});
	});

	it("is lost when the order is gone, or another", () => {
		expect(held(recorded("order", [CREATED]), evidence([])).lost).toHaveLength(1);
		expect(held(recorded("order", [CREATED]), evidence([{ ...ORDER, amount: 501 }])).lost).toHaveLength(1);
	});

	it.each<["confirm" | "cancel" | "refund", Answer, Partial<typeof PAYMENT>, Partial<typeof ORDER>]>([
		["confirm", PAID, { status: "FAILED" }, {}],
		["confirm", PAID, { paymentKey: "other" }, {}],
		["cancel", { status: 200, body: { orderId: "ORD_1", status: "CANCELLED" } }, {}, { status: "CONFIRMED" }],
		["refund", { status: 200, body: { orderId: "ORD_1", cancelledAmount: 100 } }, { cancelledAmount: 99 }, {}],
	])("is lost when a %s that was acknowledged is not so", (kind, answer, payment, order) => {
		const there = evidence([{ ...ORDER, ...order }], { ...PAYMENT, ...payment });
		expect(held([...recorded("order", [CREATED]), ...recorded(kind, [answer])], there).lost).toHaveLength(1);
	});

	it("is doubled when one key gave two orders, or took its word back", () => {
		const second: Answer = { status: 201, body: { orderId: "ORD_2", amount: 500 } };
		expect(held(recorded("order", [CREATED, second]), evidence([ORDER])).doubled).toHaveLength(1);
		expect(held(recorded("confirm", [PAID, { status: 402, body: {} }]), evidence([ORDER])).doubled).toHaveLength(1);
	});

	it("explains an order nobody was told of by a request without an answer, one each", () => {
		const open = recorded("order", [null]);
		expect(held(open, evidence([ORDER]))).toMatchObject({ unexplained: [], unknown: { neverAnswered: 1 } });
		expect(held(open, evidence([ORDER, { ...ORDER, orderId: "ORD_2" }])).unexplained).toHaveLength(1);
		expect(held(open, evidence([{ ...ORDER, name: "something else" }])).unexplained).toHaveLength(1);
		expect(held(open, evidence([])).unexplained).toEqual([]);
	});
});
