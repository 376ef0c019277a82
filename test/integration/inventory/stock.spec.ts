import inventory from "../../../services/inventory/inventory.service.ts";
import type { StockView } from "../../../services/inventory/contract.ts";
import { startPlatform, temporaryFolder, type TestPlatform } from "../../support/broker.ts";
import { outcomeOf } from "../../support/outcome.ts";

const ONE = "PROD-TEST-001";
const FIFTY = "PROD-TEST-002";
const NONE = "PROD-TEST-003";

let platform: TestPlatform;
beforeEach(async () => {
	platform = await startPlatform({ services: [inventory], clock: "virtual" });
});
afterEach(() => platform.stop());

const order = (number: number) => `ORD_${String(number).padStart(10, "0")}`;
const A = order(1);
const B = order(2);

const reserve = (orderId: string, productId = ONE, quantity = 1, commandId?: string) =>
	platform.call(
		"inventory.reserve",
		{ orderId, productId, quantity },
		{ ...(commandId === undefined ? {} : { commandId }) },
	);
const confirm = (orderId: string, productId = ONE) => platform.call("inventory.confirm", { orderId, productId });
const release = (orderId: string, productId = ONE) => platform.call("inventory.release", { orderId, productId });
const restock = (orderId: string, productId = ONE) => platform.call("inventory.restock", { orderId, productId });
const figures = async (productId = ONE): Promise<[number, number, number]> => {
	const view: StockView = await platform.call("inventory.get", { productId });
	return [view.quantity, view.reservedQuantity, view.available];
};
const story = async (productId: string) =>
	(await platform.runtime.store.events("stock", productId)).map(({ type }) => type.replace("inventory.", ""));
const holds = async () => {
	const { items } = await platform.call("inventory.invariants", { limit: 100 });
	expect(items.flatMap(({ broken }) => broken)).toEqual([]);
	return items;
};

