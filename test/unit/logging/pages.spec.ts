import { createLivePages, type LivePages } from "../../../services/logging/application/pages.ts";
import type { Collected } from "../../../services/logging/application/roll-ups.ts";
import { rowOf } from "../../../services/logging/domain/event-row.ts";
import { endOf, PAGE, pageId } from "../../../services/logging/domain/page.ts";
import { envelope } from "../../support/envelopes.ts";
import { ALL_FAULTS, createHostileStore, type HostileStore } from "../../support/hostile/store.ts";

const NOW = Date.parse("2030-01-07T00:00:00.000Z");
const DAY_MS = 86_400_000;
const LIMIT = 100;

function rows(from: number, to: number, writer = "A"): Collected[] {
	return Array.from({ length: to - from + 1 }, (_, index): Collected => {
		const event = envelope({ subject: `${writer}_${from + index}`, kind: "order", type: "order.created" }, 1);
		return { id: event.id, row: { ...rowOf(event), userId: "USR_MINA" }, stream: "order/0", position: from + index };
	});
}

const idsOf = (collected: readonly Collected[]) => collected.map(({ id }) => id);

/** A reader that goes on where it was; what it has seen, and where. */
function reader(pages: LivePages, limit = LIMIT) {
	const seen: { eventId: string; position: number }[] = [];
	let last = 0;
	let looking = Promise.resolve();
	return {
		seen,
		ids: () => seen.map(({ eventId }) => eventId),
		look() {
			looking = looking.then(async () => {
				for (let isAtEnd = false; !isAtEnd;) {
					const stretch = await pages.after(last, limit);
					seen.push(...stretch.events);
					({ last, isAtEnd } = stretch);
				}
			});
			return looking;
		},
	};
}

