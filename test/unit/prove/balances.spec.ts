import { compare, type Findings } from "../../prove/balances.ts";
import type { Evidence, OrderFact, PaymentFact, Shelf } from "../../prove/evidence.ts";

const ORDER: OrderFact = {
	orderId: "ORD_1",
	userId: "USR_1",
	name: "a thing",
	amount: 10_000,
	status: "CONFIRMED",
	isCancelRequested: false,
	items: [{ productId: "P", quantity: 2 }],
	createdAt: "2030-01-07T00:00:00.000Z",
};
const PAYMENT: PaymentFact = {
	orderId: "ORD_1",
	status: "APPROVED",
	amount: 10_000,
	cancelledAmount: 0,
	paymentKey: "key",
	isApproved: true,
};
const BEFORE = new Map<string, Shelf>([["P", { quantity: 10, reserved: 0 }]]);
const CHARGE = { orderId: "ORD_1", paymentKey: "key", amount: 10_000 };
const POSTED = { orderId: "ORD_1", cause: "payment:PAY_1:3", kind: "checkout.charge", amount: 10_000 };
const AWARD = { orderId: "ORD_1", cause: "points:USR_1:1", kind: "points.award", amount: 100 };
const SOUND: Evidence = {
	orders: new Map([["ORD_1", ORDER]]),
	payments: new Map([["ORD_1", PAYMENT]]),
	charges: [CHARGE],
	refunds: [],
	money: [POSTED],
	pointsMoved: [AWARD],
	shelves: new Map([["P", { quantity: 8, reserved: 0 }]]),
	points: new Map([["USR_1", 100]]),
	chain: { isIntact: true, difference: 0 },
};

const withOrder = (change: Partial<OrderFact>) => ({ orders: new Map([["ORD_1", { ...ORDER, ...change }]]) });
const withPayment = (change: Partial<PaymentFact>) => ({ payments: new Map([["ORD_1", { ...PAYMENT, ...change }]]) });
const look = (change: Partial<Evidence>, waiting?: ReadonlySet<string>): Findings =>
	compare({ ...SOUND, ...change }, BEFORE, waiting);

describe("the comparison of all books", () => {
	it("finds nothing where nothing is wrong", () => {
		expect(look({})).toMatchObject({ differences: [], doubled: [], stuck: [] });
		expect(look({}).balances).toEqual({
			charged: { provider: 10_000, payments: 10_000, ledger: 10_000 },
			refunded: { provider: 0, payments: 0, ledger: 0 },
			net: { provider: 10_000, payments: 10_000, ledger: 10_000, orders: 10_000 },
			stock: { taken: 2, orders: 2, reserved: 0 },
			points: { accounts: 100, ledger: 100, orders: 100 },
			sentBack: { count: 0, amount: 0 },
		});
	});

	it.each<[string, Partial<Evidence>]>([
		["a charge nobody booked", { money: [] }],
		["an entry without a charge", { charges: [] }],
		["a charge of another amount", { charges: [{ ...CHARGE, amount: 9_999 }] }],
		["a refund the payment does not know", { refunds: [CHARGE] }],
		["a refund the provider does not know", withPayment({ cancelledAmount: 500 })],
		["more given back than was taken", withPayment({ cancelledAmount: 10_001 })],
		["a cancelled order with its money", withOrder({ status: "CANCELLED" })],
		["a confirmed order without money", { ...withPayment({ isApproved: false }), charges: [], money: [] }],
		["a piece too few", { shelves: new Map([["P", { quantity: 7, reserved: 0 }]]) }],
		["a piece that is still held", { shelves: new Map([["P", { quantity: 8, reserved: 1 }]]) }],
		["a stock below nothing", { shelves: new Map([["P", { quantity: -1, reserved: 0 }]]) }],
		["a point too many", { points: new Map([["USR_1", 101]]) }],
		["points without an entry", { pointsMoved: [] }],
		["a broken chain", { chain: { isIntact: false, difference: 0 } }],
		["a trial balance that is off", { chain: { isIntact: true, difference: 1 } }],
		["money of an order that is not there", { orders: new Map(), payments: new Map() }],
	])("finds %s", (_name, change) => {
		expect(look(change).differences).not.toEqual([]);
	});

	it("finds what was done twice", () => {
		expect(look({ charges: [CHARGE, CHARGE] }).doubled).toEqual(["ORD_1: charged 2 times"]);
		expect(look({ money: [POSTED, POSTED] }).doubled).toEqual(["ORD_1: payment:PAY_1:3 was posted twice"]);
	});

	it.each<[string, Partial<Evidence>]>([
		["a payment without an outcome", withPayment({ status: "APPROVING", isApproved: false })],
		["a refund without an outcome", withPayment({ status: "CANCELLING" })],
		["a paid order that nobody confirms", withOrder({ status: "PAID" })],
		["a cancellation that nobody carries out", withOrder({ isCancelRequested: true })],
	])("finds %s, unless it is known to wait", (_name, change) => {
		expect(look(change).stuck).toHaveLength(1);
		expect(look(change, new Set(["ORD_1"])).stuck).toEqual([]);
	});

	it("counts a charge that was sent back apart", () => {
		const change = { ...withOrder({ status: "FAILED" }), ...withPayment({ status: "FAILED", isApproved: false }) };
		const findings = look({
			...change,
			refunds: [CHARGE],
			money: [],
			pointsMoved: [],
			points: new Map([["USR_1", 0]]),
			shelves: BEFORE,
		});
		expect(findings.differences).toEqual([]);
		expect(findings.balances.sentBack).toEqual({ count: 1, amount: 10_000 });
		expect(findings.balances.charged).toEqual({ provider: 0, payments: 0, ledger: 0 });
	});

	it("knows that a partial refund takes its share of the points", () => {
		const refund = { ...POSTED, cause: "payment:PAY_1:5", kind: "checkout.refund", amount: -2_550 };
		const taken = { ...AWARD, cause: "points:USR_1:2", kind: "points.revoke", amount: -25 };
		const findings = look({
			...withPayment({ cancelledAmount: 2_550 }),
			refunds: [{ ...CHARGE, amount: 2_550 }],
			money: [POSTED, refund],
			pointsMoved: [AWARD, taken],
			points: new Map([["USR_1", 75]]),
		});
		expect(findings.differences).toEqual([]);
		expect(findings.balances.points).toEqual({ accounts: 75, ledger: 75, orders: 75 });
	});
});
