import { auditPage, balanceAt, listAccounts } from "../../../services/ledger/application/accounts.ts";
import { cursorOf } from "../../../services/ledger/application/cursor.ts";
import { findEntries } from "../../../services/ledger/application/entries.ts";
import type { Journal } from "../../../services/ledger/application/ports.ts";
import { createVerifications } from "../../../services/ledger/application/verifications.ts";
import type { LedgerActions, Posting } from "../../../services/ledger/contract.ts";
import { checkoutCharge, checkoutRefund } from "../../../services/ledger/domain/rules.ts";
import { digestsWith } from "../../../services/ledger/infrastructure/chain-key.ts";
import { bookOver, emptyShelves, entry, KEY, memoryJournal } from "./support.ts";

const digests = digestsWith(KEY);
const deposit = (owner: string, amount: number): Posting[] => [
	{ account: `escrow:receivable:${owner}`, side: "debit", amount },
	{ account: `escrow:held:${owner}`, side: "credit", amount },
];

/** Three orders: 1 charged and refunded in two parts, 2 charged, 3 an escrow; a minute between the batches. */
async function filled(): Promise<Journal> {
	const journal = memoryJournal(emptyShelves(), digests);
	let minute = 0;
	const book = bookOver(journal, digests, () => new Date(Date.UTC(2030, 0, 7, 0, minute)).toISOString());
	await Promise.all([book.post(entry("a-1", checkoutCharge(48_000))), book.post(entry("a-2", checkoutCharge(10_000)))]);
	minute = 1;
	await book.post(entry("b-1", checkoutRefund(18_000), "checkout.refund"));
	minute = 2;
	await book.post(entry("c-1", checkoutRefund(30_000), "checkout.refund"));
	await Promise.all([
		book.post(entry("d-3", deposit("ESC_1", 7), "escrow.deposit")),
		book.post(entry("e-3", deposit("ESC_2", 5), "escrow.deposit")),
	]);
	await book.settled();
	return journal;
}

describe("entries", () => {
	let journal: Journal;
	beforeAll(async () => void (journal = await filled()));

	async function pages(params: LedgerActions["ledger.entries"]["params"]): Promise<string[][]> {
		const found: string[][] = [];
		for (let cursor: string | null | undefined; cursor !== null;) {
			const page = await findEntries(journal, cursor === undefined ? params : { ...params, cursor });
			found.push(page.items.map(({ cause }) => cause));
			cursor = page.nextCursor;
		}
		return found;
	}

	it("are found by cause: one or none", async () => {
		expect((await findEntries(journal, { cause: "b-1" })).items).toMatchObject([
			{ cause: "b-1", sequence: 2, postedAt: "2030-01-07T00:01:00.000Z", currency: "KRW" },
		]);
		expect(await findEntries(journal, { cause: "z-1" })).toEqual({ items: [], nextCursor: null });
	});

	it.each([
		[{ orderId: "ORD_1" }, 2, [["a-1", "b-1"], ["c-1"]]],
		[{ paymentId: "PAY_1" }, 3, [["a-1", "b-1", "c-1"]]],
		[{ orderId: "ORD_none" }, 3, [[]]],
		[{ account: "checkout:cash" }, 1, [["a-1"], ["a-2"], ["b-1"], ["c-1"]]],
		[{ account: "checkout:cash" }, 3, [["a-1", "a-2", "b-1"], ["c-1"]]],
		[{ account: "escrow:held" }, 20, [["d-3", "e-3"]]],
		[{ account: "escrow:held:ESC_2" }, 20, [["e-3"]]],
		[{ account: "stage:pool" }, 20, [[]]],
	])("are listed by %j, %d to a page", async (by, limit, expected) => {
		expect(await pages({ ...by, limit })).toEqual(expected);
	});

	it.each([
		[{}, "VALIDATION_ERROR"],
		[{ cause: "a-1", orderId: "ORD_1" }, "VALIDATION_ERROR"],
		[{ orderId: "ORD_1", cursor: "bm90IGpzb24" }, "VALIDATION_ERROR"],
		[{ orderId: "ORD_1", cursor: cursorOf("a", "b") }, "VALIDATION_ERROR"],
		[{ account: "checkout:cash", cursor: cursorOf("a", "b", "c") }, "VALIDATION_ERROR"],
		[{ account: "checkout:cash", cursor: cursorOf("a", "b", "-1") }, "VALIDATION_ERROR"],
		[{ account: "slush:fund" }, "LEDGER_ACCOUNT_UNKNOWN"],
	])("are refused by %j", async (params, code) => {
		await expect(findEntries(journal, params)).rejects.toThrow(code);
	});
});

