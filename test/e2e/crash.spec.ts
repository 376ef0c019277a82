import { join } from "node:path";
import { systemClock } from "../../mixins/clock/system.ts";
import { DATA_FILE } from "../../mixins/platform.ts";
import { openSqliteStore } from "../../mixins/store/sqlite/index.ts";
import type { Envelope } from "../../services/shared/events.ts";
import { temporaryFolder } from "../support/broker.ts";
import { CrashRun } from "../support/crash.ts";
import type { Exit } from "../support/process.ts";

const BUYERS = 2_000;
/** Payments that are acknowledged before the first kill, and between the first and the second. */
const KILL_AFTER = 500;
const KILL_AGAIN_AFTER = 300;
const RUN_MAX_MS = 60_000;
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
	let charges: readonly string[];
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
		charges = await run.charges();
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
		expect(run.buyers.filter(({ orderIds }) => orderIds.size !== 1)).toEqual([]);
		expect(run.buyers.flatMap(({ surprises }) => surprises)).toEqual([]);
		expect(new Set(run.buyers.flatMap(({ orderIds }) => [...orderIds])).size).toBe(BUYERS);
	});

	it("makes one order and one payment for each buyer, paid once", () => {
		const once = Array.from({ length: BUYERS }, () => 1);
		expect(run.paid).toBe(BUYERS);
		for (const type of ["order.created", "payment.created", "payment.approved", "order.paid", "order.confirmed"])
			expect({ type, counts: countBy(remains.events, type) }).toEqual({ type, counts: once });
	});

	it("charges each buyer once, whatever the process knew when it died", () => {
		const approved = remains.events.filter(({ type }) => type === "payment.approved");
		expect(charges.toSorted()).toEqual(approved.map(({ data }) => (data as { orderId: string }).orderId).toSorted());
		expect(new Set(charges).size).toBe(charges.length);
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
