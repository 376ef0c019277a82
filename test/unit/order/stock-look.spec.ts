import type { Caller } from "../../../mixins/typed.ts";
import { createStockLook } from "../../../services/order/infrastructure/stock-look.ts";

/** A stock that counts how often it is looked at. */
class Stock {
	now = 0;
	looks = 0;
	isSilent = false;
	readonly pieces = new Map<string, number>();
	readonly #look = createStockLook(() => this.now);

	constructor(pieces: Readonly<Record<string, number>>) {
		for (const [productId, available] of Object.entries(pieces)) this.pieces.set(productId, available);
	}

	/** What is short of `[product, quantity]` lines. */
	async short(...lines: (readonly [string, number])[]): Promise<[string, number, number][]> {
		const found = await this.#look(this.#caller())(lines.map(([productId, quantity]) => ({ productId, quantity })));
		return found.map(({ productId, quantity, available }) => [productId, quantity, available]);
	}

	#caller(): Caller {
		const call = async (_name: string, { items }: { items: readonly { productId: string; quantity: number }[] }) => {
			this.looks++;
			if (this.isSilent) throw new Error("nobody is there");
			const counted = items.map((line) => ({ ...line, available: this.pieces.get(line.productId) ?? 0 }));
			const shortages = counted.filter(({ quantity, available }) => quantity > available);
			return Promise.resolve({ isAvailable: shortages.length === 0, shortages });
		};
		return { call } as unknown as Caller;
	}
}

describe("a look at the stock", () => {
	it("names what is short, products that nobody stocks included, in one call", async () => {
		const stock = new Stock({ A: 5, B: 1_000_000 });
		expect(await stock.short(["A", 3], ["B", 99], ["A", 3], ["C", 1])).toEqual([
			["A", 6, 5],
			["C", 1, 0],
		]);
		expect(await stock.short(["A", 5])).toEqual([]);
		expect(stock.looks).toBe(2);
	});

	it("is spared while the last one left plenty, for a moment", async () => {
		const stock = new Stock({ A: 1_000_000 });
		for (let order = 0; order < 100; order++) expect(await stock.short(["A", 2])).toEqual([]);
		expect(stock.looks).toBe(1);
		stock.now += 100;
		stock.pieces.set("A", 1);
		expect(await stock.short(["A", 2])).toEqual([["A", 2, 1]]);
		expect(stock.looks).toBe(2);
	});

	it("spends what it has seen, and looks again before that is gone", async () => {
		const stock = new Stock({ A: 50 });
		for (let order = 0; order < 40; order++) await stock.short(["A", 1]);
		stock.pieces.set("A", 0);
		const answers = [];
		for (let order = 0; order < 20; order++) answers.push((await stock.short(["A", 1])).length);
		expect(answers.filter((count) => count === 0).length).toBeLessThanOrEqual(10);
		expect(answers.at(-1)).toBe(1);
	});

	it("lets the order pass when nobody answers", async () => {
		const stock = new Stock({});
		stock.isSilent = true;
		expect(await stock.short(["A", 1])).toEqual([]);
	});
});