describe("a product's stock", () => {
	it("follows the worked example", async () => {
		expect(await figures()).toEqual([100, 0, 100]);
		expect(await reserve(A)).toMatchObject({ reservationId: "RSV_0000000001.PROD-TEST-001", status: "RESERVED" });
		expect(await figures()).toEqual([100, 1, 99]);
		await reserve(B, ONE, 99);
		expect(await figures()).toEqual([100, 100, 0]);
		expect(await outcomeOf(reserve(order(3)))).toBe("INSUFFICIENT_STOCK");
		expect((await confirm(A)).status).toBe("CONFIRMED");
		expect(await figures()).toEqual([99, 99, 0]);
		expect((await release(B)).status).toBe("CANCELLED");
		expect(await figures()).toEqual([99, 0, 99]);
		expect((await restock(A)).status).toBe("CANCELLED");
		expect(await figures()).toEqual([100, 0, 100]);
		const told = ["created", "reserved", "reserved", "reservation-failed", "confirmed", "released", "restocked"];
		expect(await story(ONE)).toEqual(told);
		await holds();
	});

	it("of fifty goes to exactly fifty of a hundred who come at once", async () => {
		const orders = Array.from({ length: 100 }, (_, index) => order(index));
		const outcomes = await Promise.all(orders.map((orderId) => outcomeOf(reserve(orderId, FIFTY))));
		expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(50);
		expect(outcomes.filter((outcome) => outcome === "INSUFFICIENT_STOCK")).toHaveLength(50);
		expect(await figures(FIFTY)).toEqual([50, 50, 0]);
		const audit = (await holds()).find(({ productId }) => productId === FIFTY);
		expect(audit).toMatchObject({ openReservations: 50, events: 101 });
	});

	it("changes once, however often it is asked", async () => {
		const first = await reserve(A, ONE, 2);
		const again = await Promise.all(Array.from({ length: 10 }, () => reserve(A, ONE, 2)));
		expect(again).toEqual(Array.from({ length: 10 }, () => first));
		expect(await outcomeOf(reserve(A, ONE, 3))).toBe("RESERVATION_CONFLICT");
		await Promise.all([confirm(A), confirm(A), confirm(A)]);
		expect(await confirm(A)).toMatchObject({ status: "CONFIRMED", quantity: 2 });
		expect(await figures()).toEqual([98, 0, 98]);
		expect(await reserve(A, ONE, 2)).toMatchObject({ status: "CONFIRMED", reservationId: first.reservationId });
		expect(await outcomeOf(release(A))).toBe("RESERVATION_CONFIRMED");
		await Promise.all([restock(A), restock(A)]);
		expect(await restock(A)).toMatchObject({ status: "CANCELLED" });
		// A checkout that never heard of its confirmation asks again after the refund, and must come to an end.
		expect(await confirm(A)).toMatchObject({ status: "CANCELLED", quantity: 2 });
		expect(await figures()).toEqual([100, 0, 100]);
		expect(await reserve(A, ONE, 2)).toMatchObject({ status: "CANCELLED" });
		expect(await story(ONE)).toEqual(["created", "reserved", "confirmed", "restocked"]);
	});

	it("is let go once, and not confirmed after that", async () => {
		await reserve(A);
		await Promise.all([release(A), release(A)]);
		expect(await release(A)).toMatchObject({ status: "CANCELLED" });
		expect(await outcomeOf(confirm(A))).toBe("RESERVATION_CANCELLED");
		expect(await restock(A)).toMatchObject({ status: "CANCELLED" });
		expect(await figures()).toEqual([100, 0, 100]);
	});

	it("ends a reservation in one way when two ways are asked for at once", async () => {
		await Promise.all([reserve(A), reserve(B)]);
		const outcomes = await Promise.all([confirm(A), release(A), release(B), confirm(B)].map(outcomeOf));
		const [isGone, isBack] = [outcomes[0] === "ok", outcomes[3] === "ok"];
		expect(outcomes.slice(0, 2)).toEqual(isGone ? ["ok", "RESERVATION_CONFIRMED"] : ["RESERVATION_CANCELLED", "ok"]);
		expect(outcomes.slice(2)).toEqual(isBack ? ["RESERVATION_CONFIRMED", "ok"] : ["ok", "RESERVATION_CANCELLED"]);
		const left = 100 - Number(isGone) - Number(isBack);
		expect(await figures()).toEqual([left, 0, left]);
		await holds();
	});

	it("refuses what is not there", async () => {
		expect(await outcomeOf(confirm(A))).toBe("RESERVATION_NOT_FOUND");
		expect(await outcomeOf(restock(A))).toBe("RESERVATION_NOT_FOUND");
		expect(await outcomeOf(platform.call("inventory.get", { productId: "nothing" }))).toBe("PRODUCT_NOT_FOUND");
		await reserve(A);
		expect(await outcomeOf(restock(A))).toBe("RESERVATION_NOT_CONFIRMED");
	});

	it.each([0, -1, 1.5, 100, "1"])("reserves no %p pieces", async (quantity) => {
		expect(await outcomeOf(reserve(A, ONE, quantity as number))).toBe("VALIDATION_ERROR");
	});

	it("states a failure once per command, for unknown products too", async () => {
		expect(await outcomeOf(reserve(A, "nothing", 1, "SAG_1:stock:forward"))).toBe("PRODUCT_NOT_FOUND");
		expect(await outcomeOf(reserve(A, "nothing", 1, "SAG_1:stock:forward"))).toBe("PRODUCT_NOT_FOUND");
		expect(await outcomeOf(reserve(A, NONE))).toBe("INSUFFICIENT_STOCK");
		expect(await story("nothing")).toEqual(["reservation-failed"]);
		const [, failed] = await platform.runtime.store.events("stock", NONE);
		expect(failed).toMatchObject({
			type: "inventory.reservation-failed",
			outcome: "FAILED",
			data: { orderId: A, productId: NONE, quantity: 1, reason: "INSUFFICIENT_STOCK" },
		});
		await platform.call("inventory.adjust", { productId: NONE, delta: 1 });
		expect(await reserve(A, NONE)).toMatchObject({ status: "RESERVED" });
	});
});

describe("a release that comes before its reservation", () => {
	it("is remembered: the late one is refused for ever", async () => {
		expect(await release(A)).toMatchObject({ status: "CANCELLED", quantity: 0 });
		expect(await outcomeOf(reserve(A))).toBe("COMMAND_CANCELLED");
		expect(await release(A)).toMatchObject({ status: "CANCELLED" });
		platform.runtime.actors.forgetIdle();
		expect(await outcomeOf(reserve(A))).toBe("COMMAND_CANCELLED");
		expect(await outcomeOf(confirm(A))).toBe("RESERVATION_CANCELLED");
		expect(await figures()).toEqual([100, 0, 100]);
		expect(await story(ONE)).toEqual(["created", "reservation-cancelled"]);
	});

	it("leaves nothing reserved when both come at once", async () => {
		const outcomes = await Promise.all([reserve(A), release(A), release(B), reserve(B)].map(outcomeOf));
		expect(outcomes.filter((outcome) => !["ok", "COMMAND_CANCELLED"].includes(outcome))).toEqual([]);
		expect(await figures()).toEqual([100, 0, 100]);
		await holds();
	});
});

