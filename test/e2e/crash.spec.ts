import { join } from "node:path";
import { systemClock } from "../../mixins/clock/system.ts";
import { DATA_FILE } from "../../mixins/platform.ts";
import { openSqliteStore } from "../../mixins/store/sqlite/index.ts";
import type { Envelope } from "../../services/shared/events.ts";
import { temporaryFolder } from "../support/broker.ts";
import { CrashRun, GOODS_THERE, GOODS_WANTED, type Books } from "../support/crash.ts";
import type { Exit } from "../support/process.ts";

const BUYERS = 2_000;
/** Payments that are acknowledged before the first kill, and between the first and the second. */
const KILL_AFTER = 500;
const KILL_AGAIN_AFTER = 300;
/** On an idle machine it takes half a minute. */
const RUN_MAX_MS = 150_000;
const KILLED: Exit = { code: null, signal: "SIGKILL" };
const STOPPED: Exit = { code: 0, signal: null };
const PAGE = 10_000;

/** What the data file says after everything. */
interface Remains {
	readonly events: readonly Envelope[];
	readonly rows: ReadonlySet<string>;
	readonly damaged: readonly string[];
}

async function remainsOf(file: string): Promise<Remains> {
	const store = await openSqliteStore({ file, clock: systemClock() });
	const events: Envelope[] = [];
	const rows = new Set<string>();
	store.define({ kind: "event-row" });
	for (let position = 0; position < store.head();) {
		const page = await store.read(position, PAGE);
		for (const { event } of page) {
			events.push(event);
			if ((await store.load("event-row", event.id)) !== null) rows.add(event.id);
		}
		position = page.at(-1)?.position ?? store.head();
	}
	const count = await store.count("event-row");
	if (count !== rows.size) throw new Error(`${count} rows for ${rows.size} events`);
	const damaged = store.damagedRows(10);
	await store.close();
	return { events, rows, damaged };
}

/** The orders of every event of a type, sorted. */
function ordersWith(events: readonly Envelope[], type: string): readonly string[] {
	const named = events.filter((event) => event.type === type).map(({ data }) => data as Record<string, unknown>);
	return named.map(({ orderId, reference }) => String(orderId ?? reference)).toSorted();
}

function countBy(events: readonly Envelope[], type: string): number[] {
	const counts = new Map<string, number>();
	for (const event of events) {
		if (event.type !== type) continue;
		const orderId = String((event.data as { orderId?: unknown }).orderId);
		counts.set(orderId, (counts.get(orderId) ?? 0) + 1);
	}
	return [...counts.values()];
}

describe("a platform that is killed twice while two thousand people buy", () => {
	const folder = temporaryFolder();
	const run = new CrashRun(folder.path, BUYERS);
	let kills: Exit[];
	let paidBeforeKills: number[];
	let second: { exit: Exit; output: string };
	let end: { exit: Exit; output: string };
	let books: Books;
	let remains: Remains;

	beforeAll(async () => {
		const until = Date.now() + RUN_MAX_MS;
		await run.begin();
		const first = await run.buyUntilKilled(KILL_AFTER);
		paidBeforeKills = [run.paid];
		await run.restart();
		await run.review();
		const again = await run.buyUntilKilled(KILL_AGAIN_AFTER);
		paidBeforeKills.push(run.paid);
		kills = [first, again];
		await run.restart();
		await run.review();
		second = await run.startSecond();
		await run.insist(until);
		await run.settle(until);
		books = await run.books();
		end = await run.stop();
		remains = await remainsOf(join(run.dataDir, DATA_FILE));
	}, RUN_MAX_MS);

	afterAll(async () => {
		await run.end();
		folder.remove();
	});

	it("was killed in the middle, both times", () => {
		expect(kills).toEqual([KILLED, KILLED]);
		expect(Math.max(...paidBeforeKills)).toBeLessThan(BUYERS);
	});

	it("still has every order and payment it had acknowledged", () => {
		expect(run.lost).toEqual([]);
	});

	it("answers a repeated request with the order it had made, and refuses nobody", () => {
		expect(run.buyers.filter(({ orderIds, isRefused }) => orderIds.size !== (isRefused ? 0 : 1))).toEqual([]);
		expect(run.buyers.flatMap(({ surprises }) => surprises)).toEqual([]);
		expect(new Set(run.buyers.flatMap(({ orderIds }) => [...orderIds])).size).toBe(run.paid);
		expect(run.buyers.filter(({ isRefused }) => isRefused).length).toBe(BUYERS - run.paid);
	});

	it("makes one order, one payment and one saga for each buyer, paid once", () => {
		const once = Array.from({ length: run.paid }, () => 1);
		for (const type of ["order.created", "payment.created", "payment.approved"])
			expect({ type, counts: countBy(remains.events, type) }).toEqual({ type, counts: once });
		expect(ordersWith(remains.events, "saga.started")).toEqual(ordersWith(remains.events, "payment.approved"));
	});

	it("ends every saga, and each with its order: confirmed, or cancelled with the money back", () => {
		const [completed, compensated] = ["saga.completed", "saga.compensated"].map((type) =>
			ordersWith(remains.events, type),
		);
		expect([...(completed ?? []), ...(compensated ?? [])].toSorted()).toEqual(
			ordersWith(remains.events, "saga.started"),
		);
		expect(ordersWith(remains.events, "order.confirmed")).toEqual(completed);
		expect(ordersWith(remains.events, "order.cancelled")).toEqual(compensated);
		expect(books.refunds.toSorted()).toEqual(compensated);
	});

	it("sells what there is, to the last piece, and confirms everybody else", () => {
		expect(ordersWith(remains.events, "inventory.confirmed")).toHaveLength(GOODS_THERE);
		expect(ordersWith(remains.events, "order.confirmed")).toHaveLength(BUYERS - GOODS_WANTED + GOODS_THERE);
	});

	it("charges each buyer once, whatever the process knew when it died", () => {
		expect(books.charges.toSorted()).toEqual(ordersWith(remains.events, "payment.approved"));
		expect(new Set(books.charges).size).toBe(books.charges.length);
	});

	it("delivers every event exactly once: the log has one row for each", () => {
		expect(remains.events.length).toBeGreaterThan(5 * BUYERS);
		expect(remains.rows).toEqual(new Set(remains.events.map(({ id }) => id)));
		expect(remains.rows.size).toBe(remains.events.length);
	});

	it("leaves a sound file behind, and stops in peace", () => {
		expect(remains.damaged).toEqual([]);
		expect(end.exit).toEqual(STOPPED);
		expect(end.output).not.toMatch(/status: 500|TypeError|nobody listened|stack/);
	});

	it("refuses a second process on the same data in plain words", () => {
		expect(second.exit).toEqual({ code: 1, signal: null });
		expect(second.output.trim()).toBe(
			`PayFlow cannot start. The data file ${join(run.dataDir, DATA_FILE)} is in use by another PayFlow process. Stop it, or set another DATA_DIR.`,
		);
	});
});
