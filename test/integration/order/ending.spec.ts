import { orderAggregate } from "../../../services/order/infrastructure/order.aggregate.ts";
import { CHECKOUT, startShop, USER, type Shop } from "../../support/shop.ts";

let shop: Shop;
beforeEach(async () => {
	shop = await startShop({ clock: "virtual", services: CHECKOUT });
});
afterEach(() => shop.stop());

const MINUTE_MS = 60_000;
const cancel = (orderId: string) => shop.call("order.cancel", { orderId, reason: "고객 변심" }, { meta: USER });

describe("the end of an order", () => {
	it("comes at once before payment, and the payment ends with it", async () => {
		const order = await shop.place();
		expect(await cancel(order.orderId)).toMatchObject({ status: "CANCELLED", cancelledAt: expect.any(String) });
		await shop.drained();
		expect((await shop.payment(order.orderId)).status).toBe("CANCELLED");
		expect(await shop.refusal(shop.pay(order))).toBe("INVALID_PAYMENT_STATE");
		expect(await shop.refusal(cancel(order.orderId))).toBe("INVALID_ORDER_STATE");
		expect(shop.provider.requests).toEqual([]);
	});

	it("has to wait while the payment is being approved", async () => {
		const order = await shop.place();
		shop.provider.script("confirm", [{ act: "execute-then-500" }]);
		await shop.pay(order);
		expect(await shop.refusal(cancel(order.orderId))).toBe("INVALID_ORDER_STATE");
		expect((await shop.order(order.orderId)).status).toBe("PENDING");
		await shop.advance(2 * MINUTE_MS);
		await shop.call("payment.reconcile", null);
		expect((await shop.settled(order.orderId)).status).toBe("CONFIRMED");
	});

	it("gives the money back once it is confirmed", async () => {
		const order = await shop.place();
		await shop.pay(order);
		await shop.settled(order.orderId);
		expect((await cancel(order.orderId)).status).toBe("CANCELLED");
		expect(shop.provider.kept()).toBe(0);
	});

	it("is under way while the provider does not answer the refund", async () => {
		const order = await shop.place();
		await shop.pay(order);
		await shop.settled(order.orderId);
		shop.provider.script("cancel", [{ act: "answer", status: 500, body: "" }]);
		expect(await cancel(order.orderId)).toMatchObject({ status: "CONFIRMED", isCancelRequested: true });
		await shop.advance(2 * MINUTE_MS);
		await shop.call("payment.reconcile", null);
		await shop.drained();
		expect((await shop.order(order.orderId)).status).toBe("CANCELLED");
		expect(shop.provider.kept()).toBe(0);
	});

	it("is refused when the money cannot be given back", async () => {
		const order = await shop.place();
		await shop.pay(order);
		await shop.settled(order.orderId);
		shop.provider.script("cancel", [{ act: "decline", status: 400, code: "REFUND_REJECTED" }]);
		expect(await shop.refusal(cancel(order.orderId))).toBe("INVALID_ORDER_STATE");
		expect(await shop.order(order.orderId)).toMatchObject({ status: "CONFIRMED" });
		expect((await cancel(order.orderId)).status).toBe("CANCELLED");
	});

	it("comes after 30 minutes without payment, and never while the payment is being approved", async () => {
		const [idle, approving] = [await shop.place(), await shop.place()];
		shop.provider.script("confirm", [{ act: "execute-then-500" }]);
		shop.provider.script("lookup", [{ act: "answer", status: 500, body: "" }], true);
		await shop.pay(approving);
		await shop.advance(30 * MINUTE_MS - 10_000);
		expect(await shop.call("order.sweep", null)).toEqual({ examined: 0 });
		await shop.advance(10_001);
		await shop.call("order.sweep", null);
		await shop.drained();
		expect(await shop.order(idle.orderId)).toMatchObject({ status: "CANCELLED" });
		expect((await shop.payment(idle.orderId)).status).toBe("EXPIRED");
		expect((await shop.order(approving.orderId)).status).toBe("PENDING");
		expect((await shop.payment(approving.orderId)).status).toBe("APPROVING");
		expect(await shop.call("order.sweep", null)).toEqual({ examined: 0 });
	});

	it("is taken up again when it was interrupted", async () => {
		const order = await shop.place();
		await shop.drained();
		const command = {
			type: "request-cancel",
			reason: "변심",
			cause: "CUSTOMER",
			now: shop.runtime.clock.iso(),
		} as const;
		const context = { commandId: "CMD_1", correlationId: "C1", causationId: "C1", actor: USER.userId };
		await shop.runtime.actors.tell(orderAggregate, order.orderId, command, context);
		await shop.advance(MINUTE_MS);
		await shop.call("order.sweep", null);
		await shop.drained();
		expect((await shop.order(order.orderId)).status).toBe("CANCELLED");
		expect((await shop.payment(order.orderId)).status).toBe("CANCELLED");
	});

	it("sends money back that was taken for an order that had ended, once, and takes nothing from the stock for it", async () => {
		const order = await shop.call("order.create", { productId: "PROD-TEST-002", quantity: 3 }, { meta: USER });
		await shop.drained();
		const command = { type: "fail", reason: "TEST", now: shop.runtime.clock.iso() } as const;
		const context = { commandId: "CMD_1", correlationId: "C1", causationId: "C1", actor: "SYSTEM" };
		await shop.runtime.actors.tell(orderAggregate, order.orderId, command, context);
		expect((await shop.pay(order)).status).toBe("APPROVED");
		await shop.calm();
		const found = await shop.call("saga.getByOrder", { orderId: order.orderId });
		expect(found).toMatchObject({ failedStep: "ORDER_CONFIRMED", errorCode: "INVALID_ORDER_STATE" });
		expect(found.steps.map(({ step, direction }) => [step, direction])).toEqual([
			["ORDER_CONFIRMED", "FORWARD"],
			["PAYMENT_PROCESSED", "COMPENSATE"],
			["ORDER_CREATED", "COMPENSATE"],
		]);
		expect((await shop.order(order.orderId)).status).toBe("FAILED");
		expect((await shop.payment(order.orderId)).status).toBe("CANCELLED");
		expect(shop.provider.kept()).toBe(0);
		expect(shop.provider.requests.filter(({ operation }) => operation === "cancel")).toHaveLength(1);
		const { items } = await shop.call("order.history", { orderId: order.orderId }, { meta: USER });
		expect(items.at(-1)?.eventType).toBe("order.late-refund-requested");
	});
});
