import type { Commit } from "../../../mixins/store/port.ts";
import type { Envelope } from "../../../services/shared/events.ts";
import { Oracle } from "../../simulation/oracle/oracle.ts";
import { Violation } from "../../simulation/oracle/violation.ts";

const AT = "2030-01-07T00:00:00.000Z";

/** Commits events of an aggregate, one by one, numbered from `from`. */
function commit(oracle: Oracle, kind: string, id: string, events: readonly [string, object][], from = 1): void {
	for (const [index, [type, data]] of events.entries()) {
		const sequence = from + index;
		const envelope = { id: `${kind}:${id}:${sequence}`, type, source: `/payflow/${kind}`, subject: id, sequence, data };
		const event = { ...envelope, time: AT } as unknown as Envelope;
		const item: Commit = { kind, id, expectedVersion: index, state: {}, events: [event], commands: [] };
		oracle.onCommitted(item);
	}
}

/** The check that says no; null when all is well. */
function brokenBy(work: (oracle: Oracle) => void): string | null {
	try {
		work(new Oracle(() => undefined));
		return null;
	} catch (error) {
		if (error instanceof Violation) return error.check;
		throw error;
	}
}

const CREATED: [string, object] = ["payment.created", { orderId: "ORD_1", userId: "USR_1", amount: 100 }];
const ASKED: [string, object] = ["payment.approval-requested", { amount: 100, providerIdempotencyKey: "confirm-1" }];
const APPROVED: [string, object] = ["payment.approved", { amount: 100 }];
const BACK = (amount: number): [string, object] => [
	"payment.cancel-requested",
	{ amount, providerIdempotencyKey: `cancel-${amount}` },
];
const GIVEN = (amount: number, isPartial: boolean): [string, object] => [
	"payment.cancelled",
	{ amount, isPartial, providerIdempotencyKey: `cancel-${amount}` },
];
const charge = { paymentKey: "pk", orderId: "ORD_1", agreed: 100, status: "DONE", amount: 100, balance: 100 } as const;

describe("the oracle, about money", () => {
	it("agrees to a payment that is charged and given back in parts", () => {
		const story = [CREATED, ASKED, APPROVED, BACK(40), GIVEN(40, true), BACK(60), GIVEN(60, false)];
		expect(brokenBy((oracle) => commit(oracle, "payment", "PAY_1", story))).toBeNull();
	});

	it.each([
		[
			"more asked back than is left",
			[CREATED, ASKED, APPROVED, BACK(40), GIVEN(40, true), BACK(70)],
			"refund-within-charge",
		],
		[
			"more given back than was charged",
			[CREATED, ASKED, APPROVED, BACK(40), GIVEN(140, true)],
			"refund-within-charge",
		],
		["an approval that nobody asked for", [CREATED, APPROVED], "lawful-change"],
		["an approval of something else", [CREATED, ASKED, ["payment.approved", { amount: 90 }]], "charged-once"],
		[
			"a refusal that nobody said",
			[CREATED, ASKED, ["payment.failed", { errorCode: "REJECT_CARD_PAYMENT" }]],
			"refusal-was-said",
		],
		["an event after the end", [CREATED, ["payment.expired", {}], ASKED], "lawful-change"],
	] as const)("does not agree to %s", (_what, story, check) => {
		expect(brokenBy((oracle) => commit(oracle, "payment", "PAY_1", story as never))).toBe(check);
	});

	it("does not agree to a gap in the numbers of events", () => {
		expect(brokenBy((oracle) => commit(oracle, "payment", "PAY_1", [CREATED], 2))).toBe("history-whole");
	});

	it("does not agree to two charges of one order", () => {
		const twice = (oracle: Oracle) => {
			oracle.onMoved({ ...charge, cancels: [] }, "charged");
			oracle.onMoved({ ...charge, paymentKey: "pk2", cancels: [] }, "charged");
		};
		expect(brokenBy(twice)).toBe("charged-once");
	});

	it("does not agree to a request under a key that nobody has recorded", () => {
		expect(brokenBy((oracle) => oracle.onAsked("confirm-1"))).toBe("intent-first");
	});
});