describe("a whole order", () => {
	const items = [
		{ productId: ONE, quantity: 2 },
		{ productId: FIFTY, quantity: 3 },
		{ productId: ONE, quantity: 1 },
	];
	const productIds = [ONE, FIFTY];

	it("is reserved, confirmed and put back line by line", async () => {
		const { reservations } = await platform.call("inventory.reserveOrder", { orderId: A, items, sagaId: "SAG_1" });
		expect(reservations.map(({ productId, quantity }) => [productId, quantity])).toEqual([
			[ONE, 3],
			[FIFTY, 3],
		]);
		expect((await platform.call("inventory.reservations", { orderId: A })).items).toEqual(reservations);
		await platform.call("inventory.confirmOrder", { orderId: A, productIds });
		expect(await figures(FIFTY)).toEqual([47, 0, 47]);
		await platform.call("inventory.restockOrder", { orderId: A, productIds });
		expect(await figures(FIFTY)).toEqual([50, 0, 50]);
	});

	it("leaves nothing behind once it is released, although one line was refused", async () => {
		const lines = [...items, { productId: NONE, quantity: 1 }];
		const reserveOrder = () => platform.call("inventory.reserveOrder", { orderId: A, items: lines, sagaId: "SAG_1" });
		expect(await outcomeOf(reserveOrder())).toBe("INSUFFICIENT_STOCK");
		await platform.call("inventory.releaseOrder", { orderId: A, productIds: [...productIds, NONE] });
		for (const productId of productIds) expect((await figures(productId))[1]).toBe(0);
		await platform.call("inventory.adjust", { productId: NONE, delta: 5 });
		expect(await outcomeOf(reserveOrder())).toBe("COMMAND_CANCELLED");
		await holds();
	});

	it("can be looked at before, without any promise", async () => {
		expect(await platform.call("inventory.check", { items })).toEqual({ isAvailable: true, shortages: [] });
		const wanted = [
			{ productId: ONE, quantity: 99 },
			{ productId: ONE, quantity: 2 },
			{ productId: "nothing", quantity: 1 },
		];
		expect(await platform.call("inventory.check", { items: wanted })).toEqual({
			isAvailable: false,
			shortages: [
				{ productId: ONE, quantity: 101, available: 100 },
				{ productId: "nothing", quantity: 1, available: 0 },
			],
		});
		expect(await figures()).toEqual([100, 0, 100]);
	});
});

describe("the shelf", () => {
	it("is listed in pages, and changed by people", async () => {
		const first = await platform.call("inventory.list", { limit: 5 });
		const second = await platform.call("inventory.list", { limit: 100, cursor: first.nextCursor ?? "" });
		expect(first.items).toHaveLength(5);
		expect(second).toMatchObject({ nextCursor: null });
		const ids = [...first.items, ...second.items].map(({ productId }) => productId);
		expect(ids).toEqual([...new Set(ids)].sort());
		expect(ids).toHaveLength(12);

		const created = { productId: "NEW-1", productName: "새 상품", quantity: 5 };
		const view = { ...created, reservedQuantity: 0, available: 5 };
		expect(await platform.call("inventory.create", created, { commandId: "CMD_1" })).toEqual(view);
		expect(await platform.call("inventory.create", created, { commandId: "CMD_1" })).toEqual(view);
		expect(await outcomeOf(platform.call("inventory.create", created))).toBe("PRODUCT_EXISTS");
		await reserve(A, "NEW-1", 3);
		const adjust = (delta: number) => platform.call("inventory.adjust", { productId: "NEW-1", delta });
		expect(await outcomeOf(adjust(-3))).toBe("STOCK_BELOW_RESERVED");
		expect(await adjust(-2)).toMatchObject({ quantity: 3, available: 0 });
		expect(await outcomeOf(adjust(0))).toBe("VALIDATION_ERROR");
		expect(await outcomeOf(platform.call("inventory.list", { cursor: "ISE" }))).toBe("VALIDATION_ERROR");
	});
});

describe("the first stock", () => {
	it("is given once: a restart changes nothing", async () => {
		const { path: dataDir, remove } = temporaryFolder();
		try {
			const first = await startPlatform({ services: [inventory], dataDir });
			await first.call("inventory.adjust", { productId: ONE, delta: -40 });
			await first.stop();
			const second = await startPlatform({ services: [inventory], dataDir });
			const { items } = await second.call("inventory.list", { limit: 100 });
			expect(items).toHaveLength(12);
			expect(await second.call("inventory.get", { productId: ONE })).toMatchObject({ quantity: 60 });
			expect(await second.runtime.store.events("stock", ONE)).toHaveLength(2);
			await second.stop();
		} finally {
			remove();
		}
	});
});
