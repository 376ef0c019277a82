import fc from "fast-check";
import type { Envelope } from "../../../services/shared/events.ts";
import { CHECKOUT, startShop, USER, type Shop } from "../../support/shop.ts";

const GROUPS = ["order", "payment", "saga", "saga-figures"];

let shop: Shop;
beforeAll(async () => {
	shop = await startShop({ services: CHECKOUT, env: { NODE_ENV: "development" } });
});
afterAll(() => shop.stop());

/** Hands an event to a group's handler again, as the bus would. */
async function redeliver(group: string, event: Envelope): Promise<void> {
	const meta = { correlationId: event.correlationid, causationId: event.id, causeTime: event.time, actor: "SYSTEM" };
	const ctx = shop.broker.ContextFactory.create(shop.broker, undefined as never, event, { meta });
	Object.assign(ctx, { eventName: event.type, eventType: "emit", eventGroups: [group] });
	await shop.broker.emitLocalServices(ctx);
}

async function everything(): Promise<unknown> {
	const kinds = ["order", "payment", "payment-figures", "saga", "saga-figures", "stock", "points-account"];
	const found = await Promise.all(
		kinds.map((kind) => shop.runtime.store.find(kind, { direction: "asc", limit: 1_000 })),
	);
	return [found, shop.runtime.log.head(), shop.provider.requests.length];
}

async function purchase(deed: "pay" | "sold out" | "part" | "refund" | "cancel" | "decline"): Promise<void> {
	const productId = deed === "sold out" ? "PROD-TEST-003" : "PROD-TEST-001";
	const order = await shop.call("order.place", { productId, quantity: 2 }, { meta: USER });
	const { orderId } = order;
	const giveBack = (amount: object) =>
		shop.call("payment.cancel", { orderId, cancelReason: "변심", ...amount }, { meta: USER });
	if (deed === "cancel") {
		await shop.call("order.cancel", { orderId, reason: "변심" }, { meta: USER });
		return;
	}
	if (deed === "decline") shop.provider.script("confirm", [{ act: "decline", code: "FDS_ERROR" }]);
	await shop.refusal(shop.pay(order));
	if (deed === "refund") await giveBack({});
	if (deed === "part") await giveBack({ cancelAmount: 100 });
}

describe("the whole log again, shuffled and doubled, long after", () => {
	it("changes nothing and asks the provider nothing", async () => {
		for (const deed of ["pay", "sold out", "part", "refund", "cancel", "decline"] as const) await purchase(deed);
		await shop.calm();
		const before = await everything();
		const events = (await shop.runtime.log.read(0, 1_000)).map(({ event }) => event);
		expect(events.length).toBeGreaterThan(20);
		await fc.assert(
			fc.asyncProperty(fc.shuffledSubarray([...events, ...events], { minLength: events.length }), async (again) => {
				for (const event of again) for (const group of GROUPS) await redeliver(group, event);
				expect(await everything()).toEqual(before);
			}),
			{ numRuns: 25 },
		);
		const approved = events.find(({ type }) => type === "payment.approved");
		if (approved === undefined) throw new Error("nothing was approved");
		await redeliver("payment", { ...approved, id: "payment:PAY_NEW:3" });
		expect(await everything()).not.toEqual(before);
	});
});
