import fc from "fast-check";
import { examinePurchase } from "../../../services/doctor/domain/examine-purchase.ts";
import { purchaseOf, type Fact } from "../../../services/doctor/domain/purchase.ts";
import { booked, granted, moved, order, ORDER, payment, reserved, saga, SETTING, SOUND } from "./purchases.ts";

const examine = (facts: readonly Fact[], setting = SETTING) => examinePurchase(purchaseOf(ORDER, facts), setting);
const kinds = (facts: readonly Fact[]) => [...new Set(examine(facts).map(({ kind }) => kind))].sort();
const confirmed = SOUND["confirmed"] ?? [];
const without = (side: Fact["side"]) => confirmed.filter((fact) => fact.side !== side);

describe("a purchase", () => {
	it.each(Object.entries(SOUND))("on which everybody agrees has no difference: %s", (_name, facts) => {
		expect(examine(facts)).toEqual([]);
	});

	it.each<[string, readonly Fact[], readonly string[]]>([
		["no order", without("order"), ["order-missing"]],
		["no payment", without("payment"), ["ledger-charge", "payment-missing", "provider-key"]],
		["no charge at the provider", without("provider"), ["provider-charge"]],
		["nothing in the ledger", without("ledger"), ["ledger-charge", "ledger-points"]],
		["no goods", without("stock"), ["reservation"]],
		["no points", without("points"), ["ledger-points", "points-award"]],
		["no saga", without("saga"), ["saga-missing"]],
		["a second charge", [...confirmed, moved("CHARGE", 10_000)], ["provider-charge"]],
		["a charge under another key", [...confirmed, moved("CHARGE", 1, "other")], ["provider-key"]],
		["a refund nobody asked for", [...confirmed, moved("REFUND", 1)], ["provider-refund"]],
		["a refund in the ledger alone", [...confirmed, booked("checkout.refund", 1)], ["ledger-refund"]],
		["a second payment", [...confirmed, payment()], ["payment-missing"]],
		["another amount", [...without("order"), order({ amount: 1 })], ["payment-terms", "points-award"]],
		["another buyer", [...without("order"), order({ userId: "USR_2" })], ["payment-terms", "points-award"]],
		["another payment's id", [...without("order"), order({ paymentId: "PAY_2" })], ["payment-terms"]],
		[
			"an order that was never paid",
			[...without("order"), order({ status: "PENDING" })],
			["order-status", "saga-status"],
		],
		[
			"an order given up",
			[...without("order"), order({ status: "FAILED" })],
			[...["order-status", "points-kept", "reservation", "saga-status"]],
		],
		["a saga that gave up", [...without("saga"), saga({ status: "COMPENSATED" })], ["saga-status"]],
		["more points than told", [...without("saga"), saga({ points: 99 })], ["points-award"]],
		["goods still reserved", [...without("stock"), reserved()], ["reservation", "reservation-open"]],
		["too few goods", [...confirmed, reserved({ kind: "CONFIRMED", quantity: 1 })], ["reservation"]],
		[
			"a lost record",
			[...without("stock"), reserved({ hasRecord: false }), reserved({ kind: "CONFIRMED" })],
			["reservation-record"],
		],
		["wrong points", [...without("points"), granted({ due: 99 })], ["points-award"]],
		["points twice", [...confirmed, granted()], ["ledger-points", "points-award"]],
		[
			"points taken back for nothing",
			[...confirmed, granted({ kind: "REVOKED", points: 1 })],
			[...["ledger-points", "points-kept"]],
		],
		["a damaged order", [...without("order"), order({}, ["spoilt"])], ["order-broken"]],
		["a damaged payment", [...without("payment"), payment({}, ["spoilt"])], ["payment-broken"]],
	])("is not in order with %s", (_name, facts, expected) => {
		expect(kinds(facts)).toEqual([...expected].sort());
	});

	it("that waits for the provider is moving, and wrong once it has waited too long", () => {
		const waiting = (unsettledSince: string) => [
			order({ status: "PENDING", paymentId: null }),
			payment({ isApproved: false, status: "APPROVING", unsettledSince }),
			moved("CHARGE", 10_000),
		];
		expect(examine(waiting("2030-01-07T00:59:00.000Z"))).toMatchObject([{ kind: "provider-key", isMoving: true }]);
		expect(kinds(waiting("2030-01-07T00:30:00.000Z"))).toContain("payment-unresolved");
	});

	it("whose saga is at work is moving", () => {
		const facts = [
			order({ status: "PAID" }),
			payment(),
			saga({ status: "STARTED", points: null }),
			moved("CHARGE", 10_000),
		];
		expect(examine(facts).every(({ isMoving }) => isMoving)).toBe(true);
		expect(examine(facts)).not.toEqual([]);
	});

	it("with a reservation of nobody waits for its time to run out", () => {
		const held = (expiresAt: string) => [...(SOUND["open"] ?? []), reserved({ sagaId: null, expiresAt })];
		expect(examine(held("2030-01-07T01:10:00.000Z"))).toMatchObject([{ kind: "reservation-open", isMoving: true }]);
		expect(examine(held("2030-01-07T00:10:00.000Z"))).toMatchObject([{ kind: "reservation-open", isMoving: false }]);
	});

	it("is not held against books that nobody may see", () => {
		expect(examine(without("provider"), { ...SETTING, hasBooks: false })).toEqual([]);
	});

	it("says nothing about money that a damaged payment could have told of", () => {
		const unreadable: Fact = { side: "payment", value: { paymentId: "PAY_1", facts: null, broken: ["spoilt"] } };
		expect(kinds([...without("payment"), unreadable])).toEqual(["payment-broken"]);
	});
});

describe("any single change of a sound purchase", () => {
	const numbers = confirmed.flatMap((fact, index) => paths(fact.value).map((path) => ({ index, path })));

	it("of a number is found", () => {
		expect(numbers.length).toBeGreaterThan(8);
		fc.assert(
			fc.property(fc.constantFrom(...numbers), fc.integer({ min: 1, max: 1_000_000 }), ({ index, path }, by) => {
				const spoilt = structuredClone(confirmed) as Fact[];
				add(spoilt[index]?.value, path, by);
				return examine(spoilt).length > 0;
			}),
			{ numRuns: 500 },
		);
	});

	it("that leaves a fact out is found", () => {
		for (const index of confirmed.keys())
			expect({ index, kinds: kinds(confirmed.filter((_, at) => at !== index)) }).not.toEqual({ index, kinds: [] });
	});

	it("that tells of a movement twice is found", () => {
		const sides: readonly Fact["side"][] = ["payment", "provider", "ledger", "stock", "points"];
		for (const fact of confirmed.filter(({ side }) => sides.includes(side)))
			expect({ fact, kinds: kinds([...confirmed, fact]) }).not.toEqual({ fact, kinds: [] });
	});
});

/** Places of the numbers that the rules have to know about. */
function paths(value: unknown, path: readonly string[] = []): (readonly string[])[] {
	if (typeof value === "number") return isHeeded(path) ? [path] : [];
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]) => paths(inner, [...path, name]));
}

/** The parts of a price are the order's own; how many entries make a sum is the ledger's. */
function isHeeded(path: readonly string[]): boolean {
	return !["unitPrice", "subtotal", "entries"].includes(path.at(-1) ?? "");
}

function add(value: unknown, path: readonly string[], by: number): void {
	let place = value as Record<string, unknown>;
	for (const name of path.slice(0, -1)) place = place[name] as Record<string, unknown>;
	const last = path.at(-1) ?? "";
	place[last] = Number(place[last]) + by;
}
