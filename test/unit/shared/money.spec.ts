import { addMoney, minorUnits, money, subtractMoney, won } from "../../../services/shared/money.ts";

const notWhole: Error = expect.objectContaining({ code: "AMOUNT_NOT_INTEGER" }) as Error;

describe("money", () => {
	it("is a whole number of won with its currency", () => {
		expect(won(1_000)).toEqual({ amount: 1_000, currency: "KRW" });
		expect(money(-5, "KRW")).toEqual({ amount: -5, currency: "KRW" });
		expect(minorUnits(0)).toBe(0);
	});

	it.each([10.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53)])("is never made of %d", (value) => {
		expect(() => won(value)).toThrow(notWhole);
		expect(() => minorUnits(value)).toThrow(notWhole);
	});

	it("is added and subtracted exactly, or not at all", () => {
		expect(addMoney(won(1), won(2))).toEqual(won(3));
		expect(subtractMoney(won(1), won(2))).toEqual(won(-1));
		expect(() => addMoney(won(Number.MAX_SAFE_INTEGER), won(1))).toThrow(notWhole);
		expect(() => subtractMoney(won(-Number.MAX_SAFE_INTEGER), won(1))).toThrow(notWhole);
	});
});
