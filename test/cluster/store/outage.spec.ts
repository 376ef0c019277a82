import { systemClock } from "../../../mixins/clock/system.ts";
import { StoreUnavailable } from "../../../mixins/store/port.ts";
import { commitAll, commitOf, commitOne, eventsOf, turnOf } from "../../support/specifications/store/bed.ts";
import { mongoBed, type MongoBed } from "./mongo-bed.ts";

let bed: MongoBed;

beforeAll(async () => (bed = await mongoBed({ source: "ours" })));
afterEach(() => bed.clear());
afterAll(() => bed.close());

describe("a store whose server stops answering", () => {
	it("says it does not know, refuses reads, and finds the truth afterwards", async () => {
		const store = await bed.open(bed.database("impatient"));
		await commitAll(store, [turnOf("a", 0)]);
		bed.server.pause();
		const results = await Promise.all([commitOne(store, turnOf("a", 1)), commitOne(store, turnOf("b", 0))]);
		expect(results.map(({ status }) => status)).toEqual(["unknown", "unknown"]);
		await expect(store.load("thing", "a")).rejects.toBeInstanceOf(StoreUnavailable);
		bed.server.resume();
		const clock = systemClock();
		while ((await store.load("thing", "a").catch(() => null)) === null) await clock.sleep(50);
		for (const [id, version] of [
			["a", 1],
			["b", 0],
		] as const) {
			const command = `command-${id}-${version + 1}`;
			// The write may still be on its way: a repeat of the command takes effect once, whichever comes first.
			const repeated = await commitOne(store, turnOf(id, version));
			expect(["ok", "conflict"]).toContain(repeated.status);
			expect(await store.findCommand("thing", id, command)).toBe(version + 1);
			expect(await store.events("thing", id)).toHaveLength(version + 1);
		}
		await store.flushed();
		expect(store.isWritable()).toBe(true);
	});

	it("is there again after the server was stopped and started again", async () => {
		const store = await bed.open(bed.database("impatient"));
		await commitAll(store, [turnOf("a", 0)]);
		await bed.server.stop();
		expect((await commitOne(store, turnOf("a", 1))).status).toBe("unknown");
		await bed.server.restart();
		const clock = systemClock();
		while ((await store.load("thing", "a").catch(() => null)) === null) await clock.sleep(50);
		await commitAll(store, [turnOf("a", 1)]);
		expect(await store.events("thing", "a")).toHaveLength(2);
	});

	it("refuses everything after it was closed", async () => {
		const store = await bed.open(bed.database());
		await store.close();
		await expect(store.commit([turnOf("a", 0)])).rejects.toBeInstanceOf(StoreUnavailable);
		await expect(store.load("thing", "a")).rejects.toBeInstanceOf(StoreUnavailable);
		expect(store.isWritable()).toBe(false);
	});
});

describe("an inspection", () => {
	const inspected = async (store: Awaited<ReturnType<MongoBed["open"]>>) => {
		const damaged: string[] = [];
		let rows = 0;
		for await (const page of store.inspect()) {
			damaged.push(...page.damaged);
			rows += page.rows;
		}
		expect(await store.inspectedRows()).toBeGreaterThan(0);
		return { damaged, rows };
	};

	it("finds nothing in what was written, and every row that is not", async () => {
		const uri = bed.database();
		const store = await bed.open(uri);
		store.define({ kind: "thing", indexes: [{ fields: ["count"] }] });
		for (const id of ["a", "b", "c", "d", "e"]) await commitAll(store, [turnOf(id, 0)]);
		await commitAll(store, [commitOf("a", { version: 1, state: { count: 2 }, events: eventsOf("a", 2, 3) })]);
		await store.flushed();
		expect(await inspected(store)).toEqual({ damaged: [], rows: expect.any(Number) as number });
		const raw = await bed.raw(uri);
		const things = raw.collection<{ _id: string }>("doc_thing");
		const events = raw.collection<{ _id: string }>("events");
		await things.updateOne({ _id: "b" }, { $set: { state: '{"count":7}' } });
		await things.updateOne({ _id: "c" }, { $set: { "x.count": 7 } });
		await things.deleteOne({ _id: "d" });
		await events.deleteOne({ _id: "thing|a|000000000002" });
		await events.updateOne({ _id: "thing|e|000000000001" }, { $set: { envelope: "{}" } });
		const { damaged } = await inspected(store);
		expect(damaged.sort()).toEqual(
			[
				"document b",
				"document c",
				"document d of thing, which has events,",
				"event thing|a|000000000002",
				"event thing|e|000000000001",
			].map((what) => `${what} is damaged: it is not what was written`),
		);
		await expect(store.load("thing", "b")).rejects.toThrow("damaged");
	});
});