describe("the live log of several processes", () => {
	let store: HostileStore;
	let now: number;
	const process = () => createLivePages(store, () => now);
	beforeEach(() => {
		store = createHostileStore({ seed: 1 });
		store.define({ kind: PAGE });
		now = NOW;
	});

	it("gives rows of all of them places in one order, and says of each what the stream shows", async () => {
		const [one, two] = [process(), process()];
		await one.append(rows(1, 2));
		await two.append(rows(3, 3));
		await one.append(rows(4, 4));
		const { events, last, isAtEnd } = await two.after(0, LIMIT);
		expect(events.map(({ position }) => position)).toEqual([1_001, 1_002, 2_001, 3_001]);
		expect([last, isAtEnd]).toEqual([endOf(3), true]);
		expect(events[0]).toEqual({
			position: 1_001,
			eventId: "order:A_1:1",
			eventType: "order.created",
			serviceName: "order",
			status: "SUCCESS",
			timestamp: "2026-01-01T00:00:00.001Z",
			correlationId: "correlation-A_1",
			kind: "order",
			aggregateId: "A_1",
			sequence: 1,
			processingTimeMs: null,
		});
	});

	it("goes on from any place, in steps of any size, and begins at the end without one", async () => {
		const pages = process();
		const all = rows(1, 1_300);
		expect(await pages.after(undefined, LIMIT)).toEqual({ events: [], last: endOf(0), isAtEnd: true });
		await pages.append(all);
		for (let from = 2_000; from < 2_020; from++) await pages.append(rows(from, from));
		const small = reader(pages, 7);
		await small.look();
		expect(small.ids()).toEqual([...idsOf(all), ...idsOf(rows(2_000, 2_019))]);
		const middle = small.seen[699]?.position ?? 0;
		const { events } = await process().after(middle, 1_000);
		expect(events.map(({ eventId }) => eventId)).toEqual(small.ids().slice(700));
		const end = await pages.after(undefined, LIMIT);
		expect(await process().after(end.last, LIMIT)).toEqual(end);
	});

	it("begins as many rows before the end as are wanted, or with the first", async () => {
		const pages = process();
		expect(await pages.before(5)).toBe(endOf(0));
		await pages.append(rows(1, 3));
		for (let from = 4; from < 140; from++) await pages.append(rows(from, from));
		await pages.append(rows(140, 150));
		for (const count of [1, 5, 11, 12, 120, 148, 150, 151, 2_000]) {
			const { events } = await process().after(await process().before(count), 1_000);
			expect([count, events.map(({ eventId }) => eventId)]).toEqual([count, idsOf(rows(1, 150)).slice(-count)]);
		}
	});

	it("takes a place beyond the end for one of another log", async () => {
		const pages = process();
		await pages.append(rows(1, 3));
		for (const beyond of [endOf(1) + 1, 999_999_999, Number.MAX_SAFE_INTEGER])
			expect(await process().after(beyond, LIMIT)).toEqual({ events: [], last: endOf(1), isAtEnd: true });
	});

	it("keeps the place of a row that comes again, also in other company", async () => {
		await process().append(rows(1, 10));
		await process().append(rows(5, 15));
		await process().append(rows(1, 10));
		const everything = reader(process());
		await everything.look();
		expect(everything.ids()).toEqual(idsOf(rows(1, 15)));
	});

	it("leaves out what was fired by hand and stands in no log", async () => {
		const [row] = rows(1, 1);
		await process().append(row === undefined ? [] : [{ ...row, position: 0 }]);
		expect(await store.count(PAGE)).toBe(0);
	});

	it("never takes a number again, also when all that was written is gone but the newest", async () => {
		const [idle, busy] = [process(), process()];
		await idle.append(rows(1, 1));
		for (let from = 2; from < 260; from++) await busy.append(rows(from, from));
		const place = await busy.after(undefined, LIMIT);
		now += 2 * DAY_MS;
		expect(await busy.purge(new Date(now - DAY_MS).toISOString(), () => false)).toBe(258);
		await idle.append(rows(300, 300));
		expect((await busy.after(place.last, LIMIT)).events.map(({ eventId }) => eventId)).toEqual(["order:A_300:1"]);
		const late = reader(process());
		await late.look();
		expect(late.ids()).toEqual(["order:A_259:1", "order:A_300:1"]);
		expect(await busy.purge(new Date(now).toISOString(), () => true)).toBe(0);
	});

	it("does not pass a page that came while others were read", async () => {
		const pages = process();
		for (let from = 1; from < 4; from++) await pages.append(rows(from, from));
		let reads = 0;
		const torn: Pick<HostileStore, "find"> = {
			async find(kind, query) {
				const found = await store.find(kind, query);
				// A list is no snapshot: it may hold what came after something that it lacks.
				return (reads++ === 0 ? found.filter(({ id }) => id !== pageId(2)) : found) as never;
			},
		};
		const other = createLivePages({ ...bound(store), ...torn }, () => now);
		const { events } = await other.after(0, LIMIT);
		expect(events.map(({ position }) => position)).toEqual([1_001, 2_001, 3_001]);
		expect(reads).toBe(2);
	});

	it("waits for a page that is missing from a second look too", async () => {
		const pages = process();
		await pages.append(rows(1, 1));
		let reads = 0;
		const growing: Pick<HostileStore, "find"> = {
			async find(kind, query) {
				for (const from of [10, 20]) await pages.append(rows(from + reads, from + reads));
				const found = await store.find(kind, query);
				// Each time the one before the newest is not seen.
				const hidden = found.at(-2)?.id;
				reads++;
				return found.filter(({ id }) => id !== hidden) as never;
			},
		};
		const other = createLivePages({ ...bound(store), ...growing }, () => now);
		const { events, last } = await other.after(0, LIMIT);
		expect(events.map(({ position }) => position)).toEqual([1_001, 2_001, 3_001]);
		expect(last).toBe(endOf(3));
	});

	it("says so when the store refuses for good", async () => {
		store.refuse(({ kind }) => kind === PAGE);
		await expect(process().append(rows(1, 1))).rejects.toThrow("does not answer");
	});

	it.each([1, 2, 3, 4, 5, 6, 7, 8])(
		"shows every row once and in one order, whoever reads, whatever the store does (seed %i)",
		async (seed) => {
			store = createHostileStore({ seed, faults: ALL_FAULTS });
			const early = reader(process());
			const writers = ["A", "B", "C"].map(async (writer) => {
				let pages = process();
				for (let from = 1; from <= 60; from += 3) {
					if (from % 15 === 1) pages = process();
					await persistently(() => pages.append(rows(from, from + 2, writer)));
					await early.look();
				}
			});
			await Promise.all(writers);
			await early.look();
			const late = reader(process(), 5);
			await late.look();
			expect(late.seen).toEqual(early.seen);
			expect(new Set(late.ids()).size).toBe(late.seen.length);
			for (const writer of ["A", "B", "C"])
				expect(late.ids().filter((id) => id.includes(`:${writer}_`))).toEqual(idsOf(rows(1, 60, writer)));
		},
	);
});

/** The bus delivers again what was refused. */
async function persistently(attempt: () => Promise<void>): Promise<void> {
	for (let time = 0; time < 1_000; time++) {
		try {
			await attempt();
			return;
		} catch {
			// Again.
		}
	}
	throw new Error("it was refused for ever");
}

function bound(store: HostileStore) {
	return {
		commit: store.commit.bind(store),
		find: store.find.bind(store),
		findUnique: store.findUnique.bind(store),
		remove: store.remove.bind(store),
	};
}
