import auth from "../../../services/auth/auth.service.ts";
import catalog from "../../../services/catalog/catalog.service.ts";
import order from "../../../services/order/order.service.ts";
import payment from "../../../services/payment/payment.service.ts";
import { startPlatform, type TestPlatform } from "../../support/broker.ts";

let platform: TestPlatform;
let meta: { userId: string; roles: string[] };

beforeEach(async () => {
	platform = await startPlatform({ services: [auth, catalog, order, payment] });
	const signup = { username: "hong", password: "correct horse battery", email: "hong@example.com", name: "홍길동" };
	const { userId } = await platform.call("auth.signup", signup);
	meta = { userId, roles: ["ROLE_USER"] };
});
afterEach(() => platform.stop());

const create = (contact: object = {}) =>
	platform.call("order.create", { productName: "x", amount: 1_000, ...contact }, { meta });
const get = (orderId: string) => platform.call("order.get", { orderId }, { meta });

describe("who an order is for", () => {
	it("is the owner's profile unless something else was given, and nobody once the owner is erased", async () => {
		const plain = await create();
		const given = await create({ customerEmail: "kim@example.com", customerName: "김철수" });
		expect(plain).toMatchObject({ customerEmail: "hong@example.com", customerName: "홍길동" });
		expect(await get(plain.orderId)).toEqual(plain);
		expect(await get(given.orderId)).toMatchObject({ customerEmail: "kim@example.com", customerName: "김철수" });
		const stored = JSON.stringify(await platform.runtime.store.load("order-contact", given.orderId));
		expect(stored).not.toMatch(/kim@example\.com|김철수/);

		await platform.call("auth.erase", { userId: meta.userId }, { meta });
		await platform.drained();
		for (const { orderId } of [plain, given])
			expect(await get(orderId)).toMatchObject({ customerEmail: null, customerName: null });
	});

	it("is nobody while the profile cannot be had; the order stands", async () => {
		await platform.broker.destroyService("auth");
		const placed = await create();
		expect(placed).toMatchObject({ status: "PENDING", customerEmail: null, customerName: null });
	});

	it("needs the auth service when it is given, because nothing is kept in the clear", async () => {
		await platform.broker.destroyService("auth");
		await expect(create({ customerName: "김철수" })).rejects.toThrow();
		await platform.drained();
		expect(await platform.runtime.store.count("order")).toBe(0);
	});
});

describe("the payment of an order", () => {
	it("can be made by another service, once", async () => {
		const { orderId, orderName, amount, expiresAt } = await create();
		const terms = { orderId, userId: meta.userId, orderName, amount, expiresAt };
		const first = await platform.call("payment.create", terms);
		expect(first).toMatchObject({ orderId, status: "PENDING", amount: 1_000, paymentKey: null });
		expect(await platform.call("payment.create", terms)).toEqual(first);
	});
});
