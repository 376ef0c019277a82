import { mergeByKey } from "../../../services/doctor/application/merge.ts";
import type { Keyed } from "../../../services/doctor/application/ports.ts";
import { LISTED_MAX, Tally } from "../../../services/doctor/application/tally.ts";
import { finding } from "../../../services/doctor/domain/finding.ts";
import { sagaFindings } from "../../../services/doctor/domain/saga-health.ts";
import { createScratch } from "../../../services/doctor/infrastructure/scratch.ts";
import type { Fact } from "../../../services/doctor/domain/purchase.ts";
import { moved, saga } from "./purchases.ts";

const keyed = (...keys: string[]): Keyed[] => keys.map((key) => ({ key, fact: moved("CHARGE", 1) }));
const source =
	(...pages: Keyed[][]) =>
	async () =>
		pages.shift() ?? null;

async function merged(...sources: (() => Promise<Keyed[] | null>)[]) {
	const groups: [string, number][] = [];
	for await (const { key, facts } of mergeByKey(sources)) groups.push([key, facts.length]);
	return groups;
}

describe("sorted sources", () => {
	it("are put together key by key, over page borders", async () => {
		expect(
			await merged(
				source(keyed("a", "c"), [], keyed("c", "e")),
				source(keyed("b"), keyed("c")),
				source([]),
				source(keyed("e", "f")),
			),
		).toEqual([
			["a", 1],
			["b", 1],
			["c", 3],
			["e", 2],
			["f", 1],
		]);
	});

	it("may all be empty", async () => {
		expect(await merged(source(), source([]))).toEqual([]);
	});
});

describe("the scratch", () => {
	it("gives facts back in the order of their keys, each one once, page by page", () => {
		const scratch = createScratch();
		const keys = Array.from({ length: 1_700 }, (_, index) => `ORD_${String((index * 7_919) % 600).padStart(4, "0")}`);
		scratch.add(keyed(...keys.slice(0, 900)));
		scratch.add([]);
		scratch.add(keyed(...keys.slice(900)));
		const found: string[] = [];
		for (let after: string | null = null, pages = 0; pages < 10; pages++) {
			const page = scratch.page(after);
			found.push(...page.items.map(({ key }) => key));
			after = page.next;
			if (after === null) break;
		}
		scratch.close();
		expect(found).toEqual([...keys].sort());
	});

	it("keeps facts as they were", () => {
		const scratch = createScratch();
		scratch.add([{ key: "ORD_1", fact: saga() }]);
		expect(scratch.page(null)).toEqual({ items: [{ key: "ORD_1", fact: saga() }], next: null });
		scratch.close();
	});
});

describe("an examination's findings", () => {
	it("are all counted, and listed up to a bound", () => {
		const tally = new Tally("EXM_1", 0);
		for (let index = 0; index < LISTED_MAX + 5; index++)
			tally.add(finding("purchases", "ledger-charge", `ORD_${index}`, ["1", "2"], { orderId: `ORD_${index}` }));
		tally.count("purchases", 10);
		for (let index = 0; index < 105; index++) tally.addInFlight(finding("sagas", "saga-overdue", "SAG_1", ["", ""]));
		const view = tally.view(1_500);
		expect(view).toMatchObject({
			status: "DIFFERENT",
			differenceCount: LISTED_MAX + 15,
			durationMs: 1_500,
			inFlightCount: 105,
		});
		expect([view.differences.length, view.inFlight.length]).toEqual([LISTED_MAX, 100]);
		expect(view.differences[0]).toEqual({
			check: "purchases",
			kind: "ledger-charge",
			subject: "ORD_0",
			orderId: "ORD_0",
			paymentId: null,
			sagaId: null,
			expected: "1",
			found: "2",
			link: "/orders/ORD_0",
		});
	});

	it("of one that could not be carried through say nothing", () => {
		expect(new Tally("EXM_1", 0).view(1, true).status).toBe("FAILED");
		const skipped = new Tally("EXM_1", 0);
		skipped.skip("rows");
		skipped.end("rows");
		expect(skipped.view(1)).toMatchObject({
			status: "CONSISTENT",
			checks: expect.arrayContaining([expect.objectContaining({ check: "rows", status: "SKIPPED" })]),
		});
	});
});

describe("a saga", () => {
	const PATIENCE = { overdueBefore: "2030-01-07T00:58:00.000Z", stalledBefore: "2030-01-07T00:58:00.000Z" };
	const kindsOf = (changes: object) =>
		sagaFindings(
			(saga({ status: "STARTED", dueAt: "2030-01-07T01:01:00.000Z", ...changes }) as Extract<Fact, { side: "saga" }>)
				.value,
			PATIENCE,
		).map(({ kind, link }) => [kind, link]);
	const link = "/sagas/SAG_01JD3Z0000000000000000000A";

	it.each<[string, object, unknown[]]>([
		["is at work", { deadlineAt: "2030-01-07T01:05:00.000Z" }, []],
		["has ended", { status: "COMPLETED", deadlineAt: "2030-01-01T00:00:00.000Z", dueAt: null }, []],
		["is past its deadline without a reason", {}, [["saga-overdue", link]]],
		["is past its deadline with a reason", { trouble: "TIMEOUT" }, []],
		["needs attention", { needsAttention: true, trouble: "REFUND_REJECTED" }, [["saga-needs-attention", link]]],
		["was taken up by nobody", { trouble: "X", dueAt: "2030-01-07T00:30:00.000Z" }, [["saga-stalled", link]]],
	])("that %s", (_name, changes, expected) => {
		expect(kindsOf(changes)).toEqual(expected);
	});

	it("that cannot be read is broken", () => {
		expect(sagaFindings({ sagaId: "SAG_1", facts: null, broken: ["spoilt"] }, PATIENCE)).toMatchObject([
			{ kind: "saga-broken", isCertain: true, found: "spoilt" },
		]);
	});
});
