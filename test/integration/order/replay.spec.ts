import fc from "fast-check";
import type { Envelope } from "../../../services/shared/events.ts";
import { startShop, USER, type Shop } from "../../support/shop.ts";

let shop: Shop;
beforeAll(async () => {
	shop = await startShop({ env: { NODE_ENV: "development" } });
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
	const kinds = ["order", "payment", "payment-figures"];
	const found = await Promise.all(
		kinds.map((kind) => shop.runtime.store.find(kind, { direction: "asc", limit: 1_000 })),
	);
	return [found, shop.runtime.log.head(), shop.provider.requests.length];
}

describe("the whole log again, shuffled and doubled, long after", () => {
	it("changes nothing and asks the provider nothing", async () => {
		const cancel = { cancelReason: "변심" };
		for (const deed of ["pay", "part", "refund", "cancel", "decline"]) {
			const order = await shop.place();
			if (deed === "cancel")
				await shop.call("order.cancel", { orderId: order.orderId, reason: "변심" }, { meta: USER });
			if (deed === "decline") shop.provider.script("confirm", [{ act: "decline", code: "FDS_ERROR" }]);
			if (deed !== "cancel") await shop.refusal(shop.pay(order));
			if (deed === "refund") await shop.call("payment.cancel", { orderId: order.orderId, ...cancel }, { meta: USER });
			if (deed === "part")
				await shop.call("payment.cancel", { orderId: order.orderId, ...cancel, cancelAmount: 100 }, { meta: USER });
		}
		await shop.drained();
		const before = await everything();
		const events = (await shop.runtime.log.read(0, 1_000)).map(({ event }) => event);
		expect(events.length).toBeGreaterThan(20);
		await fc.assert(
			fc.asyncProperty(fc.shuffledSubarray([...events, ...events], { minLength: events.length }), async (again) => {
				for (const event of again) for (const group of ["order", "payment"]) await redeliver(group, event);
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
