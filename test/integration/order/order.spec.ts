import { ADMIN, CHECKOUT, startShop, STRANGER, USER, type Shop } from "../../support/shop.ts";

let shop: Shop;
beforeEach(async () => {
	shop = await startShop({ clock: "virtual", services: CHECKOUT });
});
afterEach(() => shop.stop());

const MINUTE_MS = 60_000;
const create = (params: object, meta: object = USER) => shop.call("order.create", params, { meta });
const cancel = (orderId: string, meta: object = USER) =>
	shop.call("order.cancel", { orderId, reason: "고객 변심" }, { meta });

describe("an order", () => {
	it("is made from a name and an amount, for the profile of its owner", async () => {
		const order = await create({ productName: "테스트 상품", amount: 10_000 });
		expect(order).toMatchObject({
			orderName: "테스트 상품",
			amount: 10_000,
			currency: "KRW",
			status: "PENDING",
			userId: USER.userId,
			customerEmail: "hong@example.com",
			customerName: "홍길동",
			items: [{ productId: null, name: "테스트 상품", unitPrice: 10_000, quantity: 1, subtotal: 10_000 }],
		});
		expect(order.orderId).toMatch(/^ORD_[A-Za-z0-9_-]{10,58}$/);
		expect(Date.parse(order.expiresAt) - Date.parse(order.createdAt)).toBe(30 * MINUTE_MS);
		expect(await shop.order(order.orderId)).toEqual(order);
	});

	it("is priced by the server, with equal lines merged", async () => {
		const order = await create({
			items: [
				{ productId: "code-review", quantity: 2 },
				{ productId: "cloud-hosting", quantity: 1 },
				{ productId: "code-review", quantity: 1 },
			],
		});
		expect(order).toMatchObject({ amount: 25_000, orderName: "코드 리뷰 서비스 외 1건" });
		expect(order.items.map(({ productId, quantity, subtotal }) => [productId, quantity, subtotal])).toEqual([
			["code-review", 3, 15_000],
			["cloud-hosting", 1, 10_000],
		]);
	});

	it("of a known product needs its price", async () => {
		const known = { orderName: "테스트 상품", productId: "PROD-TEST-001", quantity: 2 };
		expect(await create({ ...known, amount: 20_000 })).toMatchObject({ amount: 20_000, orderName: "테스트 상품" });
		expect(await shop.refusal(create({ ...known, amount: 10_000 }))).toBe("AMOUNT_MISMATCH");
		expect(await shop.refusal(create({ ...known, productId: "no-such", amount: 1_000 }))).toBe("PRODUCT_NOT_FOUND");
	});

	it("of what is obviously not there is refused with what is, and nothing is stored", async () => {
		const lines = [
			{ productId: "PROD-TEST-003", quantity: 1 },
			{ productId: "code-review", quantity: 1 },
			{ productId: "PROD-TEST-002", quantity: 40 },
			{ productId: "PROD-TEST-002", quantity: 11 },
		];
		const error: unknown = await create({ items: lines }).catch((refusal: unknown) => refusal);
		expect(error).toMatchObject({
			code: 409,
			type: "OUT_OF_STOCK",
			data: {
				shortages: [
					{ productId: "PROD-TEST-003", quantity: 1, available: 0 },
					{ productId: "PROD-TEST-002", quantity: 51, available: 50 },
				],
			},
		});
		expect(await shop.runtime.store.count("order")).toBe(0);
		expect((await create({ items: lines.slice(1, 3) })).status).toBe("PENDING");
		expect((await shop.call("order.place", { items: lines }, { meta: USER })).status).toBe("PENDING");
		expect(await shop.refusal(create({ productId: "PROD-TEST-003", quantity: 1, amount: 1 }))).toBe("AMOUNT_MISMATCH");
	});

	it("that was taken is the answer to its repeat, also when its goods have gone meanwhile", async () => {
		const wish = { items: [{ productId: "PROD-TEST-002", quantity: 30 }] };
		const again = () => shop.call("order.create", wish, { meta: USER, commandId: "CMD_TWICE" });
		const { orderId } = await again();
		await shop.call("inventory.adjust", { productId: "PROD-TEST-002", delta: -40 }, { meta: ADMIN });
		await shop.advance(MINUTE_MS);
		expect((await again()).orderId).toBe(orderId);
		expect(await shop.refusal(create(wish))).toBe("OUT_OF_STOCK");
	});

	it("is taken while the stock cannot be looked at, and left to the checkout", async () => {
		await shop.broker.destroyService("inventory");
		expect((await create({ productId: "PROD-TEST-003" })).status).toBe("PENDING");
	});

	it.each([
		["no amount", { productName: "x" }],
		["nothing", { productName: "x", amount: 0 }],
		["less than nothing", { productName: "x", amount: -1 }],
		["a fraction", { productName: "x", amount: 1.5 }],
		["an amount as text", { productName: "x", amount: "10000" }],
		["too little", { productName: "x", amount: 99 }],
		["too much", { productName: "x", amount: 100_000_001 }],
		["an amount beyond all numbers", { productName: "x", amount: 1e300 }],
		["no name", { amount: 1_000 }],
		["a blank name", { productName: "   ", amount: 1_000 }],
		["two names", { productName: "x", orderName: "y", amount: 1_000 }],
		["a name with a line break", { productName: "x\ny", amount: 1_000 }],
		["two e-mail addresses in one", { productName: "x", amount: 1_000, customerEmail: "a@example.coma@example.com" }],
		["a bad e-mail address", { productName: "x", amount: 1_000, customerEmail: "nobody" }],
		["no lines", { items: [] }],
		["too many lines", { items: Array.from({ length: 51 }, () => ({ productId: "code-review", quantity: 1 })) }],
		["a line of nothing", { items: [{ productId: "code-review", quantity: 0 }] }],
		["more than may be bought", { items: [{ productId: "iphone-16-pro", quantity: 6 }] }],
		["more than may be bought in two lines", { items: Array(2).fill({ productId: "iphone-16-pro", quantity: 3 }) }],
		["a colour there is not", { items: [{ productId: "iphone-16-pro", quantity: 1, option: "pink" }] }],
	])("with %s is refused", async (_name, params) => {
		expect(await shop.refusal(create(params))).toBe("VALIDATION_ERROR");
	});

	it("needs a user", async () => {
		expect(await shop.refusal(create({ productName: "x", amount: 1_000 }, {}))).toBe("UNAUTHENTICATED");
		expect(await shop.refusal(shop.call("order.list", {}))).toBe("UNAUTHENTICATED");
	});

	it("takes null for an optional field as none, and drops what it does not know", async () => {
		const params = {
			productName: "x",
			amount: 1_000,
			orderName: null,
			items: null,
			customerEmail: null,
			roles: ["ROLE_ADMIN"],
		};
		const order = await create(params);
		expect(order.orderName).toBe("x");
		expect(order).not.toHaveProperty("roles");
	});

	it("keeps given contact data sealed and out of every event", async () => {
		const contact = { customerEmail: "kim@example.com", customerName: "김철수" };
		const order = await create({ productName: "x", amount: 1_000, ...contact });
		expect(order).toMatchObject(contact);
		expect(await shop.order(order.orderId)).toMatchObject(contact);
		const onlyName = await create({ productName: "x", amount: 1_000, customerName: "박영희" });
		expect(await shop.order(onlyName.orderId)).toMatchObject({
			customerEmail: "hong@example.com",
			customerName: "박영희",
		});
		await shop.drained();
		const events = JSON.stringify(await shop.runtime.log.read(0, 1_000));
		const stored = JSON.stringify(await shop.runtime.store.load("order-contact", order.orderId));
		for (const secret of ["kim@example.com", "김철수", "박영희", "hong@example.com"]) {
			expect(events).not.toContain(secret);
			expect(stored).not.toContain(secret);
		}
	});

	it("is the same order when the same command comes again", async () => {
		const again = () =>
			shop.call(
				"order.create",
				{ productName: "x", amount: 1_000 },
				{ meta: USER, commandId: "CMD_01JD3Z00000000000000000000" },
			);
		const [first, second] = [await again(), await again()];
		expect(second).toEqual(first);
		expect(first.orderId).toBe("ORD_01JD3Z00000000000000000000");
		await shop.drained();
		expect(await shop.story(first.orderId)).toEqual(["payment.created"]);
	});

	it("is seen by its owner and administrators only", async () => {
		const { orderId } = await shop.place();
		const asStranger = { meta: STRANGER };
		expect(await shop.refusal(shop.call("order.get", { orderId }, asStranger))).toBe("ORDER_NOT_FOUND");
		expect(await shop.refusal(shop.call("order.history", { orderId }, asStranger))).toBe("ORDER_NOT_FOUND");
		expect(await shop.refusal(cancel(orderId, STRANGER))).toBe("ORDER_NOT_FOUND");
		expect(await shop.refusal(shop.call("order.get", { orderId: "ORD_UNKNOWN" }, { meta: ADMIN }))).toBe(
			"ORDER_NOT_FOUND",
		);
		expect((await shop.call("order.get", { orderId }, { meta: ADMIN })).orderId).toBe(orderId);
	});

	it("stands in its owner's list, newest first, page by page", async () => {
		const orders = [];
		for (let index = 0; index < 5; index++) {
			orders.unshift((await shop.place()).orderId);
			await shop.advance(1);
		}
		await shop.place(1_000, STRANGER);
		const list = (params: object, meta: object = USER) => shop.call("order.list", params, { meta });
		const first = await list({ limit: 2 });
		const second = await list({ limit: 2, cursor: first.nextCursor });
		const third = await list({ limit: 2, cursor: second.nextCursor });
		const seen = [...first.items, ...second.items, ...third.items].map(({ orderId }) => orderId);
		expect(seen).toEqual(orders);
		expect(third.nextCursor).toBeNull();
		await cancel(String(orders[0]));
		expect((await list({ status: "CANCELLED" })).items.map(({ orderId }) => orderId)).toEqual([orders[0]]);
		expect((await list({ userId: STRANGER.userId })).items).toHaveLength(5);
		expect((await list({ userId: STRANGER.userId }, ADMIN)).items).toHaveLength(1);
		expect((await list({}, ADMIN)).items).toEqual([]);
		expect(await shop.refusal(list({ cursor: "garbage" }))).toBe("VALIDATION_ERROR");
	});

	it("tells its history", async () => {
		const order = await shop.place();
		await shop.pay(order);
		await shop.settled(order.orderId);
		const { items } = await shop.call("order.history", { orderId: order.orderId }, { meta: USER });
		expect(
			items.map(({ sequence, eventType, fromStatus, toStatus }) => [sequence, eventType, fromStatus, toStatus]),
		).toEqual([
			[1, "order.created", null, "CREATED"],
			[2, "order.pending", "CREATED", "PENDING"],
			[3, "order.paid", "PENDING", "PAID"],
			[4, "order.confirmed", "PAID", "CONFIRMED"],
		]);
	});

	it("is counted by its status", async () => {
		await shop.place();
		await cancel((await shop.place()).orderId);
		expect(await shop.call("order.counts", null)).toMatchObject({ PENDING: 1, CANCELLED: 1, CONFIRMED: 0 });
		await shop.place();
		expect(await shop.call("order.counts", null)).toMatchObject({ PENDING: 1 });
		await shop.advance(5_001);
		expect(await shop.call("order.counts", null)).toMatchObject({ PENDING: 2 });
	});

	it("has one trace with its payment", async () => {
		const order = await shop.call(
			"order.create",
			{ productName: "x", amount: 1_000 },
			{ meta: { ...USER, correlationId: "T1" } },
		);
		await shop.drained();
		const events = (await shop.runtime.log.read(0, 100)).filter(({ event }) => event.correlationid === "T1");
		expect(events.map(({ event }) => event.type)).toEqual(["order.created", "order.pending", "payment.created"]);
		expect(events.at(-1)?.event.causationid).toBe(`order:${order.orderId}:1`);
	});
});
