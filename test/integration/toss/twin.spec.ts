import type { Twin } from "../../../services/toss-twin/running.ts";
import { createTwin, DEMO_CLIENT_KEY, DEMO_SECRET_KEY } from "../../../services/toss-twin/twin.ts";
import type { OrderView } from "../../../services/order/contract.ts";
import { CHECKOUT, startShop, USER, type Shop } from "../../support/shop.ts";

let twin: Twin;
let url: string;
let shop: Shop;

beforeEach(async () => {
	twin = createTwin({ port: 0 });
	({ url } = await twin.start());
	shop = await startShop({
		services: CHECKOUT,
		env: {
			TOSS_API_URL: `${url}/v1`,
			TOSS_SECRET_KEY: DEMO_SECRET_KEY,
			TOSS_CLIENT_KEY: DEMO_CLIENT_KEY,
			TOSS_TOTAL_TIMEOUT_MS: "1000",
			RECONCILE_AFTER_SECONDS: "1",
		},
	});
});
afterEach(async () => {
	await shop.stop();
	await twin.stop();
});

async function ask<Answer>(path: string, body: object): Promise<Answer> {
	const headers = { "content-type": "application/json" };
	const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
	expect(response.status).toBeLessThan(300);
	return (await response.json()) as Answer;
}

/** The buyer approves in the payment window; answers what the window hands back. */
async function approve({ orderId, amount, orderName }: OrderView): Promise<string> {
	const { sessionId } = await ask<{ sessionId: string }>("/twin/sessions", { orderId, amount, orderName });
	return (await ask<{ paymentKey: string }>(`/twin/sessions/${sessionId}/approve`, {})).paymentKey;
}

async function books(): Promise<{ charges: { orderId: string; amount: number }[]; refunds: { amount: number }[] }> {
	const response = await fetch(`${url}/twin/books`);
	return (await response.json()) as Awaited<ReturnType<typeof books>>;
}

const fault = (operation: string, kind: string, more: object = {}) =>
	ask("/twin/faults", [{ match: { operation }, fault: kind, times: 1, ...more }]);

async function settled(orderId: string, status: string): Promise<void> {
	const deadline = Date.now() + 8_000;
	while ((await shop.payment(orderId)).status !== status) {
		if (Date.now() > deadline) throw new Error(`${orderId} never became ${status}`);
		await shop.call("payment.reconcile", null);
		await new Promise((resolve) => setImmediate(resolve));
	}
}

describe("with the Toss Twin", () => {
	it("a buyer pays, gets a part back, and then the rest", async () => {
		const order = await shop.place();
		const paid = await shop.pay(order, { paymentKey: await approve(order) });
		expect(paid).toMatchObject({ status: "APPROVED", method: "카드" });
		const cancel = (cancelAmount?: number) =>
			shop.call(
				"payment.cancel",
				{ orderId: order.orderId, cancelReason: "변심", ...(cancelAmount === undefined ? {} : { cancelAmount }) },
				{ meta: USER },
			);
		expect(await cancel(4_000)).toMatchObject({ status: "APPROVED", cancelledAmount: 4_000 });
		expect(await cancel()).toMatchObject({ status: "CANCELLED", cancelledAmount: 10_000 });
		const { charges, refunds } = await books();
		expect(charges).toMatchObject([{ orderId: order.orderId, amount: 10_000 }]);
		expect(refunds.map(({ amount }) => amount)).toEqual([4_000, 6_000]);
	});

	it("a payment without the buyer's approval is declined", async () => {
		const order = await shop.place();
		expect(await shop.refusal(shop.pay(order, { paymentKey: "never-approved" }))).toBe("PAYMENT_DECLINED");
		expect((await books()).charges).toEqual([]);
	});

	it("a decline of the issuer ends the order", async () => {
		const order = await shop.place();
		const paymentKey = await approve(order);
		await fault("confirm", "decline", { code: "REJECT_CARD_COMPANY" });
		expect(await shop.refusal(shop.pay(order, { paymentKey }))).toBe("PAYMENT_DECLINED");
		await shop.drained();
		expect(await shop.order(order.orderId)).toMatchObject({ status: "FAILED", failureReason: "REJECT_CARD_COMPANY" });
	});

	it("a dropped reply is repeated with the same key and charges once", async () => {
		const order = await shop.place();
		const paymentKey = await approve(order);
		await fault("confirm", "drop-after");
		expect((await shop.pay(order, { paymentKey })).status).toBe("APPROVED");
		expect((await books()).charges).toHaveLength(1);
	});

	it.each(["error-after", "garbage", "truncate"])("an answer spoilt by %s is found out later", async (kind) => {
		const order = await shop.place();
		const paymentKey = await approve(order);
		await fault("confirm", kind);
		expect(["APPROVING", "APPROVED"]).toContain((await shop.pay(order, { paymentKey })).status);
		await settled(order.orderId, "APPROVED");
		expect((await books()).charges).toHaveLength(1);
	});

	it.each(["wrong-amount", "wrong-order"])(
		"an answer with %s is not believed and the money goes back",
		async (kind) => {
			const order = await shop.place();
			const paymentKey = await approve(order);
			await fault("confirm", kind);
			expect(await shop.refusal(shop.pay(order, { paymentKey }))).toBe("PAYMENT_DECLINED");
			const { charges, refunds } = await books();
			const sum = (rows: { amount: number }[]) => rows.reduce((total, { amount }) => total + amount, 0);
			expect(sum(charges)).toBe(sum(refunds));
			expect(await shop.payment(order.orderId)).toMatchObject({ status: "FAILED", failureCode: "GATEWAY_MISMATCH" });
		},
	);
});
