import fc from "fast-check";
import { verifyBook } from "../../../services/ledger/application/verify.ts";
import type { Journal } from "../../../services/ledger/application/ports.ts";
import type { JournalEntry, Posting } from "../../../services/ledger/contract.ts";
import { anchorOf, emptyHead } from "../../../services/ledger/domain/batch.ts";
import { checkoutCharge, checkoutRefund } from "../../../services/ledger/domain/rules.ts";
import { digestsWith } from "../../../services/ledger/infrastructure/chain-key.ts";
import { bookOver, emptyShelves, entry, KEY, memoryJournal, type Shelves } from "./support.ts";

const digests = digestsWith(KEY);

function balanceOf({ balances }: Shelves, account: string): number {
	const rows = [...balances]
		.filter(([, row]) => row.account === account)
		.sort(([left], [right]) => (left < right ? -1 : 1));
	const last = rows.at(-1)?.[1];
	return (last?.debits ?? 0) - (last?.credits ?? 0);
}

function verify(shelves: Shelves) {
	const options = { book: "main", journal: memoryJournal(shelves, digests), digests, now: () => 0 };
	return verifyBook({ ...options, turn: () => Promise.resolve() }, null);
}

describe("a book", () => {
	it("writes what was posted together as one batch, and what came meanwhile as the next", async () => {
		const shelves = emptyShelves();
		const book = bookOver(memoryJournal(shelves, digests));
		const first = [1, 2, 3].map((number) => book.post(entry(`c-${number}`, checkoutCharge(number))));
		const views = await Promise.all(first);
		expect(views.map(({ sequence }) => sequence)).toEqual([1, 1, 1]);
		expect((await book.post(entry("c-4", checkoutCharge(4)))).sequence).toBe(2);
		await book.settled();
		expect(balanceOf(shelves, "checkout:receivable")).toBe(10);
		expect(shelves.anchor?.sequence).toBe(2);
	});

	it("writes a cause once, whether it is repeated at once, later, or after a restart", async () => {
		const shelves = emptyShelves();
		const journal = memoryJournal(shelves, digests);
		const book = bookOver(journal);
		const charge = entry("c-1", checkoutCharge(500));
		const [first, twin] = await Promise.all([book.post(charge), book.post(charge)]);
		const later = await book.post(charge);
		const [restarted, fresh] = await Promise.all([
			bookOver(journal).post(charge),
			bookOver(journal).post(entry("c-2", checkoutCharge(1))),
		]);
		expect([twin, later, restarted]).toEqual([first, first, first]);
		expect(fresh.sequence).toBe(2);
		await book.settled();
		expect(shelves.batches.size).toBe(2);
	});

	it("writes the fresh ones of a batch that repeats another", async () => {
		const shelves = emptyShelves();
		const book = bookOver(memoryJournal(shelves, digests));
		await book.post(entry("c-1", checkoutCharge(1)));
		const views = await Promise.all(
			["c-1", "c-2", "c-3"].map((cause, index) => book.post(entry(cause, checkoutCharge(index + 1)))),
		);
		expect(views.map(({ sequence }) => sequence)).toEqual([1, 2, 2]);
	});

	it("refuses other legs under a cause that has an entry, waiting or written", async () => {
		const book = bookOver(memoryJournal(emptyShelves(), digests));
		const [first, second] = await Promise.allSettled([
			book.post(entry("c-1", checkoutCharge(1))),
			book.post(entry("c-1", checkoutCharge(2))),
		]);
		expect([first.status, second.status]).toEqual(["fulfilled", "rejected"]);
		await expect(book.post(entry("c-1", checkoutRefund(1)))).rejects.toThrow("LEDGER_CAUSE_REUSED");
	});

	it("lets only the entry fail that no account could count", async () => {
		const book = bookOver(memoryJournal(emptyShelves(), digests));
		const full = Number.MAX_SAFE_INTEGER;
		await book.post(entry("c-1", checkoutCharge(full - 5)));
		const results = await Promise.allSettled(
			[5, 100, 0].map((amount, index) => book.post(entry(`c-${index + 2}`, checkoutCharge(amount || 1)))),
		);
		expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
		await expect(book.post(entry("c-9", checkoutCharge(1)))).rejects.toThrow("LEDGER_BALANCE_EXCEEDED");
	});

	it("loses nothing and doubles nothing with two writers on one store", async () => {
		const shelves = emptyShelves();
		const writers = [0, 1].map(() =>
			bookOver(memoryJournal(shelves, digests, () => new Promise((r) => setImmediate(r)))),
		);
		const posts = Array.from({ length: 60 }, (_, number) =>
			writers.map((book) => book.post(entry(`c-${Math.floor(number / 2)}`, checkoutCharge(100)))),
		).flat();
		const views = await Promise.all(posts);
		await Promise.all(writers.map((book) => book.settled()));
		expect(new Set(views.map(({ entryId }) => entryId)).size).toBe(30);
		expect(balanceOf(shelves, "checkout:receivable")).toBe(3_000);
		expect(await verify(shelves)).toMatchObject({ isIntact: true, entries: 30 });
	});

	it("makes the rows again that a crash has kept from being written", async () => {
		const shelves = emptyShelves();
		const journal = memoryJournal(shelves, digests);
		const crashed = bookOver({ ...journal, append: (batch) => journal.append(batch, []) });
		for (const number of [1, 2, 3]) await crashed.post(entry(`c-${number}`, checkoutCharge(number)));
		await crashed.settled();
		expect(shelves.entries.size).toBe(0);
		await bookOver(journal).settled();
		expect(shelves.entries.size).toBe(3);
		expect(await verify(shelves)).toMatchObject({ isIntact: true, entries: 3 });
	});

	it("finds out what became of a batch when the store could not say", async () => {
		const shelves = emptyShelves();
		const journal = memoryJournal(shelves, digests);
		let isStored = true;
		const doubtful: Journal = {
			...journal,
			async append(batch, trailing) {
				if (batch === null || isStored) await journal.append(batch, trailing);
				return batch === null ? "ok" : "unknown";
			},
		};
		const book = bookOver(doubtful);
		expect((await book.post(entry("c-1", checkoutCharge(1)))).sequence).toBe(1);
		isStored = false;
		await expect(book.post(entry("c-2", checkoutCharge(1)))).rejects.toThrow("OUTCOME_UNKNOWN");
		expect((await bookOver(journal).post(entry("c-2", checkoutCharge(1)))).sequence).toBe(2);
	});

	it("gives up after losing too many races, and tells of an outage as it is", async () => {
		const journal = memoryJournal(emptyShelves(), digests);
		const losing = bookOver({ ...journal, append: async () => "taken" });
		await expect(losing.post(entry("c-1", checkoutCharge(1)))).rejects.toThrow("CONFLICT");
		const failing = bookOver({ ...journal, append: () => Promise.reject(new Error("no disk")) });
		await expect(failing.post(entry("c-1", checkoutCharge(1)))).rejects.toThrow("no disk");
		await failing.settled();
	});

	it.each<[string, (shelves: Shelves) => void]>([
		["is cut short", ({ batches }) => void batches.delete("main:000000000003")],
		[
			"has a forged anchor",
			(shelves) => void (shelves.anchor = anchorOf(emptyHead("main"), digestsWith(Buffer.alloc(32)))),
		],
		["has no anchor", (shelves) => void (shelves.anchor = null)],
		[
			"was changed at its end",
			({ batches }) => {
				const last = batches.get("main:000000000003");
				if (last !== undefined) batches.set("main:000000000003", { ...last, entries: [] });
			},
		],
		[
			"lacks a batch behind its anchor",
			(shelves) => {
				shelves.anchor = anchorOf(emptyHead("main"), digests);
				shelves.batches.delete("main:000000000001");
			},
		],
	])("takes nothing more when it %s", async (_name, tamper) => {
		const shelves = emptyShelves();
		const journal = memoryJournal(shelves, digests);
		const book = bookOver(journal);
		for (const number of [1, 2, 3]) await book.post(entry(`c-${number}`, checkoutCharge(number)));
		await book.settled();
		tamper(shelves);
		await expect(bookOver(journal).post(entry("c-9", checkoutCharge(1)))).rejects.toThrow("LEDGER_BROKEN");
	});
});

