import { verifyBook, type Noted } from "../../../services/ledger/application/verify.ts";
import type { JournalEntry, Verification } from "../../../services/ledger/contract.ts";
import {
	anchorOf,
	batchAfter,
	batchIdOf,
	emptyHead,
	hashOf,
	headOf,
	sealOf,
	type Batch,
	type Head,
} from "../../../services/ledger/domain/batch.ts";
import { ChainWalk } from "../../../services/ledger/domain/chain-walk.ts";
import type { Identified } from "../../../services/ledger/domain/rows.ts";
import { checkoutCharge, checkoutRefund } from "../../../services/ledger/domain/rules.ts";
import { addTotals, changesOf, NOTHING, type Totals } from "../../../services/ledger/domain/totals.ts";
import { digestsWith } from "../../../services/ledger/infrastructure/chain-key.ts";
import { emptyShelves, entry, KEY, memoryJournal, NOW, type Shelves } from "./support.ts";

const digests = digestsWith(KEY);
/** Somebody with the store and this source, but without the key. */
const forger = digestsWith(Buffer.alloc(32, 8));
const ENTRIES = 1_000;

/** A log of 1,000 entries in batches of one to thirteen. */
function makeLog(): readonly Identified<Batch>[] {
	const log: Identified<Batch>[] = [];
	const totals = new Map<string, Totals>();
	let head = emptyHead("main");
	for (let made = 0; made < ENTRIES;) {
		const size = Math.min(1 + ((log.length * 7) % 13), ENTRIES - made);
		const entries = Array.from({ length: size }, (_, index) => {
			const number = made + index;
			const legs = number % 4 === 3 ? checkoutRefund(100 + number - 1) : checkoutCharge(100 + number);
			return entry(`cause-${number}`, legs);
		});
		const after = changesOf(entries).map((change) =>
			addTotals(change.account, totals.get(change.account) ?? NOTHING, change),
		);
		for (const { account, debits, credits } of after) totals.set(account, { debits, credits });
		const batch = batchAfter(head, entries, after, new Date(Date.parse(NOW) + made).toISOString(), digests);
		log.push({ id: batchIdOf("main", batch.sequence), row: batch });
		head = headOf(batch);
		made += size;
	}
	return log;
}

const log = makeLog();

function changeAt(entries: readonly JournalEntry[], index: number, change: (of: JournalEntry) => JournalEntry) {
	return entries.map((item, place) => (place === index ? change(item) : item));
}

const other = entry("inserted-1", checkoutCharge(1));
const swap = <Item>(items: readonly Item[], index: number): Item[] => {
	const copy = [...items];
	const [left, right] = [copy[index], copy[index + 1]];
	if (left !== undefined && right !== undefined) [copy[index], copy[index + 1]] = [right, left];
	return copy;
};

type Tampering = (entries: readonly JournalEntry[], index: number) => readonly JournalEntry[];

/** What can be done to a single entry. */
const tamperings: Readonly<Record<string, Tampering>> = {
	"an amount": (entries, index) =>
		changeAt(entries, index, (of) => ({ ...of, legs: of.legs.map((leg) => ({ ...leg, amount: leg.amount + 1 })) })),
	"a side": (entries, index) => changeAt(entries, index, (of) => ({ ...of, legs: [...of.legs].reverse() })),
	"an account": (entries, index) =>
		changeAt(entries, index, (of) => ({ ...of, legs: of.legs.map((leg) => ({ ...leg, account: "merchant:cash" })) })),
	"a cause": (entries, index) => changeAt(entries, index, (of) => ({ ...of, cause: `${of.cause}x` })),
	"an order": (entries, index) => changeAt(entries, index, (of) => ({ ...of, orderId: null })),
	"a time": (entries, index) => changeAt(entries, index, (of) => ({ ...of, occurredAt: "2030-01-08T00:00:00.000Z" })),
	"a field of its own": (entries, index) => changeAt(entries, index, (of) => ({ ...of, note: "x" })),
	"its absence": (entries, index) => entries.filter((_, place) => place !== index),
	"a new one before it": (entries, index) => [...entries.slice(0, index), other, ...entries.slice(index)],
	"its twin": (entries, index) => [...entries.slice(0, index + 1), ...entries.slice(index)],
};

