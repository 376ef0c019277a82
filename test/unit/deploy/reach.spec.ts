import { filesEndingWith, readDocument } from "../../support/documents.ts";

describe("actions", () => {
	it("can be called from other processes: a protected one exists within its own process alone", () => {
		const services = filesEndingWith(".service.ts", "services");
		expect(services.length).toBeGreaterThan(10);
		expect(services.filter((path) => /visibility(: | = )"(protected|private)"/.test(readDocument(path)))).toEqual([]);
	});
});
