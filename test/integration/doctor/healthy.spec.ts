import { startClinic, type Clinic } from "./bed.ts";

const GOODS = "PROD-TEST-001";
const SOLD_OUT = "PROD-TEST-003";
const VISITORS = 4;
const EXAMINATIONS = 2;

let isGrumpy = false;
/** A consumer that sometimes cannot take what it is given. */
const grumpy = {
	name: "grumpy",
	events: {
		"order.created": {
			group: "grumpy",
			from: "now",
			async handler() {
				if (isGrumpy) throw new Error("not today");
			},
		},
	},
};

let clinic: Clinic;
beforeAll(async () => {
	clinic = await startClinic([grumpy]);
});
afterAll(() => clinic.stop());

describe("the doctor", () => {
	it("finds nothing in an empty platform", async () => {
		const examination = await clinic.examine();
		expect(examination.differences).toEqual([]);
		expect(examination).toMatchObject({ status: "CONSISTENT", hasProviderBooks: true, looks: 1, inFlight: [] });
		expect(examination.checks.every(({ status, done, total }) => status === "DONE" && done === total)).toBe(true);
	});

	it("finds nothing after purchases of every kind, and counts what it has read", async () => {
		const [whole, part] = [await clinic.buy(GOODS, 2), await clinic.buy(GOODS, 3)];
		await clinic.buy(SOLD_OUT);
		await clinic.order(GOODS);
		const declined = await clinic.order(GOODS);
		await clinic.fault("confirm", "decline", { code: "REJECT_CARD_PAYMENT" });
		await clinic.pay(declined).catch(() => undefined);
		await clinic.shop.calm();
		await clinic.refund(whole);
		await clinic.refund(part, 1_000);
		await clinic.shop.calm();
		const { status, differences, checks } = await clinic.examine();
		expect(differences).toEqual([]);
		expect(status).toBe("CONSISTENT");
		const done = Object.fromEntries(checks.map((check) => [check.check, check.done]));
		expect(done).toMatchObject({ purchases: 5, sagas: 5, stock: expect.any(Number), points: 1, ledger: 1 });
		expect(done["rows"]).toBeGreaterThan(100);
	});

	it("finds nothing while people are buying and changing their minds", async () => {
		let isOpen = true;
		const visitor = async (number: number): Promise<void> => {
			while (isOpen) {
				const order = await clinic.buy(number % 4 === 0 ? SOLD_OUT : GOODS);
				if (number % 4 === 1) await clinic.refund(order, 1_000).catch(() => undefined);
				if (number % 4 === 2) await clinic.refund(order).catch(() => undefined);
			}
		};
		const visitors = Promise.all(Array.from({ length: VISITORS }, (_, number) => visitor(number)));
		const found: unknown[] = [];
		for (let round = 0; round < EXAMINATIONS; round++) found.push(...(await clinic.examine()).differences);
		isOpen = false;
		await visitors;
		expect(found).toEqual([]);
		await clinic.shop.calm();
		expect(await clinic.examine()).toMatchObject({ status: "CONSISTENT", differences: [], inFlight: [] });
	}, 60_000);

	it("tells what is under way apart from what is wrong", async () => {
		const order = await clinic.order(GOODS);
		await clinic.fault("confirm", "drop-after", { times: 3 });
		await clinic.pay(order).catch(() => undefined);
		expect((await clinic.shop.payment(order.orderId)).status).toBe("APPROVING");
		const { status, looks, inFlight, inFlightCount } = await clinic.examine();
		expect({ status, looks }).toEqual({ status: "CONSISTENT", looks: 5 });
		expect(inFlightCount).toBe(1);
		expect(inFlight).toMatchObject([
			{ kind: "provider-key", orderId: order.orderId, link: `/orders/${order.orderId}` },
		]);
		await clinic.shop.call("payment.reconcile", null);
	});

	it("is asked once at a time, and remembers what it said last", async () => {
		const { examinationId, status } = await clinic.shop.call("doctor.start", null);
		expect(status).toBe("RUNNING");
		expect((await clinic.shop.call("doctor.start", null)).examinationId).toBe(examinationId);
		expect((await clinic.shop.call("doctor.read", null)).running?.examinationId).toBe(examinationId);
		expect((await clinic.examine()).examinationId).toBe(examinationId);
		const { running, last } = await clinic.shop.call("doctor.read", null);
		expect({ running, last: last?.examinationId }).toEqual({ running: null, last: examinationId });
	});

	it("names events that a consumer could not take", async () => {
		isGrumpy = true;
		const { orderId } = await clinic.order(GOODS);
		await clinic.shop.drained();
		const { status, differences } = await clinic.examine();
		isGrumpy = false;
		expect(status).toBe("DIFFERENT");
		expect(differences).toMatchObject([
			{ check: "deliveries", kind: "event-parked", subject: `grumpy:order:${orderId}:1`, found: "Error: not today" },
		]);
		await clinic.shop.runtime.bus.replay(`grumpy:order:${orderId}:1`);
	});
});
