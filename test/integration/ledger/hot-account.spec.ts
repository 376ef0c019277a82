import { systemClock } from "../../../mixins/clock/system.ts";
import { openSqliteStore, type SqliteStore } from "../../../mixins/store/sqlite/index.ts";
import { createBook } from "../../../services/ledger/application/book.ts";
import type { Book } from "../../../services/ledger/application/ports.ts";
import { verifyBook } from "../../../services/ledger/application/verify.ts";
import type { Verification } from "../../../services/ledger/contract.ts";
import { checkoutCharge } from "../../../services/ledger/domain/rules.ts";
import { digestsWith } from "../../../services/ledger/infrastructure/chain-key.ts";
import { createJournal } from "../../../services/ledger/infrastructure/journal.ts";
import { temporaryFolder } from "../../support/broker.ts";
import { entry, KEY } from "../../unit/ledger/support.ts";

const ENTRIES = 20_000;
const LANES = 512;
/** 5,000 entries a second are 200 µs each; a busy machine shows less than one core can do, so the processor's time counts. */
const POST_CPU_US_MAX = 200;
/** 100,000 entries in 10 s. */
const VERIFY_CPU_US_MAX = 100;

const clock = systemClock();
const digests = digestsWith(KEY);

function cpuMicros(since?: NodeJS.CpuUsage): number {
	const { user, system } = process.cpuUsage(since);
	return user + system;
}

describe("a book on the embedded store", () => {
	const folder = temporaryFolder();
	let store: SqliteStore;
	beforeAll(async () => void (store = await openSqliteStore({ file: `${folder.path}/ledger.db`, clock })));
	afterAll(async () => {
		await store.close();
		folder.remove();
	});

	const turn = () => clock.turn();
	const writer = (): Book =>
		createBook({ name: "main", journal: createJournal(store, "main", digests), digests, now: () => clock.iso(), turn });
	const verify = (): Promise<Verification> => {
		const journal = createJournal(store, "main", digests);
		return verifyBook({ book: "main", journal, digests, now: () => clock.now(), turn }, null);
	};

	it("loses nothing and doubles nothing with two racing writers", async () => {
		const writers = [writer(), writer()];
		const causes = Array.from({ length: 200 }, (_, number) => `race-${number}`);
		const posts = causes.flatMap((cause) => writers.map((book) => book.post(entry(cause, checkoutCharge(10)))));
		const views = await Promise.all(posts);
		await Promise.all(writers.map((book) => book.settled()));
		expect(new Set(views.map(({ entryId, sequence }) => `${entryId} ${sequence}`)).size).toBe(200);
		const found = await verify();
		expect(found).toMatchObject({ isIntact: true, entries: 200, trialBalance: { debits: 2_000, difference: 0 } });
	});

	it("writes 5,000 entries a second on one hot account, and reads 100,000 in ten seconds", async () => {
		const book = writer();
		let next = 0;
		const lane = async (): Promise<void> => {
			while (next < ENTRIES) await book.post(entry(`hot-${next++}`, checkoutCharge(1_000)));
		};
		const posting = process.cpuUsage();
		await Promise.all(Array.from({ length: LANES }, lane));
		await book.settled();
		expect(cpuMicros(posting) / ENTRIES).toBeLessThan(POST_CPU_US_MAX);
		const reading = process.cpuUsage();
		const found = await verify();
		expect(cpuMicros(reading) / ENTRIES).toBeLessThan(VERIFY_CPU_US_MAX);
		expect(found).toMatchObject({ isIntact: true, entries: ENTRIES + 200, trialBalance: { difference: 0 } });
		expect(found.batches).toBeLessThan(ENTRIES / 50);
	});
});