describe("the oracle, about goods and points", () => {
	const stocked: [string, object] = ["inventory.created", { productId: "P", quantity: 2 }];
	const reserved = (orderId: string, reservedQuantity: number): [string, object] => [
		"inventory.reserved",
		{ productId: "P", orderId, quantity: 1, stockQuantity: 2, reservedQuantity },
	];

	it.each([
		["a reservation made twice", [stocked, reserved("A", 1), reserved("A", 2)]],
		["more reserved than there is", [stocked, reserved("A", 1), reserved("B", 2), reserved("C", 3)]],
		["figures that are not those of the events", [stocked, reserved("A", 2)]],
		[
			"a release of what is not reserved",
			[stocked, ["inventory.released", { productId: "P", orderId: "A", quantity: 1 }]],
		],
	] as const)("does not agree to %s", (_what, story) => {
		expect(brokenBy((oracle) => commit(oracle, "stock", "P", story as never))).toBe("stock");
	});

	it("does not agree to points that are given twice, or taken twice", () => {
		const given: [string, object] = ["points.awarded", { userId: "U", orderId: "A", points: 5, balance: 5 }];
		const taken: [string, object] = ["points.revoked", { userId: "U", orderId: "A", points: 5, balance: 0 }];
		expect(brokenBy((oracle) => commit(oracle, "points-account", "U", [given, given]))).toBe("points");
		expect(brokenBy((oracle) => commit(oracle, "points-account", "U", [given, taken, taken]))).toBe("points");
		expect(brokenBy((oracle) => commit(oracle, "points-account", "U", [given, taken]))).toBeNull();
	});
});

describe("the oracle, about books, deliveries and clients", () => {
	const entry = (debit: number, credit: number) => ({
		...{ cause: "payment:PAY_1:3", kind: "checkout.charge" },
		legs: [
			{ account: "checkout:receivable", side: "debit", amount: debit },
			{ account: "checkout:cash", side: "credit", amount: credit },
		],
	});
	const batch = (entries: readonly object[]): Commit => ({
		...{ kind: "ledger-batch", id: "main:1", expectedVersion: 0, events: [], commands: [] },
		state: { entries },
	});
	const paid = (oracle: Oracle) => commit(oracle, "payment", "PAY_1", [CREATED, ASKED, APPROVED]);

	it.each([
		["legs that do not sum to zero", [entry(100, 90)]],
		["an entry over another amount than its cause", [entry(90, 90)]],
		["two entries of one cause", [entry(100, 100), entry(100, 100)]],
	])("does not agree to %s", (_what, entries) => {
		const write = (oracle: Oracle) => {
			paid(oracle);
			oracle.onCommitted(batch(entries));
		};
		expect(brokenBy(write)).toBe("ledger-balanced");
	});

	it("says what has not ended, and nothing when everything has", () => {
		const oracle = new Oracle(() => undefined);
		paid(oracle);
		expect(oracle.open()).toEqual(["payment:PAY_1:3 has no entry"]);
		oracle.onCommitted(batch([entry(100, 100)]));
		expect(oracle.open()).toEqual([]);
	});

	it("does not agree to events that overtake each other", () => {
		const overtake = (oracle: Oracle) => {
			const deliver = () => Promise.resolve();
			oracle.onSubscribed({ group: "ledger", types: "*", from: "beginning", deliver });
			paid(oracle);
			const event = { id: "payment:PAY_1:3", source: "/payflow/payment", subject: "PAY_1", sequence: 3 };
			oracle.onDelivering("ledger", event as unknown as Envelope);
		};
		expect(brokenBy(overtake)).toBe("in-order");
	});

	it("does not agree to an answer about something that is not on the disk", () => {
		const intention = { what: "create", userId: "U", key: "k", orderId: null, amount: null } as const;
		const answer = (oracle: Oracle) => {
			oracle.onIntended(intention);
			oracle.onAnswered(intention, { status: 201, body: { orderId: "ORD_9" } });
		};
		expect(brokenBy(answer)).toBe("acknowledged");
	});

	it("does not agree to an old token after a new one", () => {
		const pay = (fencingToken: number): Commit => ({
			...{ kind: "payroll", id: "all", expectedVersion: 0, events: [], commands: [] },
			state: { paid: {}, fencingToken },
		});
		const late = (oracle: Oracle) => {
			oracle.onCommitted(pay(2));
			oracle.onCommitted(pay(1));
		};
		expect(brokenBy(late)).toBe("fenced");
	});
});
