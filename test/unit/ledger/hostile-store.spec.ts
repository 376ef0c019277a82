import { createBook } from "../../../services/ledger/application/book.ts";
import type { Book } from "../../../services/ledger/application/ports.ts";
import { verifyBook } from "../../../services/ledger/application/verify.ts";
import type { EntryView, JournalEntry } from "../../../services/ledger/contract.ts";
import { checkoutCharge } from "../../../services/ledger/domain/rules.ts";
import { digestsWith } from "../../../services/ledger/infrastructure/chain-key.ts";
import { createJournal } from "../../../services/ledger/infrastructure/journal.ts";
import type { Store } from "../../../mixins/store/port.ts";
import { ALL_FAULTS, createHostileStore, NO_FAULTS } from "../../support/hostile/store.ts";
import { entry, KEY, NOW } from "./support.ts";

const digests = digestsWith(KEY);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const CAUSES = 40;
const ATTEMPTS_MAX = 200;

function writerOver(store: Store): Book {
	const journal = createJournal(store, "main", digests);
	return createBook({ name: "main", journal, digests, now: () => NOW, turn });
}

/** As a consumer does: asks again until it is told. */
async function insist(book: Book, item: JournalEntry): Promise<EntryView> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await book.post(item);
		} catch (error) {
			if (attempt === ATTEMPTS_MAX) throw error;
			await turn();
		}
	}
}

describe("a book on a store that loses replies, writes and races", () => {
	it.each(Array.from({ length: 12 }, (_, index) => 9_000 + index))("has every entry once (seed %d)", async (seed) => {
		const store = createHostileStore({ seed, faults: ALL_FAULTS });
		const items = Array.from({ length: CAUSES }, (_, index) => entry(`c-${index}`, checkoutCharge(index + 1)));
		const writers = [writerOver(store), writerOver(store)];
		const posted = items.map(async (item, index) => {
			for (let pause = 0; pause < index % 9; pause++) await turn();
			return Promise.all(writers.map((book) => insist(book, item)));
		});
		const views = (await Promise.all(posted)).flat();
		store.setFaults(NO_FAULTS);
		// A crash takes what the writers knew; a third one goes on from what is stored.
		const third = writerOver(createHostileStore({ seed, disk: store.disk }));
		await third.settled();
		const journal = createJournal(createHostileStore({ seed, disk: store.disk }), "main", digests);
		const found = await verifyBook({ book: "main", journal, digests, now: () => 0, turn }, null);
		expect(found).toMatchObject({ isIntact: true, firstBreak: null, entries: CAUSES });
		expect(found.trialBalance).toEqual({ debits: 820, credits: 820, difference: 0 });
		expect(new Set(views.map(({ cause, sequence }) => `${cause} ${sequence}`)).size).toBe(CAUSES);
	});
});
