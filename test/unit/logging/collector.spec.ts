import type { Delivery } from "../../../mixins/bus/port.ts";
import { createCollector, type Collector } from "../../../services/logging/application/collector.ts";
import { createRollUps } from "../../../services/logging/application/roll-ups.ts";
import { traceOf } from "../../../services/logging/application/trace.ts";
import { EVENT_ROW } from "../../../services/logging/domain/event-row.ts";
import { HOUR, MINUTE, type RollUp } from "../../../services/logging/domain/roll-up.ts";
import { linesOf, mergedTallies } from "../../../services/logging/domain/tally.ts";
import { createPublisher, envelope } from "../../support/envelopes.ts";
import { seededRandom } from "../../support/hostile/random.ts";
import { ALL_FAULTS, createHostileStore } from "../../support/hostile/store.ts";

type HostileStore = ReturnType<typeof createHostileStore>;

const START = Date.parse("2030-01-07T09:00:00.000Z");
const MINUTE_MS = 60_000;

/** Event number `position`, of a log that goes through an hour in steps of ten seconds. */
function delivery(position: number): Delivery {
	const type = position % 7 === 0 ? "payment.failed" : "order.created";
	const event = envelope({ subject: `S_${position % 50}`, kind: "order", type }, position);
	const time = new Date(START + position * 10_000).toISOString();
	const outcome = type === "payment.failed" ? "FAILED" : "SUCCESS";
	return { stream: "log", position, event: { ...event, time, outcome, processingtimems: position % 200 } };
}

function deliveries(from: number, to: number): Delivery[] {
	return Array.from({ length: to - from + 1 }, (_, index) => delivery(from + index));
}

function storeOf(faults: Parameters<typeof createHostileStore>[0]["faults"] = {}, seed = 1): HostileStore {
	const store = createHostileStore({ seed, faults });
	for (const kind of [HOUR, MINUTE]) store.define({ kind, indexes: [{ fields: ["from"] }] });
	return store;
}

const collectorOf = (store: HostileStore): Collector => createCollector(store, createRollUps(store));

/** What the roll-ups of a kind count together. */
async function counted(store: HostileStore, kind: string): Promise<Record<string, number>> {
	const found = await store.find<RollUp>(kind, { range: { field: "from" }, direction: "asc", limit: 1_000 });
	const lines = linesOf(mergedTallies(found.map(({ state }) => state)));
	return Object.fromEntries(lines.map(({ eventType, status, count }) => [`${eventType} ${status}`, count]));
}

const expected = (total: number) => {
	const failed = Math.floor(total / 7);
	return { "order.created SUCCESS": total - failed, "payment.failed FAILED": failed };
};

