import { ADMIN, USER } from "../../support/shop.ts";
import { startSagas, type SagaBed } from "./bed.ts";

const PLENTY = "PROD-TEST-001";
const FIFTY = "PROD-TEST-002";
const SOLD_OUT = "PROD-TEST-003";
const NO_POINTS = "code-review";

describe("real purchases, seen through by the saga", () => {
	let bed: SagaBed;

	beforeEach(async () => {
		bed = await startSagas({ POINT_FAILURES: NO_POINTS });
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

	it("are undone when the points fail four times: goods, money and order", async () => {
		const before = await bed.available(NO_POINTS);
		const orderId = await bed.buy(NO_POINTS);
		const view = await bed.ended(orderId);
		expect(view).toMatchObject({
			status: "COMPENSATED",
			failedStep: "POINTS_AWARDED",
			errorCode: "POINTS_UNAVAILABLE",
		});
		const { steps } = await bed.shop.call("saga.getByOrder", { orderId }, { meta: ADMIN });
		expect(steps.filter(({ step, direction }) => step === "POINTS_AWARDED" && direction === "FORWARD")).toHaveLength(4);
		expect(steps.filter(({ direction }) => direction === "COMPENSATE").map(({ step }) => step)).toEqual([
			"POINTS_AWARDED",
			"INVENTORY_RESERVED",
			"PAYMENT_PROCESSED",
			"ORDER_CREATED",
		]);
		expect(await bed.available(NO_POINTS)).toBe(before);
		expect(await bed.balance()).toBe(0);
		expect((await bed.shop.order(orderId)).status).toBe("CANCELLED");
		expect(await bed.held(orderId)).toBe(0);
	}, 30_000);

	it("are undone also when the provider refuses and loses the refund at first", async () => {
		await bed.fault("cancel", "decline", { code: "REFUND_REJECTED" });
		await bed.fault("cancel", "drop-after");
		const orderId = await bed.buy(SOLD_OUT);
		expect(await bed.ended(orderId)).toMatchObject({ status: "COMPENSATED" });
		expect(await bed.held(orderId)).toBe(0);
	}, 30_000);

	it("of the last pieces go to as many buyers as there are pieces; the others lose nothing", async () => {
		const orders = await Promise.all(Array.from({ length: 30 }, () => bed.buy(FIFTY, 2)));
		const views = await Promise.all(orders.map((orderId) => bed.ended(orderId)));
		const completed = orders.filter((_orderId, index) => views[index]?.status === "COMPLETED");
		expect(completed).toHaveLength(25);
		expect(views.filter(({ status }) => status === "COMPENSATED")).toHaveLength(5);
		expect(await bed.available(FIFTY)).toBe(0);
		const held = await Promise.all(orders.map((orderId) => bed.held(orderId)));
		expect(held.filter((won) => won > 0)).toHaveLength(25);
		expect(await bed.balance()).toBe(25 * 200);
	}, 30_000);
});
