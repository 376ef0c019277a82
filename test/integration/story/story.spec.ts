import ledger from "../../../services/ledger/ledger.service.ts";
import logging from "../../../services/logging/logging.service.ts";
import story from "../../../services/story/story.service.ts";
import { ADMIN, CHECKOUT, startShop, STRANGER, USER, type Shop } from "../../support/shop.ts";

describe("the story of an order", () => {
	let shop: Shop;
	let orderId: string;

	beforeAll(async () => {
		shop = await startShop({ services: [...CHECKOUT, ledger, logging, story], env: { LOGS_PUBLIC: "false" } });
		const order = await shop.call("order.create", { productId: "PROD-TEST-001", quantity: 2 }, { meta: USER });
		({ orderId } = order);
		await shop.pay(order);
		await shop.calm();
	});
	afterAll(() => shop.stop());

	it("is told in full to an operator: every event, step, posting and provider call, in order, once", async () => {
		const meta = { userId: "USR_OPS", roles: ["ROLE_OPERATOR"] };
		const told = await shop.call("story.get", { orderId }, { meta });
		expect(told).toMatchObject({ view: "full", hasEnded: true, isComplete: true });
		expect(told.totals).toEqual({ charged: 20_000, refunded: 0, pointsEarned: 200, pointsTaken: 0 });
		expect(new Set(told.entries.map(({ lane }) => lane))).toEqual(
			new Set(["order", "payment", "provider", "saga", "stock", "points", "ledger"]),
		);
		const ids = told.entries
			.filter(({ lane }) => lane !== "provider")
			.flatMap(({ internals }) => internals?.events ?? []);
		expect(new Set(ids.map(({ eventId }) => eventId)).size).toBe(ids.length);
		const times = told.entries.map(({ at }) => at);
		expect(times).toEqual(times.toSorted());
		const kinds = told.entries.filter(({ lane }) => lane === "ledger").map(({ what }) => what);
		expect(kinds).toEqual(["ledger.checkout.charge", "ledger.points.award"]);
	});

	it("is told to its buyer in plain words, though the log is closed to them", async () => {
		const told = await shop.call("story.get", { orderId }, { meta: USER });
		expect(told).toMatchObject({ view: "plain", isComplete: true, sagaIds: [] });
		expect(told.milestones.map(({ name, state }) => `${name} ${state}`)).toEqual([
			"RECEIVED done",
			"PAID done",
			"STOCK done",
			"POINTS done",
			"CONFIRMED done",
		]);
		expect(JSON.stringify(told)).not.toMatch(/SAG_|PAY_|COR_|key-|USR_/);
	});

	it("is nobody else's, and shows a buyer no internals", async () => {
		const refusal = (meta: object, view?: "full") =>
			shop.refusal(shop.call("story.get", { orderId, ...(view === undefined ? {} : { view }) }, { meta }));
		expect(await refusal(STRANGER)).toBe("ORDER_NOT_FOUND");
		expect(await refusal(USER, "full")).toBe("FORBIDDEN");
		expect(await refusal({})).toBe("UNAUTHENTICATED");
		expect(await shop.refusal(shop.call("story.get", { orderId: "ORD_NOBODY_KNOWS" }, { meta: ADMIN }))).toBe(
			"ORDER_NOT_FOUND",
		);
	});

	it("does not tell of another order that was placed under the same correlation id", async () => {
		const meta = { ...USER, correlationId: "COR_SHARED" };
		const [mine, other] = [
			await shop.place(3_000, meta),
			await shop.place(4_000, { ...STRANGER, ...{ correlationId: "COR_SHARED" } }),
		];
		await shop.drained();
		const told = await shop.call("story.get", { orderId: mine.orderId }, { meta: ADMIN });
		expect(JSON.stringify(told)).not.toContain(other.orderId);
		expect(told.entries.length).toBeGreaterThan(2);
	});
});
