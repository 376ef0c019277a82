import { ADMIN, CHECKOUT, SECRET_KEY, startShop, STRANGER, USER, type Shop } from "../../support/shop.ts";

let shop: Shop;
beforeEach(async () => {
	shop = await startShop();
});
afterEach(() => shop.stop());

const CHARGED = ["payment.created", "payment.approval-requested", "payment.approved"];
const FAILED = ["payment.created", "payment.approval-requested", "payment.failed"];
const confirms = () => shop.provider.requests.filter(({ operation }) => operation === "confirm");
const cancels = () => shop.provider.requests.filter(({ operation }) => operation === "cancel");

describe("a payment", () => {
	it("charges once and the order is paid", async () => {
		const order = await shop.place();
		const paid = await shop.pay(order);
		expect(paid).toMatchObject({
			status: "APPROVED",
			amount: 10_000,
			method: "카드",
			paymentKey: `key-${order.orderId}`,
		});
		expect(paid.approvedAt).toBe("2030-01-07T09:00:00+09:00");
		await shop.drained();
		expect(await shop.order(order.orderId)).toMatchObject({ status: "PAID" });
		const history = await shop.call("payment.history", { paymentId: order.orderId });
		expect(
			history.map(({ sequence, eventType, previousState, newState, actor }) => [
				sequence,
				eventType,
				previousState,
				newState,
				actor,
			]),
		).toEqual([
			[1, "payment.created", null, "PENDING", "SYSTEM"],
			[2, "payment.approval-requested", "PENDING", "APPROVING", USER.userId],
			[3, "payment.approved", "APPROVING", "APPROVED", "TOSS_PAYMENTS"],
		]);
		expect(await shop.call("payment.history", { paymentId: paid.paymentId })).toEqual(history);
		expect(shop.provider.kept()).toBe(10_000);
		expect(confirms()[0]).toMatchObject({ idempotencyKey: `confirm-${paid.paymentId}` });
	});

	it("can be confirmed before the order's event has arrived", async () => {
		const order = await shop.place();
		expect((await shop.pay(order)).status).toBe("APPROVED");
		await shop.drained();
		expect(await shop.story(order.orderId)).toEqual(CHARGED);
	});

	it("ends with the order when the provider declines", async () => {
		const order = await shop.place();
		shop.provider.script("confirm", [{ act: "decline", code: "REJECT_CARD_PAYMENT" }]);
		expect(await shop.refusal(shop.pay(order))).toBe("PAYMENT_DECLINED");
		await shop.drained();
		expect(await shop.story(order.orderId)).toEqual(FAILED);
		expect(await shop.order(order.orderId)).toMatchObject({ status: "FAILED", failureReason: "REJECT_CARD_PAYMENT" });
		expect(await shop.refusal(shop.pay(order))).toBe("INVALID_PAYMENT_STATE");
		expect(JSON.stringify(await shop.payment(order.orderId))).not.toContain("text of the provider");
	});

	it("does not ask the provider for another amount than the order's", async () => {
		const order = await shop.place();
		expect(await shop.refusal(shop.pay(order, { amount: 100 }))).toBe("AMOUNT_MISMATCH");
		expect(shop.provider.requests).toEqual([]);
		expect((await shop.payment(order.orderId)).status).toBe("PENDING");
	});

	it("belongs to its owner and to administrators", async () => {
		const order = await shop.place();
		const wish = { paymentKey: "key-1", orderId: order.orderId, amount: 10_000 };
		expect(await shop.refusal(shop.call("payment.confirm", wish, { meta: STRANGER }))).toBe("PAYMENT_NOT_FOUND");
		expect(await shop.refusal(shop.call("payment.get", { orderId: order.orderId }, { meta: STRANGER }))).toBe(
			"PAYMENT_NOT_FOUND",
		);
		expect(await shop.refusal(shop.call("payment.get", { orderId: order.orderId }))).toBe("PAYMENT_NOT_FOUND");
		expect(await shop.refusal(shop.payment("ORD_UNKNOWN"))).toBe("PAYMENT_NOT_FOUND");
		expect(await shop.refusal(shop.call("payment.history", { paymentId: "ORD_UNKNOWN" }))).toBe("PAYMENT_NOT_FOUND");
		expect((await shop.call("payment.get", { orderId: order.orderId }, { meta: ADMIN })).status).toBe("PENDING");
	});

	it("answers a repeat with the same key and refuses another key", async () => {
		const order = await shop.place();
		const first = await shop.pay(order);
		expect(await shop.pay(order)).toEqual(first);
		expect(await shop.refusal(shop.pay(order, { paymentKey: "another" }))).toBe("PAYMENT_KEY_CONFLICT");
		expect(confirms()).toHaveLength(1);
	});

	it("charges once when fifty confirm at the same moment", async () => {
		const order = await shop.place();
		const answers = await Promise.all(
			Array.from({ length: 50 }, () =>
				shop.pay(order).then(
					({ status }) => status,
					(error: unknown) => (error as { type: string }).type,
				),
			),
		);
		expect(answers.filter((answer) => answer === "APPROVED").length).toBeGreaterThanOrEqual(1);
		expect(answers.every((answer) => answer === "APPROVED" || answer === "PAYMENT_IN_PROGRESS")).toBe(true);
		expect(confirms()).toHaveLength(1);
		await shop.drained();
		expect(await shop.story(order.orderId)).toEqual(CHARGED);
	});

	it("does not let one payment key pay for two orders", async () => {
		const [first, second] = [await shop.place(), await shop.place()];
		await shop.pay(first, { paymentKey: "shared" });
		expect(await shop.refusal(shop.pay(second, { paymentKey: "shared" }))).toBe("PAYMENT_KEY_CONFLICT");
		expect((await shop.payment(second.orderId)).status).toBe("PENDING");
	});

	it("tells its state at every event", async () => {
		const order = await shop.place();
		await shop.pay(order);
		const stateAt = async (sequence?: number) => {
			const wanted = sequence === undefined ? {} : { sequence };
			const {
				state,
				sequence: found,
				snapshot,
			} = await shop.call("payment.stateAt", { paymentId: order.orderId, ...wanted });
			return [state, found, snapshot["paymentKey"]];
		};
		const key = `key-${order.orderId}`;
		expect(await stateAt(1)).toEqual(["PENDING", 1, null]);
		expect(await stateAt(2)).toEqual(["APPROVING", 2, key]);
		expect(await stateAt(3)).toEqual(["APPROVED", 3, key]);
		expect(await stateAt(99)).toEqual(["APPROVED", 3, key]);
		expect(await stateAt()).toEqual(["APPROVED", 3, key]);
		expect(await shop.refusal(stateAt(0))).toBe("VALIDATION_ERROR");
		expect(await shop.refusal(stateAt(1.5))).toBe("VALIDATION_ERROR");
	});

	it("refuses to give back what was never charged", async () => {
		const order = await shop.place();
		const wish = { orderId: order.orderId, cancelReason: "왜" };
		expect(await shop.refusal(shop.call("payment.cancel", wish, { meta: USER }))).toBe("INVALID_PAYMENT_STATE");
	});

	it("shows the page what it needs and nowhere the secret key", async () => {
		const order = await shop.place();
		shop.provider.script("confirm", [{ act: "decline", status: 401, code: "UNAUTHORIZED_KEY" }]);
		const error: unknown = await shop.pay(order).catch((refusal: unknown) => refusal);
		expect(error).toMatchObject({ type: "GATEWAY_ERROR" });
		expect((await shop.payment(order.orderId)).status).toBe("APPROVING");
		const config = await shop.call("payment.config", null);
		expect(config).toEqual({ clientKey: "test_ck_1", mode: "test", sdkUrl: "https://js.tosspayments.com/v2/standard" });
		const registry = JSON.stringify(
			shop.broker.registry.getServiceList({ withActions: true, withSettings: true } as never),
		);
		expect(`${registry}${JSON.stringify(config)}${JSON.stringify(error)}`).not.toContain(SECRET_KEY);
	});
});

