import { readSettings } from "../../../mixins/config/settings.ts";
import { codesIn, readDocument, sectionOf, tableRows } from "../../support/documents.ts";

/** Names of the variables that the settings module asks for, whatever it does with them. */
function variablesRead(): readonly string[] {
	const given: Record<string, string> = { ADMIN_USERNAME: "root", ADMIN_PASSWORD: "a long password" };
	const asked = new Set<string>();
	readSettings(
		new Proxy(given, {
			get(target, name) {
				if (typeof name === "string") asked.add(name);
				return Reflect.get(target, name) as string | undefined;
			},
		}),
	);
	return [...asked].sort();
}

function listedIn(document: string, heading: string): readonly string[] {
	return tableRows(sectionOf(readDocument(document), heading))
		.flatMap(([name]) => codesIn(name ?? ""))
		.sort();
}

/** Name and default of each line, without the ones that have no fixed default. */
function exampleLines(): ReadonlyMap<string, string> {
	const lines = [...readDocument(".env.example").matchAll(/^#? ?([A-Z][A-Z_]+)=(.*)$/gm)];
	return new Map(lines.map(([, name, value]) => [name ?? "", value ?? ""]));
}

describe("the documented configuration", () => {
	it("finds the variables it is held against", () => {
		expect(variablesRead()).toEqual(expect.arrayContaining(["PORT", "ADMIN_EMAIL", "TOSS_SECRET_KEY"]));
	});

	it.each([
		["README.md", "## Configuration"],
		["README.ko.md", "## 설정"],
	])("in %s lists exactly what is read", (document, heading) => {
		expect(listedIn(document, heading)).toEqual(variablesRead());
	});

	it("in .env.example lists exactly what is read, with a line of explanation each", () => {
		expect([...exampleLines().keys()].sort()).toEqual(variablesRead());
		const unexplained = readDocument(".env.example")
			.split("\n")
			.filter((line, index, all) => /^#? ?[A-Z][A-Z_]+=/.test(line) && !/^# [^-].*\.$/.test(all[index - 1] ?? ""));
		expect(unexplained).toEqual([]);
	});

	it("in .env.example shows the defaults: setting them changes nothing", () => {
		const withDefault = [...exampleLines()].filter(([, value]) => value !== "");
		expect(withDefault.length).toBeGreaterThan(20);
		expect(readSettings(Object.fromEntries(withDefault))).toEqual(readSettings({}));
	});

	it("in both READMEs shows the same defaults as .env.example", () => {
		const example = exampleLines();
		for (const [document, heading] of [
			["README.md", "## Configuration"],
			["README.ko.md", "## 설정"],
		] as const) {
			const fixed = tableRows(sectionOf(readDocument(document), heading))
				.map(([name, value]) => [codesIn(name ?? "")[0] ?? "", codesIn(value ?? "")[0]] as const)
				.filter(([, value]) => value !== undefined && !/PORT|ADMIN/.test(value));
			expect(fixed.length).toBeGreaterThan(15);
			for (const [name, value] of fixed) expect([name, example.get(name)]).toEqual([name, value]);
		}
	});
});
