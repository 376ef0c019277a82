import { priceLines, productOf } from "../../../services/catalog/domain/price.ts";
import { SEED_PRODUCTS } from "../../../services/catalog/domain/products.ts";

const products = new Map(SEED_PRODUCTS.map((product) => [product.productId, product]));
const refusal = (...lines: Parameters<typeof priceLines>[1]): unknown => {
	try {
		return priceLines(products, lines, "ko");
	} catch (error) {
		return (error as { code: string }).code;
	}
};

describe("the catalogue", () => {
	it("sells the six services, the three phones and the three test products", () => {
		expect(SEED_PRODUCTS.map(({ productId, price }) => [productId, price])).toEqual([
			["premium-dev-tools", 1_000],
			["code-review", 5_000],
			["cloud-hosting", 10_000],
			["api-monitoring", 3_000],
			["database-tuning", 7_000],
			["security-audit", 15_000],
			["iphone-16-pro", 1_550_000],
			["galaxy-s25-ultra", 1_490_000],
			["xiaomi-pro", 890_000],
			["PROD-TEST-001", 10_000],
			["PROD-TEST-002", 10_000],
			["PROD-TEST-003", 20_000],
		]);
	});

	it("has texts in both languages for everything", () => {
		for (const { name, description, emoji, options = [] } of SEED_PRODUCTS)
			for (const text of [name, description, ...options.map(({ label }) => label)])
				expect([text.ko, text.en, emoji].every((part) => part.length > 0)).toBe(true);
	});

	it("names lines in the buyer's language", () => {
		const lines = [{ productId: "code-review", quantity: 1 }];
		expect(priceLines(products, lines, "en").items[0]?.name).toBe("Code review");
		expect(priceLines(products, lines, "ko").items[0]?.name).toBe("코드 리뷰 서비스");
	});

	it("keeps colours apart and adds equal lines up", () => {
		const phone = { productId: "xiaomi-pro", quantity: 1 };
		expect(
			priceLines(
				products,
				[
					{ ...phone, option: "meteor-black" },
					{ ...phone, option: "alpha-silver" },
					{ ...phone, option: "meteor-black" },
				],
				"ko",
			),
		).toEqual({
			items: [
				{
					productId: "xiaomi-pro",
					name: "샤오미 14T Pro",
					option: "meteor-black",
					unitPrice: 890_000,
					quantity: 2,
					subtotal: 1_780_000,
				},
				{
					productId: "xiaomi-pro",
					name: "샤오미 14T Pro",
					option: "alpha-silver",
					unitPrice: 890_000,
					quantity: 1,
					subtotal: 890_000,
				},
			],
			total: 2_670_000,
		});
	});

	it("refuses what it does not have, and more than it gives", () => {
		expect(refusal({ productId: "nothing", quantity: 1 })).toBe("PRODUCT_NOT_FOUND");
		expect(refusal({ productId: "code-review", quantity: 1, option: "red" })).toBe("VALIDATION_ERROR");
		expect(refusal({ productId: "xiaomi-pro", quantity: 1, option: "pink" })).toBe("VALIDATION_ERROR");
		expect(
			refusal(
				{ productId: "xiaomi-pro", quantity: 3, option: "meteor-black" },
				{ productId: "xiaomi-pro", quantity: 3, option: "alpha-silver" },
			),
		).toBe("VALIDATION_ERROR");
		expect(productOf(products, "xiaomi-pro").price).toBe(890_000);
	});
});
