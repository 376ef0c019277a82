import ts from "typescript";
import { codesIn, filesEndingWith, readDocument, sectionOf, tableRows } from "../../support/documents.ts";

interface Listed {
	readonly name: string;
	readonly fields: readonly string[];
}

const contracts = filesEndingWith("/contract.ts", "services");
const page = readDocument("docs/events.md");

/** Events of a contract: each member of its `…Events` interface with the names of its payload. */
function eventsOf(contract: string): readonly Listed[] {
	const source = ts.createSourceFile(contract, readDocument(contract), ts.ScriptTarget.Latest, true);
	return source.statements
		.filter((statement) => ts.isInterfaceDeclaration(statement))
		.filter(({ name }) => name.text.endsWith("Events"))
		.flatMap(({ members }) => [...members])
		.filter((member) => ts.isPropertySignature(member))
		.map((member) => ({ name: nameOf(member), fields: fieldsOf(member) }));
}

function nameOf(member: ts.PropertySignature): string {
	return ts.isStringLiteral(member.name) || ts.isIdentifier(member.name) ? member.name.text : "";
}

function fieldsOf({ type }: ts.PropertySignature): readonly string[] {
	if (type === undefined || !ts.isTypeLiteralNode(type)) return [];
	return type.members
		.filter((member) => ts.isPropertySignature(member))
		.map(nameOf)
		.sort();
}

/** First column: the event. Third column: the payload. */
function eventsListed(heading: string): readonly Listed[] {
	return tableRows(sectionOf(page, heading)).map(([name, , payload]) => ({
		name: codesIn(name ?? "")[0] ?? "",
		fields: [...codesIn(payload ?? "")].sort(),
	}));
}

const byName = (left: Listed, right: Listed) => left.name.localeCompare(right.name);
const stated = contracts.flatMap(eventsOf).sort(byName);

describe("the page of events", () => {
	it("is held against the contracts", () => {
		expect(stated.map(({ name }) => name)).toEqual(expect.arrayContaining(["order.created", "payment.approved"]));
		expect(stated.every(({ fields }) => fields.length > 0)).toBe(true);
	});

	it("lists every event of every contract, and no other, with its payload", () => {
		expect([...eventsListed("## Events")].sort(byName)).toEqual(stated);
	});

	it("maps names only to events that exist, or says that they are planned", () => {
		const names = new Set(stated.map(({ name }) => name));
		const rows = tableRows(sectionOf(page, "## Names elsewhere"));
		expect(rows.length).toBeGreaterThan(15);
		const wrong = rows.filter(
			([, ours, note]) => !/planned/.test(note ?? "") && !codesIn(ours ?? "").every((name) => names.has(name)),
		);
		expect(wrong).toEqual([]);
	});

	it("gives every event of orders and payments its name elsewhere, or says that it is new", () => {
		const mapped = new Set(tableRows(sectionOf(page, "## Names elsewhere")).flatMap(([, ours]) => codesIn(ours ?? "")));
		const unmapped = stated.map(({ name }) => name).filter((name) => !mapped.has(name));
		const fresh = codesIn(sectionOf(page, "### New names"));
		expect(unmapped.filter((name) => !fresh.includes(name))).toEqual([]);
	});
});