/** A batch with other entries, its hash computed again, the old seal or one of a wrong key. */
function rewritten(batch: Batch, entries: readonly JournalEntry[]): readonly Batch[] {
	const changed = { ...batch, entries };
	const hash = hashOf(changed, digests);
	return [changed, { ...changed, hash }, { ...changed, hash, seal: sealOf({ hash }, forger) }];
}

describe("a chain of 1,000 entries", () => {
	it("is intact as it was written", () => {
		const walk = new ChainWalk("main", digests);
		expect(log.map((item) => walk.take(item)).filter((wrong) => wrong !== null)).toEqual([]);
		expect(walk.entries).toBe(ENTRIES);
		expect(walk.trialBalance().difference).toBe(0);
	});

	it.each(Object.entries(tamperings))(
		"shows %s at every position, also with a new hash and a foreign seal",
		(_name, tamper) => {
			const walk = new ChainWalk("main", digests);
			let [tried, found] = [0, 0];
			for (const { id, row } of log) {
				for (const index of row.entries.keys()) {
					for (const changed of rewritten(row, tamper(row.entries, index))) {
						tried++;
						if (walk.take({ id, row: changed })?.sequence === row.sequence) found++;
					}
				}
				expect(walk.take({ id, row })).toBeNull();
			}
			expect([tried, found]).toEqual([3 * ENTRIES, 3 * ENTRIES]);
		},
	);

	it("shows two neighbours that changed places at every position", () => {
		const walk = new ChainWalk("main", digests);
		for (const [place, { id, row }] of log.entries()) {
			for (let index = 0; index + 1 < row.entries.length; index++)
				expect(walk.take({ id, row: { ...row, entries: swap(row.entries, index) } })?.reason).toBe("changed");
			const next = log[place + 1];
			if (next !== undefined) {
				expect(walk.take({ id, row: next.row })?.reason).toBe("misplaced");
				expect(walk.take(next)?.reason).toBe("missing");
			}
			expect(walk.take({ id, row })).toBeNull();
		}
	});

	it("shows a balance, a link, a time and a place that were changed at every batch", () => {
		const walk = new ChainWalk("main", digests);
		const [first, ...others] = log;
		expect(first === undefined ? "none" : walk.take(first)).toBeNull();
		for (const { id, row } of others) {
			const balances = row.balances.map((total) => ({ ...total, credits: total.credits + 1 }));
			const reasons = [
				{ ...row, balances },
				resealed({ ...row, balances }),
				resealed({ ...row, prevHash: "f".repeat(64) }),
				resealed({ ...row, postedAt: "2000-01-01T00:00:00.000Z" }),
				resealed({ ...row, sequence: row.sequence + 1 }),
				resealed({ ...row, entries: [{ ...other, legs: other.legs.slice(1) }] }),
			].map((batch) => walk.take({ id, row: batch })?.reason);
			expect(reasons).toEqual(["changed", "wrong-balance", "unlinked", "reordered", "misplaced", "unbalanced"]);
			expect(walk.take({ id, row })).toBeNull();
		}
	});
});

/** With the right key: what even somebody who has it cannot hide. */
function resealed(batch: Batch): Batch {
	const hash = hashOf(batch, digests);
	return { ...batch, hash, seal: sealOf({ hash }, digests) };
}

