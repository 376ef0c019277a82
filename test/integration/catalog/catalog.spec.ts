import catalog from "../../../services/catalog/catalog.service.ts";
import { startPlatform, temporaryFolder, type TestPlatform } from "../../support/broker.ts";

let platform: TestPlatform;
afterEach(() => platform.stop());

const untyped = (action: string, params: object) => platform.broker.call(action, params);

describe("the catalogue service", () => {
	it("shows every product in order", async () => {
		platform = await startPlatform({ services: [catalog] });
		const { items, nextCursor } = await platform.call("catalog.products", null);
		expect(items).toHaveLength(12);
		expect(items[0]).toEqual({
			productId: "premium-dev-tools",
			name: { ko: "프리미엄 개발자 도구", en: "Premium developer tools" },
			description: { ko: expect.any(String), en: expect.any(String) },
			emoji: "🛠️",
			category: "service",
			price: 1_000,
			currency: "KRW",
			quantityMax: 99,
		});
		expect(nextCursor).toBeNull();
		expect(await platform.call("catalog.product", { productId: "iphone-16-pro" })).toMatchObject({ price: 1_550_000 });
		await expect(platform.call("catalog.product", { productId: "no-such" })).rejects.toMatchObject({
			type: "PRODUCT_NOT_FOUND",
			code: 404,
		});
	});

	it("is seeded once and keeps what was changed since", async () => {
		const folder = temporaryFolder();
		try {
			platform = await startPlatform({ services: [catalog], dataDir: folder.path });
			await untyped("catalog.update", { id: "code-review", price: 6_000 });
			await platform.stop();
			platform = await startPlatform({ services: [catalog], dataDir: folder.path });
			expect((await platform.call("catalog.product", { productId: "code-review" })).price).toBe(6_000);
			expect((await platform.call("catalog.products", null)).items).toHaveLength(12);
		} finally {
			folder.remove();
		}
	});

	it("sells at a changed price from the change on", async () => {
		platform = await startPlatform({ services: [catalog] });
		const price = async () =>
			(await platform.call("catalog.price", { items: [{ productId: "code-review", quantity: 2 }] })).total;
		expect(await price()).toBe(10_000);
		await untyped("catalog.update", { id: "code-review", price: 6_000 });
		const deadline = Date.now() + 2_000;
		while ((await price()) !== 12_000 && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
		expect(await price()).toBe(12_000);
	});

	it("takes no product that is not whole", async () => {
		platform = await startPlatform({ services: [catalog] });
		await expect(untyped("catalog.update", { id: "code-review", price: -1 })).rejects.toThrow();
		expect((await platform.call("catalog.product", { productId: "code-review" })).price).toBe(5_000);
	});
});
