import { hasEnded, milestonesOf, totalsOf } from "../../../services/story/domain/milestones.ts";
import { at, Pen } from "./support.ts";

const states = (pen: Pen, hasGoods = true) =>
	milestonesOf(pen.facts, hasGoods).map(({ name, state }) => `${name} ${state}`);
const station = (pen: Pen, wanted: string) => milestonesOf(pen.facts, true).find(({ name }) => name === wanted);

describe("the stations of a purchase", () => {
	it("wait for the payment", () => {
		const pen = new Pen().placed();
		expect(states(pen)).toEqual([
			"RECEIVED done",
			"PAID waiting",
			"STOCK waiting",
			"POINTS waiting",
			"CONFIRMED waiting",
		]);
		expect(station(pen, "RECEIVED")).toMatchObject({ at: at(0), amount: 10_000 });
		expect(hasEnded(pen.facts)).toBe(false);
	});

	it("are under way while the saga is", () => {
		const pen = new Pen().placed().paid();
		expect(states(pen)).toEqual(["RECEIVED done", "PAID done", "STOCK running", "POINTS running", "CONFIRMED running"]);
		expect(hasEnded(pen.facts)).toBe(false);
	});

	it("ask the provider while the approval is unknown", () => {
		const pen = new Pen().placed().write("payment", "payment.approval-requested", { amount: 10_000 });
		expect(station(pen, "PAID")?.state).toBe("running");
	});

	it("are all reached in the end, with amounts and points", () => {
		const pen = new Pen().placed().paid().completed();
		expect(states(pen)).toEqual(["RECEIVED done", "PAID done", "STOCK done", "POINTS done", "CONFIRMED done"]);
		expect(station(pen, "POINTS")).toMatchObject({ points: 100, amount: null });
		expect(hasEnded(pen.facts)).toBe(true);
		expect(totalsOf(pen.facts)).toEqual({ charged: 10_000, refunded: 0, pointsEarned: 100, pointsTaken: 0 });
	});

	it("leave out what is not needed: no goods, no points below a hundred won", () => {
		const pen = new Pen().placed(99).paid(99).write("order", "order.confirmed").write("saga", "saga.completed");
		expect(states(pen, false).slice(2)).toEqual(["STOCK skipped", "POINTS skipped", "CONFIRMED done"]);
	});

	it("say what failed and what was undone, with the refund", () => {
		const pen = new Pen()
			.placed()
			.paid()
			.write("stock", "inventory.reservation-failed", { reason: "INSUFFICIENT_STOCK" })
			.turnsBack("stock", "INSUFFICIENT_STOCK")
			.undone();
		expect(states(pen)).toEqual([
			"RECEIVED done",
			"PAID undone",
			"STOCK failed",
			"POINTS skipped",
			"CONFIRMED skipped",
			"REFUNDED done",
			"CANCELLED done",
		]);
		expect(station(pen, "STOCK")?.reason).toBe("INSUFFICIENT_STOCK");
		expect(station(pen, "REFUNDED")?.amount).toBe(10_000);
		expect(station(pen, "CANCELLED")?.reason).toBe("OUT_OF_STOCK");
		expect(station(pen, "CONFIRMED")?.reason).toBeNull();
		expect(hasEnded(pen.facts)).toBe(true);
	});

	it("take goods and points back when a later step fails", () => {
		const pen = new Pen().placed().paid();
		pen.write("stock", "inventory.reserved").write("points-account", "points.awarded", { points: 100 });
		pen.turnsBack("confirm", "INVALID_ORDER_STATE");
		pen.write("points-account", "points.revoked", { points: 100 }).write("stock", "inventory.released");
		expect(states(pen).slice(2)).toEqual(["STOCK undone", "POINTS undone", "CONFIRMED failed"]);
		expect(totalsOf(pen.facts)).toMatchObject({ pointsEarned: 100, pointsTaken: 100 });
	});

	it("do not call half of the lines a stock", () => {
		const pen = new Pen().placed().paid();
		pen.write("stock", "inventory.reserved").write("stock", "inventory.reservation-failed");
		expect(station(pen, "STOCK")?.state).toBe("running");
		pen.turnsBack("stock", "INSUFFICIENT_STOCK");
		expect(station(pen, "STOCK")?.state).toBe("failed");
	});

	it("end with a declined card, and with a time that has run out", () => {
		const declined = new Pen().placed().write("payment", "payment.failed", { errorCode: "REJECT_CARD_COMPANY" });
		declined.write("order", "order.failed", { reason: "REJECT_CARD_COMPANY" });
		expect(station(declined, "PAID")).toMatchObject({ state: "failed", reason: "REJECT_CARD_COMPANY" });
		expect(states(declined).at(-1)).toBe("FAILED done");
		const expired = new Pen().placed().write("payment", "payment.expired").write("order", "order.cancelled");
		expect(station(expired, "PAID")).toMatchObject({ state: "failed", reason: "EXPIRED" });
		expect(hasEnded(expired.facts)).toBe(true);
	});
});

describe("a refund", () => {
	const asked = () =>
		new Pen()
			.placed()
			.paid()
			.completed()
			.write("payment", "payment.cancel-requested", { amount: 10_000, providerIdempotencyKey: "key-2" });

	it("is under way until the provider answers", () => {
		expect(states(asked()).at(-1)).toBe("REFUNDED running");
		expect(hasEnded(asked().facts)).toBe(false);
	});

	it("may be refused", () => {
		const pen = asked().write("payment", "payment.cancel-failed", { errorCode: "CANCEL_REFUSED" });
		expect(station(pen, "REFUNDED")).toMatchObject({ state: "failed", reason: "CANCEL_REFUSED" });
		expect(hasEnded(pen.facts)).toBe(true);
	});

	it("of a part leaves the purchase as it is", () => {
		const pen = asked().write("payment", "payment.cancelled", {
			...{ amount: 3_000, isPartial: true, providerIdempotencyKey: "key-2" },
		});
		expect(station(pen, "PAID")?.state).toBe("done");
		expect(station(pen, "REFUNDED")).toMatchObject({ state: "done", amount: 3_000 });
		expect(totalsOf(pen.facts)).toMatchObject({ charged: 10_000, refunded: 3_000 });
	});

	it("has a saga of its own, which is not the purchase's, but must end too", () => {
		const pen = asked();
		pen.write("saga", "saga.started", { saga: "refund" }, { aggregateId: "SAG_REFUND", eventId: "saga:SAG_REFUND:1" });
		pen.write("payment", "payment.cancelled", { amount: 10_000, isPartial: false, providerIdempotencyKey: "key-2" });
		pen.write("order", "order.cancelled", { reason: "단순 변심" });
		expect(states(pen)).toContain("CONFIRMED undone");
		expect(hasEnded(pen.facts)).toBe(false);
	});

	it("is awaited from the wish on", () => {
		const pen = new Pen().placed().paid().completed().write("order", "order.cancel-requested");
		expect(hasEnded(pen.facts)).toBe(false);
		expect(hasEnded(pen.write("order", "order.cancel-refused").facts)).toBe(true);
	});
});
