import { startShop, type Shop } from "../../support/shop.ts";

let shop: Shop;
afterEach(() => shop.stop());

describe("a provider that never answers", () => {
	it("holds up its own callers only, and refuses more than it can hold before anything is recorded", async () => {
		shop = await startShop({ env: { TOSS_TOTAL_TIMEOUT_MS: "600" } });
		shop.provider.script("confirm", [{ act: "hang" }], true);
		const orders = await Promise.all(Array.from({ length: 60 }, () => shop.place()));
		await shop.drained();
		const answers = orders.map((order) =>
			shop.pay(order).then(
				({ status }) => status,
				(error: unknown) => String((error as { type?: string }).type),
			),
		);
		const started = Date.now();
		const another = await shop.place();
		expect((await shop.order(another.orderId)).status).toBe("PENDING");
		expect(Date.now() - started).toBeLessThan(300);
		const came = await Promise.all(answers);
		expect(new Set(came)).toEqual(new Set(["APPROVING", "GATEWAY_UNAVAILABLE"]));
		const states = await Promise.all(orders.map(async ({ orderId }) => (await shop.payment(orderId)).status));
		states.forEach((status, index) => expect(status).toBe(came[index] === "APPROVING" ? "APPROVING" : "PENDING"));
	});
});