describe("random histories of postings", () => {
	const accounts = [
		"checkout:cash",
		"checkout:receivable",
		"merchant:cash:M900",
		"escrow:held:ESC_1",
		"escrow:held:ESC_2",
	];
	const account = fc.constantFrom(...accounts);
	const amount = fc.integer({ min: 1, max: 1_000_000 });
	const transfer = fc.tuple(account, account, amount, fc.nat({ max: 30 }));
	const history = fc.array(fc.array(transfer, { minLength: 1, maxLength: 8 }), { maxLength: 12 });
	const legs = (debit: string, credit: string, value: number): Posting[] => [
		{ account: debit, side: "debit", amount: value },
		{ account: credit, side: "credit", amount: value },
	];

	async function play(turns: readonly (readonly JournalEntry[])[]): Promise<Shelves> {
		const shelves = emptyShelves();
		const book = bookOver(memoryJournal(shelves, digests));
		for (const turn of turns) await Promise.allSettled(turn.map((item) => book.post(item)));
		await book.settled();
		return shelves;
	}

	/** What each account comes to when every cause counts once. */
	function foldOf(entries: Iterable<JournalEntry>): ReadonlyMap<string, number> {
		const fold = new Map<string, number>();
		for (const { legs: postings } of entries)
			for (const { account: path, side, amount: value } of postings)
				fold.set(path, (fold.get(path) ?? 0) + (side === "debit" ? value : -value));
		return fold;
	}

	async function expectBooks(shelves: Shelves, entries: ReadonlyMap<string, JournalEntry>): Promise<void> {
		const fold = foldOf(entries.values());
		const expected = accounts.map((path) => fold.get(path) ?? 0);
		const [, , , first = 0, second = 0] = expected;
		expect(accounts.map((path) => balanceOf(shelves, path))).toEqual(expected);
		expect(balanceOf(shelves, "escrow:held")).toBe(first + second);
		const found = await verify(shelves);
		expect(found).toMatchObject({ isIntact: true, entries: entries.size });
		expect(found.trialBalance.difference).toBe(0);
	}

	it("sum to zero, have the balances of their fold, and do not mind how they were batched", async () => {
		const made = ([debit, credit, value, number]: [string, string, number, number]) =>
			entry(`c-${number}-${debit}-${credit}-${value}`, legs(debit, credit, value));
		await fc.assert(
			fc.asyncProperty(history, async (turns) => {
				const entries = turns.map((turn) => turn.map(made));
				const unique = new Map(entries.flat().map((item) => [item.cause, item]));
				await expectBooks(await play(entries), unique);
				await expectBooks(
					await play(
						entries
							.flat()
							.map((item) => [item])
							.reverse(),
					),
					unique,
				);
			}),
			{ numRuns: 60 },
		);
	});
});
