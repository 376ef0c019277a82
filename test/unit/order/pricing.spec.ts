import {
	draftOf,
	givenContact,
	linesToPrice,
	totalOf,
	type OrderRequest,
} from "../../../services/order/domain/pricing.ts";

const limits = { min: 100, max: 10_000 };
const priced = {
	items: [{ productId: "a", name: "A", unitPrice: 500, quantity: 2, subtotal: 1_000 }],
	total: 1_000,
};

function refusal(request: OrderRequest, lines: typeof priced | null = null): unknown {
	try {
		return draftOf(request, lines, limits);
	} catch (error) {
		const { code, details } = error as { code: string; details: { errors?: { field: string; code: string }[] } };
		return [code, details.errors?.[0]?.field, details.errors?.[0]?.code];
	}
}

describe("what an order comes to", () => {
	it("asks the catalogue for lines, for a product, or for nothing", () => {
		expect(linesToPrice({ items: [{ productId: "a", quantity: 2, option: "red" }] })).toEqual([
			{ productId: "a", quantity: 2, option: "red" },
		]);
		expect(linesToPrice({ productId: "a" })).toEqual([{ productId: "a", quantity: 1 }]);
		expect(linesToPrice({ productName: "x", amount: 100 })).toEqual([]);
	});

	it("has the name that was given, or that of its lines", () => {
		expect(draftOf({ productName: "x" }, priced, limits).orderName).toBe("x");
		expect(draftOf({ orderName: "x", productName: "x", amount: 1_000 }, priced, limits).orderName).toBe("x");
		expect(draftOf({}, priced, limits).orderName).toBe("A");
		const two = { items: [...priced.items, ...priced.items], total: 2_000 };
		expect(draftOf({}, two, limits).orderName).toBe("A 외 1건");
	});

	it("is one line for an item outside the catalogue", () => {
		const { items } = draftOf({ productName: "x", amount: 700 }, null, limits);
		expect(items).toEqual([{ productId: null, name: "x", unitPrice: 700, quantity: 1, subtotal: 700 }]);
		expect(totalOf(items)).toBe(700);
	});

	it.each<[OrderRequest, typeof priced | null, unknown]>([
		[
			{ productName: "x", orderName: "y", amount: 500 },
			null,
			["VALIDATION_ERROR", "productName", "differsFromOrderName"],
		],
		[{ amount: 500 }, null, ["VALIDATION_ERROR", "orderName", "required"]],
		[{ productName: "x" }, null, ["VALIDATION_ERROR", "amount", "required"]],
		[{ productName: "x", amount: 99 }, null, ["VALIDATION_ERROR", "amount", "numberMin"]],
		[{ productName: "x", amount: 10_001 }, null, ["VALIDATION_ERROR", "amount", "numberMax"]],
		[{ amount: 999 }, priced, ["AMOUNT_MISMATCH", undefined, undefined]],
		[{}, { ...priced, total: 10_001 }, ["VALIDATION_ERROR", "amount", "numberMax"]],
	])("refuses %j", (request, lines, expected) => {
		expect(refusal(request, lines)).toEqual(expected);
	});

	it("knows which contact data were given", () => {
		expect(givenContact({ customerEmail: "a@example.com" })).toEqual({ customerEmail: "a@example.com" });
		expect(givenContact({})).toEqual({});
	});
});
