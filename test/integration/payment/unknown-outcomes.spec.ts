import { startShop, USER, type Shop } from "../../support/shop.ts";
import { temporaryFolder } from "../../support/broker.ts";
import type { Script } from "../../support/scripted-provider.ts";

let shop: Shop;
afterEach(() => shop.stop());

const MINUTE_MS = 60_000;
const CHARGED = ["payment.created", "payment.approval-requested", "payment.approved"];
const confirms = () => shop.provider.requests.filter(({ operation }) => operation === "confirm");
const reconcile = () => shop.call("payment.reconcile", null);

describe("an outcome that is not known", () => {
	beforeEach(async () => {
		shop = await startShop({ clock: "virtual" });
	});

	it.each<[string, Script[]]>([
		["the reply is dropped after the charge", [{ act: "execute-then-drop" }, { act: "drop" }, { act: "drop" }]],
		["the provider says 500 after the charge", [{ act: "execute-then-500" }]],
		["the reply comes too late", [{ act: "slow", ms: 600 }]],
	])("stays open while %s and is found out", async (_name, scripts) => {
		const order = await shop.place();
		shop.provider.script("confirm", scripts);
		expect(await shop.pay(order)).toMatchObject({ status: "APPROVING", approvedAt: null });
		await shop.drained();
		expect((await shop.order(order.orderId)).status).toBe("PENDING");
		expect(await shop.refusal(shop.pay(order))).toBe("PAYMENT_IN_PROGRESS");
		await shop.advance(MINUTE_MS + 1);
		await until(async () => (await reconcile(), (await shop.payment(order.orderId)).status === "APPROVED"));
		await shop.drained();
		expect((await shop.order(order.orderId)).status).toBe("PAID");
		expect(await shop.story(order.orderId)).toEqual(CHARGED);
		expect(shop.provider.kept()).toBe(10_000);
		expect(new Set(confirms().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
	});

	it("is found out by the sweep itself", async () => {
		const order = await shop.place();
		shop.provider.script("confirm", [{ act: "execute-then-500" }]);
		await shop.pay(order);
		await shop.advance(2 * MINUTE_MS);
		await until(async () => (await shop.payment(order.orderId)).status === "APPROVED");
	});

	it("is taken from the provider when it says it was processed before", async () => {
		const order = await shop.place();
		const paymentKey = `key-${order.orderId}`;
		const charge = { paymentKey, orderId: order.orderId, amount: 10_000, balance: 10_000, status: "DONE", cancels: [] };
		shop.provider.charges.set(paymentKey, charge);
		expect((await shop.pay(order)).status).toBe("APPROVED");
	});

	it("of an approval that never arrived is asked for again, under the same key", async () => {
		const order = await shop.place();
		shop.provider.script("confirm", [{ act: "answer", status: 429, body: '{"code":"TOO_MANY_REQUESTS"}' }]);
		shop.provider.authorise(`key-${order.orderId}`, order.orderId);
		expect((await shop.pay(order)).status).toBe("APPROVING");
		await shop.advance(MINUTE_MS + 1);
		await until(async () => (await reconcile(), (await shop.payment(order.orderId)).status === "APPROVED"));
		expect(shop.provider.kept()).toBe(10_000);
		expect(new Set(confirms().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
	});

	it("of an approval that never arrived is left alone when the buyer has cancelled meanwhile", async () => {
		const order = await shop.place();
		shop.provider.script("confirm", [{ act: "answer", status: 429, body: '{"code":"TOO_MANY_REQUESTS"}' }]);
		shop.provider.authorise(`key-${order.orderId}`, order.orderId);
		await shop.pay(order);
		await shop.call("payment.cancel", { orderId: order.orderId, cancelReason: "왜" }, { meta: USER });
		await shop.advance(MINUTE_MS + 1);
		await reconcile();
		expect(confirms()).toHaveLength(1);
		await shop.advance(15 * MINUTE_MS);
		await until(async () => (await reconcile(), (await shop.payment(order.orderId)).status === "FAILED"));
		expect(shop.provider.kept()).toBe(0);
	});

	it("fails only after no charge can come any more", async () => {
		const order = await shop.place();
		shop.provider.script("confirm", [{ act: "answer", status: 400, body: '{"code":"PROVIDER_ERROR"}' }], true);
		shop.provider.authorise(`key-${order.orderId}`, order.orderId);
		expect((await shop.pay(order)).status).toBe("APPROVING");
		await shop.advance(14 * MINUTE_MS);
		await reconcile();
		expect((await shop.payment(order.orderId)).status).toBe("APPROVING");
		await shop.advance(2 * MINUTE_MS);
		expect(await reconcile()).toMatchObject({ settled: expect.any(Number) });
		await until(async () => (await shop.payment(order.orderId)).status === "FAILED");
		expect(await shop.payment(order.orderId)).toMatchObject({ failureCode: "APPROVAL_TIMEOUT" });
	});

	it.each(["ABORTED", "EXPIRED", "CANCELED"])("fails when the provider says %s", async (status) => {
		const order = await shop.place();
		shop.provider.script("confirm", [{ act: "answer", status: 400, body: "garbage" }]);
		shop.provider.authorise(`key-${order.orderId}`, order.orderId, status);
		await shop.pay(order);
		await shop.advance(MINUTE_MS + 1);
		await until(async () => (await reconcile(), (await shop.payment(order.orderId)).status === "FAILED"));
		expect(await shop.payment(order.orderId)).toMatchObject({ failureCode: status });
	});

	it("is never guessed while the provider cannot tell", async () => {
		const order = await shop.place();
		shop.provider.script("confirm", [{ act: "execute-then-500" }]);
		shop.provider.script("lookup", [{ act: "answer", status: 500, body: "" }], true);
		await shop.pay(order);
		await shop.advance(60 * MINUTE_MS);
		await reconcile();
		expect((await shop.payment(order.orderId)).status).toBe("APPROVING");
	});

	it("remembers a cancellation and carries it out once it is resolved", async () => {
		const order = await shop.place();
		shop.provider.script("confirm", [{ act: "execute-then-500" }]);
		await shop.pay(order);
		const wish = { orderId: order.orderId, cancelReason: "왜" };
		expect((await shop.call("payment.cancel", wish, { meta: USER })).status).toBe("APPROVING");
		await shop.advance(MINUTE_MS + 1);
		await until(async () => (await reconcile(), (await shop.payment(order.orderId)).status === "CANCELLED"));
		await shop.drained();
		expect((await shop.order(order.orderId)).status).toBe("CANCELLED");
		expect(shop.provider.kept()).toBe(0);
	});

	it.each<[string, Script]>([
		["another amount", { act: "wrong-amount" }],
		["another order", { act: "wrong-order" }],
		["an account number to pay into", { act: "status", status: "WAITING_FOR_DEPOSIT" }],
	])("is a failure and the money goes back when the answer names %s", async (_name, script) => {
		const order = await shop.place();
		shop.provider.script("confirm", [script]);
		expect(await shop.refusal(shop.pay(order))).toBe("PAYMENT_DECLINED");
		await shop.drained();
		expect(await shop.payment(order.orderId)).toMatchObject({ status: "FAILED", failureCode: "GATEWAY_MISMATCH" });
		expect((await shop.story(order.orderId)).slice(2)).toEqual([
			"payment.failed",
			"payment.reversal-requested",
			"payment.reversed",
		]);
		expect(shop.provider.kept()).toBe(0);
	});

	it("keeps sending money back until the provider has done it", async () => {
		const order = await shop.place();
		shop.provider.script("confirm", [{ act: "wrong-amount" }]);
		shop.provider.script("cancel", [{ act: "answer", status: 500, body: "" }], true);
		await shop.refusal(shop.pay(order));
		expect(shop.provider.kept()).toBe(10_000);
		shop.provider.script("cancel", []);
		await shop.advance(MINUTE_MS + 1);
		await until(async () => (await reconcile(), shop.provider.kept() === 0));
		await until(async () => (await shop.story(order.orderId)).at(-1) === "payment.reversed");
	});

	it("believes a notice only as far as the provider confirms it", async () => {
		const order = await shop.place();
		const notice = (status: string) =>
			shop.call("payment.webhook", {
				eventType: "PAYMENT_STATUS_CHANGED",
				data: { paymentKey: `key-${order.orderId}`, orderId: order.orderId, status },
			});
		expect(await notice("DONE")).toEqual({ received: true });
		expect((await shop.payment(order.orderId)).status).toBe("PENDING");
		shop.provider.script("confirm", [{ act: "execute-then-500" }]);
		await shop.pay(order);
		await notice("ABORTED");
		expect((await shop.payment(order.orderId)).status).toBe("APPROVED");
		await notice("CANCELED");
		expect((await shop.payment(order.orderId)).status).toBe("APPROVED");
		expect(await shop.call("payment.webhook", { data: { orderId: "ORD_UNKNOWN" } })).toEqual({ received: true });
		expect(await shop.call("payment.webhook", {})).toEqual({ received: true });
	});

	it("heeds a notice that comes while it is asking itself, and learns nothing from its own request", async () => {
		const order = await shop.place();
		const paymentKey = `key-${order.orderId}`;
		shop.provider.script("confirm", [{ act: "hang" }]);
		const paying = shop.pay(order);
		await until(async () => confirms().length > 0);
		const charge = { paymentKey, orderId: order.orderId, amount: 10_000, balance: 10_000, status: "DONE", cancels: [] };
		shop.provider.charges.set(paymentKey, charge);
		const data = { paymentKey, orderId: order.orderId, status: "DONE" };
		expect(await shop.call("payment.webhook", { data })).toEqual({ received: true });
		expect((await paying).status).toMatch(/^APPROV/);
		await until(async () => (await shop.payment(order.orderId)).status === "APPROVED");
		expect(shop.provider.kept()).toBe(10_000);
	});

	it("follows a cancellation made at the provider's console", async () => {
		const order = await shop.place();
		await shop.pay(order);
		const charge = shop.provider.charges.get(`key-${order.orderId}`);
		if (charge === undefined) throw new Error("no charge");
		const cancel = {
			transactionKey: "t1",
			cancelAmount: 10_000,
			cancelReason: "console",
			canceledAt: "2030-01-07T09:10:00+09:00",
		};
		Object.assign(charge, { balance: 0, status: "CANCELED", cancels: [cancel] });
		const notice = { data: { paymentKey: charge.paymentKey, orderId: order.orderId, status: "CANCELED" } };
		await Promise.all([shop.call("payment.webhook", notice), shop.call("payment.webhook", notice)]);
		await shop.drained();
		expect(await shop.payment(order.orderId)).toMatchObject({ status: "CANCELLED", cancelledAmount: 10_000 });
		expect((await shop.order(order.orderId)).status).toBe("CANCELLED");
		expect((await shop.story(order.orderId)).filter((type) => type === "payment.cancelled")).toHaveLength(1);
	});

	it("sends a charge back that comes after the order has ended", async () => {
		const order = await shop.place();
		await shop.call("order.cancel", { orderId: order.orderId, reason: "변심" }, { meta: USER });
		const paymentKey = "late-key";
		const charge = { paymentKey, orderId: order.orderId, amount: 10_000, balance: 10_000, status: "DONE", cancels: [] };
		shop.provider.charges.set(paymentKey, charge);
		await shop.call("payment.webhook", { data: { paymentKey, orderId: order.orderId, status: "DONE" } });
		expect(shop.provider.kept()).toBe(0);
		expect((await shop.payment(order.orderId)).status).toBe("CANCELLED");
	});
});

describe("a crash between intent and result", () => {
	it("is found out after the restart", async () => {
		const folder = temporaryFolder();
		try {
			shop = await startShop({ clock: "virtual", dataDir: folder.path });
			const order = await shop.place();
			shop.provider.script("confirm", [{ act: "execute-then-500" }]);
			await shop.pay(order);
			const { provider, settings } = shop;
			await shop.broker.stop();
			shop = await startShop({ clock: "virtual", dataDir: folder.path, provider });
			expect(settings.dataDir).toBe(folder.path);
			expect((await shop.payment(order.orderId)).status).toBe("APPROVING");
			await shop.advance(MINUTE_MS + 1);
			await until(async () => (await reconcile(), (await shop.payment(order.orderId)).status === "APPROVED"));
			await shop.drained();
			expect((await shop.order(order.orderId)).status).toBe("PAID");
			expect(await shop.story(order.orderId)).toEqual(CHARGED);
		} finally {
			folder.remove();
		}
	});

	it("resumes the same request without a second charge", async () => {
		shop = await startShop({ clock: "virtual" });
		const order = await shop.place();
		shop.provider.script("confirm", [{ act: "execute-then-500" }]);
		expect((await shop.pay(order, { commandId: "CMD_RESUMED" })).status).toBe("APPROVING");
		expect((await shop.pay(order, { commandId: "CMD_RESUMED" })).status).toBe("APPROVED");
		expect(shop.provider.charges.size).toBe(1);
	});
});

describe("a provider in trouble", () => {
	it("opens the circuit: later payments stay pending, nothing else suffers", async () => {
		shop = await startShop({ clock: "virtual" });
		shop.provider.script("confirm", [{ act: "answer", status: 500, body: "" }], true);
		for (let index = 0; index < 10; index++) expect((await shop.pay(await shop.place())).status).toBe("APPROVING");
		const sent = confirms().length;
		const order = await shop.place();
		expect(await shop.refusal(shop.pay(order))).toBe("GATEWAY_UNAVAILABLE");
		expect((await shop.payment(order.orderId)).status).toBe("PENDING");
		expect(confirms()).toHaveLength(sent);
		expect((await shop.call("payment.config", null)).mode).toBe("test");
	});

	it("does not open the circuit by declining", async () => {
		shop = await startShop({ clock: "virtual" });
		shop.provider.script("confirm", [{ act: "decline", code: "REJECT_CARD_PAYMENT" }], true);
		for (let index = 0; index < 15; index++)
			expect(await shop.refusal(shop.pay(await shop.place()))).toBe("PAYMENT_DECLINED");
	});
});

async function until(condition: () => Promise<boolean>): Promise<void> {
	const deadline = Date.now() + 5_000;
	while (!(await condition())) {
		if (Date.now() > deadline) throw new Error("It did not become true within 5 s.");
		await new Promise((resolve) => setImmediate(resolve));
	}
}
