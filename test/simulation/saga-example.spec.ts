import { readDocument } from "../support/documents.ts";
import { goodwill } from "../support/saga/goodwill.ts";
import { describeMatrix } from "../support/saga/matrix.ts";

const FILE = "test/support/saga/goodwill.ts";
const LINES_MAX = 80;

describeMatrix(goodwill, {
	input: { caseId: "CASE_1", userId: "USR_1", productId: "PROD-TEST-001", amount: 5_000 },
	resultOf: () => ({ reservationId: "RSV_1" }),
});

describe("the example", () => {
	it("stands in the documentation as it is, and is short", () => {
		const source = readDocument(FILE);
		expect(source.trimEnd().split("\n").length).toBeLessThan(LINES_MAX);
		const [, shown] = /```ts\n([\s\S]*?)```/.exec(readDocument("docs/sagas.md")) ?? [];
		expect(shown).toBe(source);
	});
});
