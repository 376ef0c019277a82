import type { ServiceSchema } from "moleculer";
import inventory from "../../../services/inventory/inventory.service.ts";
import type { Envelope } from "../../../services/shared/events.ts";
import { ADMIN, USER } from "../../support/shop.ts";
import { startSagas, type SagaBed } from "./bed.ts";

const PLENTY = "PROD-TEST-001";
const SOLD_OUT = "PROD-TEST-003";
const NO_POINTS = "code-review";
const CHARGED_AND_BACK = { charges: [10_000], refunds: [10_000] };

/** Time passes only here, so that minutes of backing off take no time. */
describe("purchases in trouble", () => {
	let bed: SagaBed;

	beforeAll(async () => {
		bed = await startSagas({ NODE_ENV: "development", POINT_FAILURES: NO_POINTS }, "virtual");
	});
	afterAll(() => bed.stop());

	/** Hands an event to a group again, as the bus would after a crash. */
	async function redeliver(group: string, event: Envelope): Promise<void> {
		const { broker } = bed.shop;
		const meta = { correlationId: event.correlationid, causationId: event.id, causeTime: event.time, actor: "SYSTEM" };
		const ctx = broker.ContextFactory.create(broker, undefined as never, event, { meta });
		Object.assign(ctx, { eventName: event.type, eventType: "emit", eventGroups: [group] });
		await broker.emitLocalServices(ctx);
	}

	async function eventsOf(orderId: string): Promise<readonly Envelope[]> {
		const entries = await bed.shop.runtime.log.read(0, 10_000);
		const isIts = ({ data, subject }: Envelope) =>
			subject === orderId || ("orderId" in data && data.orderId === orderId);
		return entries.map(({ event }) => event).filter(isIts);
	}

	it("undo what was bought when the points fail four times: goods, money and order", async () => {
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
	});

	it("turn back when nobody answers for the stock, and give the money back once somebody does", async () => {
		const before = await bed.available(PLENTY);
		await bed.shop.broker.destroyService("inventory");
		const orderId = await bed.buy(PLENTY);
		for (let tries = 0; (await state(orderId)) !== "COMPENSATING"; tries++) {
			if (tries > 100) throw new Error("it does not turn back");
			await bed.shop.drained();
			await bed.shop.advance(1_000);
		}
		expect(await bed.held(orderId)).toBe(10_000);
		bed.shop.broker.createService(inventory as unknown as ServiceSchema);
		await bed.shop.broker.waitForServices("inventory");
		expect(await bed.ended(orderId)).toMatchObject({ status: "COMPENSATED", failedStep: "INVENTORY_RESERVED" });
		expect(await bed.books(orderId)).toEqual(CHARGED_AND_BACK);
		expect(await bed.available(PLENTY)).toBe(before);
	});

	const state = (orderId: string) =>
		bed.shop.call("saga.getByOrder", { orderId }).then(
			({ status }) => status,
			() => "none",
		);

	it("ask the provider for the refund until it is given, also after twenty refusals, and say that somebody should look", async () => {
		await bed.fault("cancel", "decline", { code: "REFUND_REJECTED", times: 20 });
		const startedAt = bed.shop.runtime.clock.now();
		const orderId = await bed.buy(SOLD_OUT);
		expect(await bed.ended(orderId)).toMatchObject({ status: "COMPENSATED", needsAttention: false });
		expect(bed.shop.runtime.clock.now() - startedAt).toBeGreaterThan(10 * 60_000);
		const events = await bed.shop.runtime.store.events("saga", (await view(orderId)).sagaId);
		expect(events.filter(({ type }) => type === "saga.needs-attention")).toHaveLength(1);
		expect((await view(orderId)).steps.filter(({ step }) => step === "PAYMENT_PROCESSED")).toHaveLength(21);
		expect(await bed.books(orderId)).toEqual({ charges: [20_000], refunds: [20_000] });
		expect(await bed.shop.order(orderId)).toMatchObject({ status: "CANCELLED" });
	});

	const view = (orderId: string) => bed.shop.call("saga.getByOrder", { orderId }, { meta: ADMIN });

	it("find out what a provider has done that never answered, and refund once", async () => {
		await bed.fault("confirm", "drop-after");
		await bed.fault("cancel", "drop-after", { times: 2 });
		const order = await bed.shop.call("order.place", { productId: SOLD_OUT }, { meta: USER });
		const { orderId } = order;
		await bed.pay(order);
		for (let tries = 0; (await bed.shop.payment(orderId)).status === "APPROVING" && tries < 100; tries++) {
			await bed.shop.advance(2_000);
			await bed.shop.call("payment.reconcile", null);
		}
		expect(await bed.ended(orderId)).toMatchObject({ status: "COMPENSATED" });
		expect(await bed.books(orderId)).toEqual({ charges: [20_000], refunds: [20_000] });
	});

	it("are not begun again by events that come twice or in another order, whatever their end was", async () => {
		const [done, undone] = [await bed.buy(PLENTY), await bed.buy(SOLD_OUT)];
		await Promise.all([bed.ended(done), bed.ended(undone)]);
		await bed.shop.drained();
		const [before, available] = [await Promise.all([view(done), view(undone)]), await bed.available(PLENTY)];
		const events = [...(await eventsOf(done)), ...(await eventsOf(undone))];
		for (const event of [...events.toReversed(), ...events])
			for (const group of ["order", "payment", "saga"]) await redeliver(group, event);
		await bed.shop.calm();
		expect(await Promise.all([view(done), view(undone)])).toEqual(before);
		expect(await bed.available(PLENTY)).toBe(available);
		expect(await bed.books(done)).toEqual({ charges: [10_000], refunds: [] });
		expect(await bed.books(undone)).toEqual({ charges: [20_000], refunds: [20_000] });
	});

	it("that are paid after their order has ended get the money back, once, and nothing else happens", async () => {
		const order = await bed.shop.call("order.place", { productId: PLENTY }, { meta: USER });
		const { orderId } = order;
		const [available, balance] = [await bed.available(PLENTY), await bed.balance()];
		await bed.shop.drained();
		await bed.shop.call("order.abandon", { orderId, reason: "SAGA_COMPENSATION" });
		expect((await bed.pay(order)).status).toBe("APPROVED");
		expect(await bed.ended(orderId)).toMatchObject({ status: "COMPENSATED", errorCode: "INVALID_ORDER_STATE" });
		expect(await bed.books(orderId)).toEqual(CHARGED_AND_BACK);
		expect([await bed.available(PLENTY), await bed.balance()]).toEqual([available, balance]);
		const types = (await eventsOf(orderId)).map(({ type }) => type);
		expect(types.filter((type) => type === "order.late-refund-requested")).toHaveLength(1);
		expect(types.filter((type) => type.startsWith("inventory."))).toEqual([]);
		expect(await bed.shop.order(orderId)).toMatchObject({ status: "CANCELLED" });
	});
});
