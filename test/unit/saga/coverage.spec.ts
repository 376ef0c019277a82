import { sourcesOf } from "../../support/sources.ts";

/** Names of the plans that a file makes. */
function plansIn(text: string): readonly string[] {
	return [...text.matchAll(/export const (\w+) = defineSaga\b/g)].map(([, name]) => name ?? "");
}

describe("every saga of the platform", () => {
	const homes = sourcesOf("services").filter(({ code }) => /\bdefineSaga\b/.test(code));
	const specs = sourcesOf("test").filter(({ path }) => path.endsWith(".spec.ts"));

	it("is found", () => {
		expect(homes.map(({ path }) => path)).toContain("services/saga/application/checkout.ts");
	});

	it.each(homes.map(({ path }) => path))("of %s has a crash matrix", (path) => {
		const names = plansIn(homes.find((source) => source.path === path)?.text ?? "");
		expect(names.length).toBeGreaterThan(0);
		const missing = names.filter(
			(name) => !specs.some(({ imports, code }) => imports.includes(path) && code.includes(`describeMatrix(${name},`)),
		);
		expect(missing).toEqual([]);
	});
});
