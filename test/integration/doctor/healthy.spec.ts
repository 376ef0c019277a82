import { startClinic, type Clinic } from "./bed.ts";

let clinic: Clinic;
beforeAll(async () => {
	clinic = await startClinic();
});
afterAll(() => clinic.stop());

const GOODS = "PROD-TEST-001";
const SOLD_OUT = "PROD-TEST-003";

describe("the doctor", () => {
	it("finds nothing in an empty platform", async () => {
		const examination = await clinic.examine();
		expect(examination.differences).toEqual([]);
		expect(examination).toMatchObject({ status: "CONSISTENT", hasProviderBooks: true, looks: 1, inFlight: [] });
	});

	it("finds nothing after purchases of every kind", async () => {
		await clinic.buy(GOODS, 2);
		await clinic.buy(SOLD_OUT);
		await clinic.order(GOODS);
		const declined = await clinic.order(GOODS);
		await clinic.fault("confirm", "decline", { code: "REJECT_CARD_PAYMENT" });
		await clinic.pay(declined).catch(() => undefined);
		await clinic.shop.calm();
		const examination = await clinic.examine();
		expect(examination.differences).toEqual([]);
		expect(examination.status).toBe("CONSISTENT");
	});
});
