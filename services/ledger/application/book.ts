import type { EntryView, JournalEntry } from "../contract.ts";
import {
	anchorOf,
	batchAfter,
	batchIdOf,
	BATCH_MAX,
	emptyHead,
	headOf,
	type Batch,
	type Digests,
	type Head,
} from "../domain/batch.ts";
import { breakOfBatch } from "../domain/chain-walk.ts";
import { isSameEntry } from "../domain/entry.ts";
import { LedgerRejected } from "../domain/rejected.ts";
import { addTotals, changesOf, NOTHING, type AccountTotals, type Totals } from "../domain/totals.ts";
import { DomainError, isDomainError } from "../../shared/errors.ts";
import type { Book, Journal } from "./ports.ts";

/** What a book stands on. */
export interface BookOptions {
	readonly name: string;
	readonly journal: Journal;
	readonly digests: Digests;
	/** ISO 8601. */
	readonly now: () => string;
	/** Resolves in the next turn, so that everything posted in this one goes into one batch. */
	readonly turn: () => Promise<void>;
}

interface Waiting {
	readonly entry: JournalEntry;
	readonly resolve: (view: EntryView) => void;
	readonly reject: (error: unknown) => void;
}

interface Memory {
	head: Head;
	readonly totals: Map<string, Totals>;
}

const RACES_MAX = 20;
/** Batches that may stand behind the anchor after a crash; more of them mean that the anchor was tampered with. */
const CATCH_UP_MAX = 64;
const ACCOUNTS_MAX = 10_000;

/** One writer of a book: what waits while a batch is being committed goes together into the next one. */
export function createBook(options: BookOptions): Book {
	return new BookWriter(options);
}

/** An entry with its place. */
export function entryView(
	entry: JournalEntry,
	{ sequence, postedAt }: Pick<Batch, "sequence" | "postedAt">,
): EntryView {
	return { ...entry, sequence, postedAt, currency: "KRW" };
}

class BookWriter implements Book {
	readonly #options: BookOptions;
	#queue: Waiting[] = [];
	#isRunning = false;
	#memory: Memory | null = null;
	/** Committed batches whose rows are not written yet: they go with the next commit. */
	#trailing: Batch[] = [];
	#settling: (() => void)[] = [];

	constructor(options: BookOptions) {
		this.#options = options;
	}