describe("a verification", () => {
	/** The stored log with all its rows. */
	async function shelves(): Promise<Shelves> {
		const made = emptyShelves();
		await memoryJournal(made, digests).append(
			null,
			log.map(({ row }) => row),
		);
		for (const { id, row } of log) made.batches.set(id, row);
		return made;
	}

	let clock = 0;
	const verify = (stored: Shelves, noted: Noted | null = null): Promise<Verification> => {
		const turn = () => Promise.resolve();
		return verifyBook(
			{ book: "main", journal: memoryJournal(stored, digests), digests, now: () => clock++, turn },
			noted,
		);
	};
	const last = log.at(-1)?.row;
	const end: Head = last === undefined ? emptyHead("main") : headOf(last);

	it("tells what it has read", async () => {
		const found = await verify(await shelves(), { sequence: end.sequence, hash: end.hash });
		expect(found).toMatchObject({ isIntact: true, entries: ENTRIES, firstBreak: null, book: "main" });
		expect(found.head).toEqual({ sequence: end.sequence, hash: end.hash });
		expect(found.trialBalance.debits).toBe(found.trialBalance.credits);
	});

	it("tells of an empty book that there is nothing", async () => {
		expect(await verify(emptyShelves())).toMatchObject({ isIntact: true, batches: 0, head: null });
		expect((await verify(emptyShelves(), { sequence: 1, hash: "0" })).firstBreak?.reason).toBe("truncated");
	});

	it("finds each batch that is gone, and each place where the chain was cut", async () => {
		for (const [place, { id, row }] of log.entries()) {
			if (place % 9 !== 0) continue;
			const without = await shelves();
			without.batches.delete(id);
			const reason = row.sequence === end.sequence ? "truncated" : "missing";
			expect((await verify(without)).firstBreak).toMatchObject({ sequence: row.sequence, reason });
			const cut = await shelves();
			for (const later of log.slice(place)) cut.batches.delete(later.id);
			expect((await verify(cut)).firstBreak).toMatchObject({ sequence: row.sequence, reason: "truncated" });
		}
	});

	it("finds a cut chain whose anchor was put back: by its rows, or by an anchor noted outside", async () => {
		const cut = await shelves();
		const [before, gone] = log.slice(-2);
		if (before === undefined || gone === undefined) throw new Error("the log is too short");
		cut.batches.delete(gone.id);
		cut.anchor = anchorOf(headOf(before.row), digests);
		expect((await verify(cut)).firstBreak).toMatchObject({ reason: "truncated", sequence: end.sequence });
		for (const rows of [cut.entries, cut.balances])
			for (const id of [...rows.keys()]) if (id.startsWith(gone.id)) rows.delete(id);
		expect((await verify(cut)).isIntact).toBe(true);
		const noted = { sequence: end.sequence, hash: end.hash };
		expect((await verify(cut, noted)).firstBreak).toMatchObject({ reason: "truncated", sequence: end.sequence });
	});

	it("finds a chain that was made anew with the key by an anchor noted outside", async () => {
		const noted = { sequence: 5, hash: "a".repeat(64) };
		expect((await verify(await shelves(), noted)).firstBreak).toMatchObject({ reason: "wrong-anchor", sequence: 5 });
	});

	it.each<[string, (stored: Shelves) => void]>([
		["missing", (stored) => void (stored.anchor = null)],
		["forged", (stored) => void (stored.anchor = anchorOf(end, forger))],
		["of another batch", (stored) => void (stored.anchor = anchorOf({ ...end, hash: "b".repeat(64) }, digests))],
		["put far back", (stored) => void (stored.anchor = anchorOf(emptyHead("main"), digests))],
	])("finds an anchor that is %s", async (_name, tamper) => {
		const stored = await shelves();
		tamper(stored);
		expect((await verify(stored)).firstBreak?.reason).toBe("wrong-head");
	});

	it.each(["entries", "balances"] as const)(
		"finds a row of the %s that was changed, removed or added",
		async (name) => {
			const ids = [...(await shelves())[name].keys()];
			for (const id of ids.filter((_, place) => place % 97 === 0)) {
				const sequence = Number(id.split(":")[1]);
				const changed = await shelves();
				const row = changed[name].get(id);
				(changed[name] as Map<string, unknown>).set(id, { ...row, sequence: 7_777 });
				const removed = await shelves();
				removed[name].delete(id);
				const added = await shelves();
				(added[name] as Map<string, unknown>).set(`${id}x`, row);
				for (const stored of [changed, removed]) {
					const { firstBreak } = await verify(stored);
					expect(firstBreak).toMatchObject({ reason: "wrong-row", sequence });
				}
				expect((await verify(added)).firstBreak?.reason).toMatch(/wrong-row|truncated/);
			}
		},
	);

	it("names the document that its store calls damaged, and lets an outage be an outage", async () => {
		const stored = await shelves();
		const journal = memoryJournal(stored, digests);
		const failing = (error: Error) => ({
			...journal,
			batchesAfter: (sequence: number, limit: number) =>
				sequence + limit >= 40 ? Promise.reject(error) : journal.batchesAfter(sequence, limit),
		});
		const damaged = Object.assign(new Error("document main:40 is damaged"), { name: "DamagedRow" });
		const turn = () => Promise.resolve();
		const run = (error: Error) =>
			verifyBook({ book: "main", journal: failing(error), digests, now: () => 0, turn }, null);
		expect((await run(damaged)).firstBreak).toMatchObject({ sequence: 40, reason: "damaged" });
		await expect(run(new Error("no disk"))).rejects.toThrow("no disk");
	});
});
