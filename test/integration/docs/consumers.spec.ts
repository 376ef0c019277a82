import { join } from "node:path";
import { codesIn, filesEndingWith, readDocument, ROOT, sectionOf, tableRows } from "../../support/documents.ts";

interface Schema {
	readonly name: string;
	readonly events?: Readonly<Record<string, unknown>>;
}

/** A consumer and the event it has a handler for. */
type Pair = `${string} <- ${string}`;

async function schemas(): Promise<readonly Schema[]> {
	const files = filesEndingWith(".service.ts", "services");
	const modules = await Promise.all(files.map((file) => import(join(ROOT, file)) as Promise<{ default: Schema }>));
	return modules.map((module) => module.default);
}

async function handled(): Promise<readonly Pair[]> {
	return (await schemas())
		.flatMap(({ name, events }) => Object.keys(events ?? {}).map((event): Pair => `${name} <- ${event}`))
		.filter((pair) => !pair.includes("<- $"))
		.sort();
}

/** The last column names each consumer before a colon: `order: paid, confirmed`. */
function documented(): readonly Pair[] {
	return tableRows(sectionOf(readDocument("docs/events.md"), "## Events"))
		.flatMap(([name = "", , , consumers = ""]) =>
			[...consumers.matchAll(/([a-z]+):/g)].map(
				([, consumer]): Pair => `${consumer ?? ""} <- ${codesIn(name)[0] ?? ""}`,
			),
		)
		.sort();
}

describe("the page of events", () => {
	it("names exactly the services that act on an event", async () => {
		const pairs = await handled();
		expect(pairs).toContain("logging <- **");
		expect(documented()).toEqual(pairs.filter((pair) => !pair.endsWith("<- **")));
	});
});
