import { CHECKOUT, startShop, USER, type Shop } from "../../support/shop.ts";
import type { Script } from "../../support/scripted-provider.ts";

let shop: Shop;
beforeEach(async () => {
	shop = await startShop({ clock: "virtual", services: CHECKOUT });
});
afterEach(() => shop.stop());

const MINUTE_MS = 60_000;
/** An answer that no list of the provider's codes has; it is repeated to the same key for ever. */
const UNHEARD_OF: Script = { act: "answer", status: 400, body: '{"code":"A_CODE_OF_TOMORROW"}' };
/** What something between the provider and us may say; no trouble that opens the circuit. */
const NONSENSE: Script = { act: "answer", status: 409, body: "<html>" };
const cancels = () => shop.provider.requests.filter(({ operation }) => operation === "cancel");
const keys = () => new Set(cancels().map(({ idempotencyKey }) => idempotencyKey)).size;
const reconcile = () => shop.call("payment.reconcile", null);

async function until(isSo: () => Promise<boolean>): Promise<void> {
	for (let round = 0; round < 400; round++) {
		if (await isSo()) return;
		await new Promise((resolve) => setImmediate(resolve));
	}
	throw new Error("it did not come to be");
}

/** Reconciles until the payment says so. */
const settles = (orderId: string, status: string) =>
	until(async () => (await reconcile(), (await shop.payment(orderId)).status === status));

describe("a refund of which nobody knows", () => {
	it("is asked for again with the same key", async () => {
		const order = await shop.place();
		await shop.pay(order);
		await shop.settled(order.orderId);
		shop.provider.script("cancel", [{ act: "execute-then-500" }]);
		const wish = { orderId: order.orderId, cancelReason: "왜" };
		expect((await shop.call("payment.cancel", wish, { meta: USER })).status).toBe("CANCELLING");
		await shop.advance(MINUTE_MS + 1);
		await until(async () => (await reconcile(), (await shop.payment(order.orderId)).status === "CANCELLED"));
		expect(shop.provider.kept()).toBe(0);
		expect(new Set(cancels().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
	});

	it("that never arrived is sent again", async () => {
		const order = await shop.place();
		await shop.pay(order);
		await shop.settled(order.orderId);
		shop.provider.script("cancel", [{ act: "drop" }, { act: "drop" }, { act: "drop" }]);
		const wish = { orderId: order.orderId, cancelReason: "왜" };
		expect((await shop.call("payment.cancel", wish, { meta: USER })).status).toBe("CANCELLING");
		await shop.advance(MINUTE_MS + 1);
		await until(async () => (await reconcile(), (await shop.payment(order.orderId)).status === "CANCELLED"));
	});

	it("is refused when the provider answers with a code nobody knows and its books never show it", async () => {
		const order = await shop.place();
		const { orderId } = order;
		await shop.pay(order);
		await shop.settled(orderId);
		shop.provider.script("cancel", [UNHEARD_OF], true);
		const wish = { orderId, cancelReason: "왜" };
		expect((await shop.call("payment.cancel", wish, { meta: USER })).status).toBe("CANCELLING");
		await shop.advance(14 * MINUTE_MS);
		await reconcile();
		expect((await shop.payment(orderId)).status).toBe("CANCELLING");
		await shop.advance(2 * MINUTE_MS);
		await settles(orderId, "APPROVED");
		expect(keys()).toBe(1);
		expect((await shop.call("payment.history", { paymentId: orderId })).at(-1)).toMatchObject({
			eventType: "payment.cancel-failed",
			eventData: { errorCode: "A_CODE_OF_TOMORROW" },
		});
		await shop.advance(2 * MINUTE_MS);
		await shop.calm();
		expect((await shop.order(orderId)).status).toBe("CONFIRMED");
		shop.provider.script("cancel", []);
		expect((await shop.call("payment.cancel", wish, { meta: USER })).status).toBe("CANCELLED");
		expect(keys()).toBe(2);
		expect(shop.provider.kept()).toBe(0);
	});

	it("is taken over when the books show it, whatever the answer was", async () => {
		const order = await shop.place();
		const { orderId } = order;
		await shop.pay(order);
		await shop.settled(orderId);
		shop.provider.script("cancel", [{ act: "execute-then-500" }, UNHEARD_OF], true);
		shop.provider.script("lookup", [NONSENSE], true);
		expect((await shop.call("payment.cancel", { orderId, cancelReason: "왜" }, { meta: USER })).status).toBe(
			"CANCELLING",
		);
		await shop.advance(30 * MINUTE_MS);
		await reconcile();
		expect((await shop.payment(orderId)).status).toBe("CANCELLING");
		shop.provider.script("lookup", []);
		await shop.advance(MINUTE_MS);
		await settles(orderId, "CANCELLED");
		expect(shop.provider.kept()).toBe(0);
	});

	it("stays open while only our own line is silent, for as long as it takes", async () => {
		const order = await shop.place();
		const { orderId } = order;
		await shop.pay(order);
		await shop.settled(orderId);
		shop.provider.script("cancel", [NONSENSE], true);
		expect((await shop.call("payment.cancel", { orderId, cancelReason: "왜" }, { meta: USER })).status).toBe(
			"CANCELLING",
		);
		await shop.advance(60 * MINUTE_MS);
		await reconcile();
		expect((await shop.payment(orderId)).status).toBe("CANCELLING");
		expect(keys()).toBe(1);
	});

	it("of money that must not be kept is asked for with a new key", async () => {
		const order = await shop.place();
		shop.provider.script("confirm", [{ act: "wrong-amount" }]);
		shop.provider.script("cancel", [UNHEARD_OF], true);
		expect(await shop.refusal(shop.pay(order))).toBe("PAYMENT_DECLINED");
		await shop.advance(16 * MINUTE_MS);
		await until(async () => (await reconcile(), (await shop.story(order.orderId)).length > 4));
		shop.provider.script("cancel", []);
		await shop.advance(2 * MINUTE_MS);
		await until(async () => (await reconcile(), shop.provider.kept() === 0));
		await until(async () => (await shop.story(order.orderId)).at(-1) === "payment.reversed");
		expect(keys()).toBe(2);
	});
});