describe("accounts", () => {
	let journal: Journal;
	beforeAll(async () => void (journal = await filled()));

	it("are the whole chart with balances, page by page", async () => {
		const first = await listAccounts(journal, { limit: 2 });
		expect(first.items.map(({ account, balance }) => [account, balance])).toEqual([
			["checkout:cash", 10_000],
			["checkout:receivable", 10_000],
		]);
		const rest = await listAccounts(journal, { limit: 100, cursor: first.nextCursor ?? "" });
		expect(rest.nextCursor).toBeNull();
		expect(rest.items.map(({ account }) => account)).toContain("stage:pool");
		expect(rest.items.find(({ account }) => account === "escrow:held")?.balance).toBe(12);
	});

	it("of owners stand below one of the chart", async () => {
		const first = await listAccounts(journal, { parent: "escrow:held", limit: 1 });
		expect(first.items).toMatchObject([{ account: "escrow:held:ESC_1", balance: 7 }]);
		const second = await listAccounts(journal, { parent: "escrow:held", limit: 1, cursor: first.nextCursor ?? "" });
		expect(second).toMatchObject({ items: [{ account: "escrow:held:ESC_2", balance: 5 }], nextCursor: null });
		await expect(listAccounts(journal, { parent: "escrow" })).rejects.toThrow("LEDGER_ACCOUNT_UNKNOWN");
	});

	it.each([
		["2030-01-06T23:59:59.999Z", 0, 0],
		["2030-01-07T00:00:00Z", 58_000, 1],
		["2030-01-07T09:00:59+09:00", 58_000, 1],
		["2030-01-07T00:01:00.000Z", 40_000, 2],
		[undefined, 10_000, 3],
	])("have at %s a balance of %d", async (at, balance, sequence) => {
		const now = "2030-01-08T00:00:00.000Z";
		expect(await balanceAt(journal, "checkout:cash", at, now)).toMatchObject({ balance, sequence });
	});

	it("have no balance at a moment that is none, or if nobody knows them", async () => {
		await expect(balanceAt(journal, "checkout:cash", "2030-02-31T99:00:00Z", "")).rejects.toThrow("VALIDATION_ERROR");
		await expect(balanceAt(journal, "cash", undefined, "")).rejects.toThrow("LEDGER_ACCOUNT_UNKNOWN");
		expect(await balanceAt(journal, "stage:pool:STG_9", undefined, "now")).toMatchObject({ balance: 0, sequence: 0 });
	});
});

describe("an audit", () => {
	it("adds up per order and payment, page by page", async () => {
		const journal = await filled();
		const first = await auditPage(journal, { by: "order", limit: 2 });
		expect(first.items).toEqual([
			{
				id: "ORD_1",
				totals: [
					{ kind: "checkout.charge", entries: 1, amount: 48_000 },
					{ kind: "checkout.refund", entries: 2, amount: 48_000 },
				],
			},
			{ id: "ORD_2", totals: [{ kind: "checkout.charge", entries: 1, amount: 10_000 }] },
		]);
		expect(await auditPage(journal, { by: "order", limit: 2, cursor: first.nextCursor ?? "" })).toEqual({
			items: [{ id: "ORD_3", totals: [{ kind: "escrow.deposit", entries: 2, amount: 12 }] }],
			nextCursor: null,
		});
		expect((await auditPage(journal, { by: "payment" })).items.map(({ id }) => id)).toEqual([
			"PAY_1",
			"PAY_2",
			"PAY_3",
		]);
	});
});

describe("verifications", () => {
	it("are run once for all who ask the same meanwhile", async () => {
		const journal = await filled();
		let walks = 0;
		const anchor = () => (walks++, journal.anchor());
		const options = { book: "main", journal: { ...journal, anchor }, digests, now: () => 0 };
		const verifications = createVerifications({ ...options, turn: () => Promise.resolve() });
		const alone = await verifications.run({});
		const once = walks;
		const [left, right, noted] = await Promise.all([
			verifications.run({}),
			verifications.run({}),
			verifications.run({ anchorSequence: 1, anchorHash: "f".repeat(64) }),
		]);
		expect(left).toBe(right);
		expect(left).toEqual(alone);
		expect(noted.firstBreak?.reason).toBe("wrong-anchor");
		expect(walks).toBeLessThanOrEqual(3 * once);
	});

	it.each([{ anchorSequence: 1 }, { anchorHash: "f".repeat(64) }])(
		"need both halves of an anchor: %j",
		async (params) => {
			const options = { book: "main", journal: await filled(), digests, now: () => 0 };
			const verifications = createVerifications({ ...options, turn: () => Promise.resolve() });
			expect(() => verifications.run(params)).toThrow("VALIDATION_ERROR");
		},
	);
});