describe("a payment whose order is confirmed", () => {
	beforeEach(async () => {
		await shop.stop();
		shop = await startShop({ services: CHECKOUT });
	});

	it("gives all back, once, however often it is asked", async () => {
		const order = await shop.place();
		await shop.pay(order);
		await shop.settled(order.orderId);
		const wish = { orderId: order.orderId, cancelReason: "고객 변심" };
		const cancel = () => shop.call("payment.cancel", wish, { meta: USER });
		expect(await cancel()).toMatchObject({ status: "CANCELLED", cancelledAmount: 10_000, cancelReason: "고객 변심" });
		expect((await cancel()).status).toBe("CANCELLED");
		expect(cancels()).toHaveLength(1);
		await shop.drained();
		expect((await shop.order(order.orderId)).status).toBe("CANCELLED");
		expect(await shop.story(order.orderId)).toEqual([...CHARGED, "payment.cancel-requested", "payment.cancelled"]);
		expect(shop.provider.kept()).toBe(0);
	});

	it("gives parts back until nothing is left", async () => {
		const order = await shop.place();
		await shop.pay(order);
		await shop.settled(order.orderId);
		const part = (cancelAmount: number) =>
			shop.call("payment.cancel", { orderId: order.orderId, cancelReason: "품절", cancelAmount }, { meta: USER });
		expect(await part(3_000)).toMatchObject({ status: "APPROVED", cancelledAmount: 3_000 });
		expect(await shop.refusal(part(7_001))).toBe("CANCEL_AMOUNT_EXCEEDED");
		await shop.calm();
		expect((await shop.order(order.orderId)).status).toBe("CONFIRMED");
		expect(await part(7_000)).toMatchObject({ status: "CANCELLED", cancelledAmount: 10_000 });
		await shop.drained();
		expect((await shop.order(order.orderId)).status).toBe("CANCELLED");
		expect(await shop.call("payment.figures", null)).toEqual({
			approvedCount: 1,
			approvedAmount: 10_000,
			cancelledAmount: 10_000,
		});
	});

	it("stays approved when the provider refuses to give money back", async () => {
		const order = await shop.place();
		await shop.pay(order);
		await shop.settled(order.orderId);
		shop.provider.script("cancel", [{ act: "decline", status: 400, code: "REFUND_REJECTED" }]);
		const wish = { orderId: order.orderId, cancelReason: "왜" };
		expect(await shop.refusal(shop.call("payment.cancel", wish, { meta: USER }))).toBe("CANCEL_REFUSED");
		expect((await shop.payment(order.orderId)).status).toBe("APPROVED");
		expect((await shop.call("payment.cancel", wish, { meta: USER })).status).toBe("CANCELLED");
		expect(new Set(cancels().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
	});
});