	post(entry: JournalEntry): Promise<EntryView> {
		return new Promise((resolve, reject) => {
			this.#queue.push({ entry, resolve, reject });
			if (!this.#isRunning) void this.#run();
		});
	}

	settled(): Promise<void> {
		if (!this.#isRunning && this.#memory !== null && this.#trailing.length === 0) return Promise.resolve();
		return new Promise((resolve) => {
			this.#settling.push(resolve);
			if (!this.#isRunning) void this.#run();
		});
	}

	async #run(): Promise<void> {
		this.#isRunning = true;
		await this.#options.turn();
		do {
			const batch = this.#queue.splice(0, BATCH_MAX);
			await this.#attempt(batch, () => (batch.length === 0 ? this.#rest() : this.#turn(batch)));
		} while (this.#queue.length > 0 || (this.#memory !== null && this.#trailing.length > 0));
		this.#isRunning = false;
		for (const resolve of this.#settling.splice(0)) resolve();
	}

	/** Whatever goes wrong is told to those who wait, and the next turn reads anew. */
	async #attempt(batch: readonly Waiting[], work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			this.#forget();
			if (batch.length > 1 && isDomainError(error) && error.code === "LEDGER_BALANCE_EXCEEDED")
				await this.#eachAlone(batch);
			else for (const { reject } of batch) reject(error);
		}
	}

	/** One entry does not fit: it fails alone. */
	async #eachAlone(batch: readonly Waiting[]): Promise<void> {
		for (const item of batch) await this.#attempt([item], () => this.#turn([item]));
	}

	/** Nothing waits: the rows of the last batch are written. */
	async #rest(): Promise<void> {
		await this.#activate();
		if (this.#trailing.length > 0) await this.#options.journal.append(null, this.#trailing);
		this.#trailing = [];
		if ((this.#memory?.totals.size ?? 0) > ACCOUNTS_MAX) this.#memory?.totals.clear();
	}

	async #turn(batch: readonly Waiting[]): Promise<void> {
		let items = batch;
		for (let race = 0; race < RACES_MAX; race++) {
			const memory = await this.#activate();
			const firsts = answerTwins(items);
			const balances = await this.#balancesAfter(memory, firsts);
			const { now, digests, journal } = this.#options;
			const entries = firsts.map(({ entry }) => entry);
			const next = batchAfter(memory.head, entries, balances, now(), digests);
			const result = await journal.append(next, this.#trailing);
			if (result === "ok") {
				this.#written(memory, next, items);
				return;
			}
			this.#trailing = [];
			if (result === "unknown") return this.#resolveUnknown(next, items);
			if (result === "taken") this.#forget();
			else items = await this.#answerRepeats(items);
			if (items.length === 0) return;
		}
		throw new DomainError("CONFLICT", { book: this.#options.name });
	}

	#written(memory: Memory, batch: Batch, items: readonly Waiting[]): void {
		memory.head = headOf(batch);
		remember(memory, batch.balances);
		this.#trailing = [batch];
		answer(batch, items);
	}

	async #balancesAfter(memory: Memory, items: readonly Waiting[]): Promise<readonly AccountTotals[]> {
		const changes = changesOf(items.map(({ entry }) => entry));
		const after: AccountTotals[] = [];
		for (const change of changes) {
			const { account } = change;
			const before = memory.totals.get(account) ?? (await this.#options.journal.balanceOf(account)) ?? NOTHING;
			after.push(addTotals(account, before, change));
		}
		return after;
	}

	/** A cause of the batch has an entry already: those are answered with it, the others are tried again. */
	async #answerRepeats(items: readonly Waiting[]): Promise<readonly Waiting[]> {
		const fresh: Waiting[] = [];
		for (const item of items) {
			const sequence = await this.#options.journal.sequenceOf(item.entry.cause);
			const batch = sequence === null ? null : await this.#options.journal.batch(sequence);
			if (batch === null) fresh.push(item);
			else answer(batch, [item]);
		}
		return fresh;
	}

	/** The store could not say: the batch that stands in its place tells. */
	async #resolveUnknown(batch: Batch, items: readonly Waiting[]): Promise<void> {
		this.#forget();
		const stored = await this.#options.journal.batch(batch.sequence).catch(() => null);
		if (stored?.hash === batch.hash) {
			answer(stored, items);
			return;
		}
		for (const { entry, reject } of items) reject(new DomainError("OUTCOME_UNKNOWN", { commandId: entry.cause }));
	}

	#forget(): void {
		this.#memory = null;
		this.#trailing = [];
	}

	/** Begins at the anchor and goes on with what stands behind it; rows of those batches are written once more. */
	async #activate(): Promise<Memory> {
		if (this.#memory !== null) return this.#memory;
		const { journal, name } = this.#options;
		const memory: Memory = { head: emptyHead(name), totals: new Map() };
		const trailing: Batch[] = [];
		await this.#toAnchor(memory, trailing);
		const page = await journal.batchesAfter(memory.head.sequence, CATCH_UP_MAX + 1);
		if (page.length > CATCH_UP_MAX) throw damaged(memory.head.sequence, "wrong-head");
		for (const { id, row } of page) {
			const sequence = memory.head.sequence + 1;
			if (id !== batchIdOf(name, sequence) || row.sequence !== sequence) throw damaged(sequence, "missing");
			this.#follow(memory.head, row, memory, trailing);
		}
		this.#trailing = trailing;
		this.#memory = memory;
		return memory;
	}

	async #toAnchor(memory: Memory, trailing: Batch[]): Promise<void> {
		const { journal, digests } = this.#options;
		const first = await journal.batch(1);
		const anchor = await journal.anchor();
		if (anchor === null && first !== null) throw damaged(1, "wrong-head");
		if (anchor === null) return journal.open(anchorOf(memory.head, digests));
		if (anchorOf(anchor, digests).seal !== anchor.seal) throw damaged(anchor.sequence, "wrong-head");
		if (anchor.sequence === 0) return;
		const batch = await journal.batch(anchor.sequence);
		if (batch?.hash !== anchor.hash) throw damaged(anchor.sequence, "truncated");
		this.#follow({ ...memory.head, hash: batch.prevHash }, batch, memory, trailing);
	}

	#follow(before: Head, batch: Batch, memory: Memory, trailing: Batch[]): void {
		const wrong = breakOfBatch(before, batch, this.#options.digests);
		if (wrong !== null) throw damaged(wrong.sequence, wrong.reason);
		memory.head = headOf(batch);
		remember(memory, batch.balances);
		trailing.push(batch);
	}
}

/** Entries of one cause that wait together become one. */
function answerTwins(items: readonly Waiting[]): readonly Waiting[] {
	const firsts = new Map<string, Waiting>();
	for (const item of items) if (!firsts.has(item.entry.cause)) firsts.set(item.entry.cause, item);
	return [...firsts.values()];
}

function answer(batch: Batch, items: readonly Waiting[]): void {
	const byCause = new Map(batch.entries.map((entry) => [entry.cause, entry]));
	for (const { entry, resolve, reject } of items) {
		const stored = byCause.get(entry.cause);
		if (stored !== undefined && isSameEntry(stored, entry)) resolve(entryView(stored, batch));
		else reject(new LedgerRejected("LEDGER_CAUSE_REUSED", { cause: entry.cause }));
	}
}

function remember({ totals }: Memory, balances: readonly AccountTotals[]): void {
	for (const { account, debits, credits } of balances) totals.set(account, { debits, credits });
}

/** A book that is not what was written takes nothing more, or the damage would be buried. */
function damaged(sequence: number, reason: string): LedgerRejected {
	return new LedgerRejected("LEDGER_BROKEN", { sequence, reason });
}
