import { USER } from "../../support/shop.ts";
import { startSagas, type SagaBed } from "./bed.ts";

const PLENTY = "PROD-TEST-001";
const FIFTY = "PROD-TEST-002";
const SOLD_OUT = "PROD-TEST-003";

describe("real purchases, seen through by the saga", () => {
	let bed: SagaBed;

	beforeEach(async () => {
		bed = await startSagas();
	});
	afterEach(() => bed.stop());

	it("are confirmed by it, with goods and points", async () => {
		const orderId = await bed.buy(PLENTY, 2);
		expect(await bed.ended(orderId)).toMatchObject({ status: "COMPLETED", currentStep: "COMPLETED" });
		const { items } = await bed.shop.call("order.history", { orderId }, { meta: USER });
		expect(items.map(({ eventType }) => eventType)).toEqual([
			"order.created",
			"order.pending",
			"order.paid",
			"order.confirmed",
		]);
		expect(items.at(-1)?.actor).toBe("SYSTEM");
		expect(await bed.available(PLENTY)).toBe(98);
		expect(await bed.balance()).toBe(200);
	});

	it("of something without stock are confirmed without the stock", async () => {
		const { orderId } = await bed.pay(await bed.shop.place(10_000));
		expect(await bed.ended(orderId)).toMatchObject({
			status: "COMPLETED",
			inventoryReservationId: null,
			completedSteps: ["ORDER_CREATED", "PAYMENT_PROCESSED", "POINTS_AWARDED", "ORDER_CONFIRMED"],
		});
	});

	it("are undone when the goods are gone", async () => {
		const orderId = await bed.buy(SOLD_OUT);
		expect(await bed.ended(orderId)).toMatchObject({ status: "COMPENSATED", failedStep: "INVENTORY_RESERVED" });
		expect((await bed.shop.order(orderId)).status).toBe("CANCELLED");
		expect(await bed.held(orderId)).toBe(0);
	});

	it("of the last fifty pieces go to fifty of a hundred buyers; the others get their money back", async () => {
		const orders = await Promise.all(Array.from({ length: 100 }, () => bed.buy(FIFTY)));
		const views = await Promise.all(orders.map((orderId) => bed.ended(orderId)));
		const ends = (status: string) => orders.filter((_orderId, index) => views[index]?.status === status);
		expect([ends("COMPLETED").length, ends("COMPENSATED").length]).toEqual([50, 50]);
		for (const orderId of ends("COMPLETED"))
			expect(await bed.books(orderId)).toEqual({ charges: [10_000], refunds: [] });
		for (const orderId of ends("COMPENSATED"))
			expect(await bed.books(orderId)).toEqual({ charges: [10_000], refunds: [10_000] });
		const statuses = await Promise.all(orders.map(async (orderId) => (await bed.shop.order(orderId)).status));
		expect(statuses.filter((status) => status === "CONFIRMED")).toHaveLength(50);
		expect(statuses.filter((status) => status === "CANCELLED")).toHaveLength(50);
		expect(await bed.available(FIFTY)).toBe(0);
		expect(await bed.balance()).toBe(50 * 100);
		expect(await lowestOf(FIFTY)).toEqual({ stockQuantity: 0, reservedQuantity: 0, available: 0 });
	}, 30_000);

	/** The smallest value that each figure of a product's stock ever had. */
	async function lowestOf(productId: string): Promise<Record<string, number>> {
		const lowest: Record<string, number> = {};
		for (const { data } of await bed.shop.runtime.store.events("stock", productId))
			for (const name of ["stockQuantity", "reservedQuantity", "available"]) {
				const value = (data as Readonly<Record<string, unknown>>)[name];
				if (typeof value === "number") lowest[name] = Math.min(value, lowest[name] ?? value);
			}
		return lowest;
	}
});
