import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { areas, fill, texts } from "../../../../services/api/pages/texts.ts";
import { publicDir } from "./support.ts";

const placesOf = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

describe("the dictionary", () => {
	it.each(Object.entries(areas))("has the same keys and places in both languages: %s", (_, { ko, en }) => {
		expect(Object.keys(en).sort()).toEqual(Object.keys(ko).sort());
		const english: Readonly<Record<string, string>> = en;
		for (const [key, text] of Object.entries(ko)) {
			expect(text.trim()).not.toBe("");
			expect(english[key]?.trim()).not.toBe("");
			expect(placesOf(english[key] ?? "")).toEqual(placesOf(text));
		}
	});

	it("is Korean in Korean and has no Korean in English, the language switch aside", () => {
		const english = Object.values({ ...areas, common: { en: { ...areas.common.en, languageOther: "" } } })
			.flatMap(({ en }) => Object.values(en))
			.join("\n");
		expect(english).not.toMatch(/[가-힣]/);
		expect(texts("ko").status["order.PENDING"]).toBe("결제 대기");
		expect(texts("en").status["payment.APPROVED"]).toBe("Approved");
	});

	it("has every key that the browser code names", () => {
		const all = Object.fromEntries(Object.entries(areas).map(([name, { ko }]) => [name, Object.keys(ko)]));
		const named = readdirSync(join(publicDir, "js"))
			.filter((file) => file.endsWith(".js"))
			.flatMap((file) => [
				...readFileSync(join(publicDir, "js", file), "utf8").matchAll(
					/"(common|account|home|success|fail|orders|sagas|story|logs|ops)\.(\w+)"/g,
				),
			]);
		expect(named.length).toBeGreaterThan(50);
		for (const [, area = "", key = ""] of named) expect(all[area]).toContain(key);
	});

	it("fills places, and leaves a place without a value visible", () => {
		expect(fill("{a} of {b}", { a: 1, b: "x" })).toBe("1 of x");
		expect(fill("{a} {toString}", { a: "$&" })).toBe("$& {toString}");
	});
});