describe("the collector", () => {
	it("stores one row per event and counts it once, however often it is delivered", async () => {
		const store = storeOf();
		const collector = collectorOf(store);
		const batch = deliveries(1, 100);
		await Promise.all([collector.collect(batch), collector.collect(batch), collector.collect(batch.slice(40, 60))]);
		expect(await store.count(EVENT_ROW)).toBe(100);
		for (const kind of [HOUR, MINUTE]) expect(await counted(store, kind)).toEqual(expected(100));
		const [first] = batch;
		expect(await store.load(EVENT_ROW, first?.event.id ?? "")).toMatchObject({
			version: 1,
			state: { eventType: "order.created", processingTimeMs: 1 },
		});
	});

	it("writes together what waits, whatever its order, and each event once", async () => {
		const store = storeOf();
		const collector = collectorOf(store);
		const commit = jest.spyOn(store, "commit");
		const late = deliveries(1, 20).filter(({ position }) => position !== 5);
		const parts = [deliveries(41, 60), late, deliveries(21, 40), [delivery(5)], late, deliveries(61, 80)];
		await Promise.all(parts.map((part) => collector.collect(part)));
		expect(commit).toHaveBeenCalledTimes(2);
		expect(await counted(store, HOUR)).toEqual(expected(80));
		expect((await store.load<RollUp>(HOUR, "2030-01-07T09"))?.state.covered).toEqual({ log: [1, 80] });
	});

	it("forgets nothing that was counted when it starts again", async () => {
		const store = storeOf();
		await collectorOf(store).collect(deliveries(1, 60));
		await collectorOf(store).collect(deliveries(30, 120));
		expect(await counted(store, HOUR)).toEqual(expected(120));
		const hour = await store.load<RollUp>(HOUR, "2030-01-07T09");
		expect(hour?.state.covered).toEqual({ log: [1, 120] });
	});

	it("counts an event that comes after later ones, because it was parked meanwhile", async () => {
		const store = storeOf();
		const collector = collectorOf(store);
		await collector.collect(deliveries(1, 20).filter(({ position }) => position !== 5));
		await collector.collect([delivery(5)]);
		await collector.collect([delivery(5)]);
		expect(await counted(store, HOUR)).toEqual(expected(20));
		expect(await counted(store, MINUTE)).toEqual(expected(20));
	});

	it("keeps the positions of different streams apart", async () => {
		const store = storeOf();
		const collector = collectorOf(store);
		await collector.collect(deliveries(1, 7));
		await collector.collect(deliveries(1, 7).map((each) => ({ ...each, stream: "order/1" })));
		expect(await counted(store, HOUR)).toEqual(expected(14));
	});

	it("gives what was fired by hand a row and no place in the figures", async () => {
		const store = storeOf();
		await collectorOf(store).collect([{ ...delivery(1), stream: "none", position: 0 }]);
		expect(await store.count(EVENT_ROW)).toBe(1);
		expect(await counted(store, HOUR)).toEqual({});
	});

	it("looks whether all is there when the replies are lost, instead of writing it again", async () => {
		const store = storeOf({ lostReply: 1 });
		await collectorOf(store).collect(deliveries(1, 10));
		expect(await store.count(EVENT_ROW)).toBe(10);
		for (const kind of [HOUR, MINUTE]) expect(await counted(store, kind)).toEqual(expected(10));
	});

	it("asks for another delivery when the store takes nothing, and nothing is missing or double after it", async () => {
		const store = storeOf({ lostWrite: 1 });
		const collector = collectorOf(store);
		await expect(collector.collect(deliveries(1, 10))).rejects.toThrow();
		store.setFaults({ lostWrite: 0 });
		await collector.collect(deliveries(1, 10));
		expect(await store.count(EVENT_ROW)).toBe(10);
		expect(await counted(store, HOUR)).toEqual(expected(10));
	});

	it.each([1, 2, 3, 4, 5, 6])(
		"counts exactly on a store that loses writes and replies, over crashes and races of two processes (seed %i)",
		async (seed) => {
			const random = seededRandom(seed);
			const store = storeOf(ALL_FAULTS, seed);
			let collectors = [collectorOf(store), collectorOf(store)];
			const total = 300;
			let done = 0;
			while (done < total) {
				const to = Math.min(total, done + 1 + random.below(40));
				const batch = deliveries(Math.max(1, done + 1 - random.below(10)), to);
				const collector = collectors[random.below(2)] ?? collectorOf(store);
				const isDone = await collector.collect(batch).then(
					() => true,
					() => false,
				);
				if (random.chance(0.2)) collectors = [collectorOf(store), collectorOf(store)];
				if (isDone) done = to;
			}
			store.setFaults({});
			expect(await store.count(EVENT_ROW)).toBe(total);
			for (const kind of [HOUR, MINUTE]) expect(await counted(store, kind)).toEqual(expected(total));
		},
	);

	it("keeps hours and minutes apart by the time of the event", async () => {
		const store = storeOf();
		await collectorOf(store).collect(deliveries(1, 400));
		const hours = await store.find<RollUp>(HOUR, { range: { field: "from" }, direction: "asc", limit: 10 });
		expect(hours.map(({ id, state }) => [id, state.from])).toEqual([
			["2030-01-07T09", "2030-01-07T09:00:00.000Z"],
			["2030-01-07T10", "2030-01-07T10:00:00.000Z"],
		]);
		const minute = await store.load<RollUp>(MINUTE, new Date(START + MINUTE_MS).toISOString().slice(0, 16));
		expect(minute?.state.counts).toEqual({ "order.created SUCCESS": 5, "payment.failed FAILED": 1 });
	});
});

describe("a trace", () => {
	it("is read with one read per aggregate, and only the asked events", async () => {
		const store = createHostileStore({ seed: 1 });
		const kinds = ["order", "order", "order", "payment"];
		await createPublisher(store)(kinds.map((kind) => ({ subject: "A", kind, type: `${kind}.done` })));
		const reads: unknown[] = [];
		const source = {
			events: (kind: string, id: string, options: { from: number; upTo: number }) => {
				reads.push([kind, id, options]);
				return store.events(kind, id, options);
			},
		};
		const rows = await traceOf(source, ["order:A:3", "payment:A:1", "order:A:1"]);
		expect(rows.map(({ eventId }) => eventId)).toEqual(["order:A:1", "payment:A:1", "order:A:3"]);
		expect(reads).toEqual([
			["order", "A", { from: 1, upTo: 3 }],
			["payment", "A", { from: 1, upTo: 1 }],
		]);
	});
});
