import type { mongo } from "mongoose";
import { systemClock } from "../../../mixins/clock/system.ts";
import { virtualClock } from "../../../mixins/clock/virtual.ts";
import { createStoreClock } from "../../../mixins/store/mongo/clock.ts";
import { FeedOrder } from "../../../mixins/store/mongo/feed-order.ts";
import { timeOfToken, tokenAt } from "../../../mixins/store/mongo/outbox.ts";
import { filterOf } from "../../../mixins/store/mongo/queries.ts";
import {
	eventKey,
	eventRowOf,
	feedBatchOf,
	fedEventsOf,
	indexedOf,
	parseDocument,
	parseEnvelope,
	type FedEvent,
	type FeedBatch,
} from "../../../mixins/store/mongo/rows.ts";
import { endsOf, insertOf, prepare, stamp, updateOf } from "../../../mixins/store/mongo/writes.ts";
import { DamagedRow } from "../../../mixins/store/port.ts";
import { commitOf, eventsOf, turnOf } from "../../support/specifications/store/bed.ts";

describe("a row of the document store", () => {
	it("holds the state as text, its top-level scalars for queries, and every event with its command", () => {
		const commit = commitOf("a", {
			state: { userId: "u", amount: 5, nested: { no: 1 }, gone: null },
			events: eventsOf("a", 1, 2),
			commands: ["c1"],
		});
		const { row, outbox } = stamp(prepare(commit, new Set()), "token");
		expect(row).toMatchObject({ _id: "a", version: 1, sequence: 2, commandCount: 1, x: { userId: "u", amount: 5 } });
		expect(parseDocument({ ...row, outbox })).toMatchObject({
			id: "a",
			state: commit.state,
			recent: [{ commandId: "c1", sequence: 2 }],
		});
		const rows = outbox.map((entry) => eventRowOf("thing", "a", entry));
		expect(rows.map(({ _id, command }) => [_id, command])).toEqual([
			["thing|a|000000000001", undefined],
			["thing|a|000000000002", "thing|a|c1"],
		]);
		expect(rows.map(({ _id, envelope = "", checksum }) => parseEnvelope(_id, envelope, checksum))).toEqual(
			commit.events,
		);
	});

	it("has a row of its own for a command that no event stands for", () => {
		const { outbox } = stamp(prepare(commitOf("a", { commands: ["c1", "c2"] }), new Set()), "token");
		const rows = outbox.map((entry) => eventRowOf("thing", "a", entry));
		expect(rows.map(({ command }) => command)).toEqual(["thing|a|c1", "thing|a|c2"]);
		expect(new Set(rows.map(({ _id }) => _id)).size).toBe(2);
		expect(rows.every(({ envelope }) => envelope === undefined)).toBe(true);
	});

	it("leaves long text out of the queries unless an index asks for it", () => {
		const state = { body: "b".repeat(300), key: "k".repeat(300), short: "s", "a.b": 1, $x: 1 };
		expect(indexedOf(state, new Set(["key"]))).toEqual({ key: state.key, short: "s" });
	});

	it("is refused when it is not what was written", () => {
		const { row, outbox } = stamp(prepare(commitOf("a", { events: eventsOf("a", 1, 1) }), new Set()), "token");
		expect(() => parseDocument({ ...row, outbox, state: '{"more":1}' })).toThrow(DamagedRow);
		expect(() => parseDocument({ ...row, outbox, version: 2 })).toThrow(DamagedRow);
		expect(() => parseEnvelope("key", "{}", 1)).toThrow(DamagedRow);
	});

	it("has keys that sort by sequence", () => {
		const keys = [1, 2, 10, 100, 99_999].map((sequence) => eventKey("thing", "a", sequence));
		expect(keys.toSorted()).toEqual(keys);
	});
});

describe("a write of the document store", () => {
	const prepared = stamp(prepare(turnOf("a", 4), new Set()), "token");

	it("inserts what is new and never overwrites", () => {
		const first = stamp(prepare(turnOf("a", 0), new Set()), "token");
		expect(insertOf(first, null)).toMatchObject({ insertOne: { document: { _id: "a", version: 1 } } });
		expect(insertOf(first, ["email=x"])).toMatchObject({ insertOne: { document: { claims: ["email=x"] } } });
	});

	it("changes only the version that was read, and no document that does not exist", () => {
		const operation = updateOf(prepared, null, false);
		expect(operation).toMatchObject({
			updateOne: {
				filter: { _id: "a", version: 4, commandCount: { $lte: 32 }, "recent.c": { $nin: ["command-a-5"] } },
				update: { $set: { version: 5, sequence: 5 }, $setOnInsert: { guard: 1 }, $inc: { commandCount: 1 } },
				upsert: true,
			},
		});
		expect(JSON.stringify(updateOf(prepared, null, true))).not.toContain("$lte");
	});

	it("keeps time and sequence when nothing happened", () => {
		const quiet = updateOf(stamp(prepare(commitOf("a", { version: 1 }), new Set()), "token"), ["x=y"], false);
		const { update } = (quiet as unknown as { updateOne: { update: Record<string, object> } }).updateOne;
		expect(Object.keys(update["$set"] ?? {}).sort()).toEqual(["checksum", "claims", "state", "version", "x"]);
		expect(update["$push"]).toBeUndefined();
	});

	it("tells what became of each item of a bulk", () => {
		expect(endsOf(2, null)).toEqual([{ end: "ok" }, { end: "ok" }]);
		const cut = new Error("connection closed");
		expect(endsOf(1, cut)).toEqual([{ end: "unknown", error: cut }]);
		const failure = bulkFailure([
			{
				index: 0,
				code: 11_000,
				errmsg: 'E11000 duplicate key error collection: p.doc_x index: _id_ dup key: { _id: "a" }',
			},
			{
				index: 1,
				code: 11_000,
				errmsg: 'E11000 duplicate key error collection: p.doc_x index: claims dup key: { claims: "e" }',
			},
			{
				index: 2,
				code: 11_000,
				errmsg: "E11000 duplicate key error collection: p.doc_x index: guard dup key: { guard: 1 }",
			},
			{ index: 3, code: 10_107, errmsg: "not primary" },
		]);
		expect(endsOf(5, failure).map(({ end }) => end)).toEqual(["lost", "claimed", "lost", "unknown", "ok"]);
		const unconfirmed = bulkFailure([{ index: 0, code: 11_000, errmsg: "index: _id_ dup" }], "waiting timed out");
		expect(endsOf(2, unconfirmed).map(({ end }) => end)).toEqual(["lost", "unknown"]);
	});
});

function bulkFailure(writeErrors: readonly object[], concern?: string): Error {
	const result = { getWriteConcernError: () => concern };
	return Object.assign(new Error("bulk"), { name: "MongoBulkWriteError", writeErrors, result });
}

describe("a query of the document store", () => {
	it("is over text ids and indexed fields alone", () => {
		expect(filterOf({ where: { userId: "u", gone: null }, direction: "asc", limit: 1 })).toEqual({
			_id: { $gte: "" },
			"x.userId": "u",
			"x.gone": null,
		});
	});

	it("goes on after the last row of the page before, in both directions", () => {
		const range = { field: "at", from: 1, to: 9 };
		expect(filterOf({ range, direction: "asc", after: [5, "b"], limit: 1 })).toEqual({
			_id: { $gte: "" },
			"x.at": { $exists: true, $gte: 1, $lte: 9 },
			$or: [{ "x.at": { $gt: 5 } }, { "x.at": 5, _id: { $gt: "b" } }],
		});
		expect(filterOf({ direction: "desc", after: ["b"], limit: 1 })).toEqual({ _id: { $lt: "b", $gte: "" } });
	});

	it("never takes an operator from a value", () => {
		const where = { userId: { $ne: "" } as unknown as string };
		expect(filterOf({ where, direction: "asc", limit: 1 })).toEqual({ _id: { $gte: "" }, "x.userId": null });
	});
});

describe("the order of the feed", () => {
	const event = (subject: string, sequence: number): FedEvent => ({
		subject,
		sequence,
		text: `${subject}${sequence}`,
	});
	const batch = (ms: number, ...events: FedEvent[]) => feedBatchOf(`${tokenAt(ms)}.one.1`, events);
	const orderOver = (batches: readonly FeedBatch[]) => {
		const searches: unknown[] = [];
		const find = (filter: unknown) => {
			searches.push(filter);
			return { toArray: async () => batches };
		};
		return { order: new FeedOrder({ find } as unknown as mongo.Collection<FeedBatch>), searches };
	};
	const names = (events: readonly FedEvent[]) => events.map(({ text }) => text);

	it("is that of each subject, with nothing twice", async () => {
		const { order, searches } = orderOver([]);
		const due = await order.due([batch(1, event("b", 1), event("a", 1)), batch(2, event("a", 2), event("a", 1))]);
		expect(names(due)).toEqual(["a1", "a2", "b1"]);
		order.published(due);
		expect(names(await order.due([batch(3, event("a", 2), event("a", 3))]))).toEqual(["a3"]);
		expect(searches).toEqual([]);
	});

	it("looks for what may be missing, and takes nothing later along", async () => {
		const later = batch(5, event("a", 4), event("a", 6), event("c", 1));
		const { order, searches } = orderOver([later]);
		expect(names(await order.due([batch(1, event("a", 5))]))).toEqual(["a4", "a5"]);
		expect(searches).toHaveLength(1);
		order.forget();
		expect(names(await order.due([batch(1, event("z", 7))]))).toEqual(["z7"]);
	});

	it("comes back from text as it was", () => {
		const events = [event("a", 1), event("b", 2), event("a", 2)];
		expect(fedEventsOf(batch(1, ...events))).toEqual(events);
		expect(batch(1, ...events)).toMatchObject({ subjects: ["a", "b"], count: 3 });
		expect(timeOfToken(`${tokenAt(1_700_000_000_000)}.one.1`)).toBe(1_700_000_000_000);
	});
});

describe("the store's clock", () => {
	it("is the server's, however wrong this machine's is, and follows it", async () => {
		const base = virtualClock(1_000_000);
		let offset = 300_000;
		const clock = await createStoreClock(base, async () => offset);
		expect(clock.now()).toBe(1_300_000);
		expect(clock.iso()).toBe(new Date(1_300_000).toISOString());
		offset = -5_000;
		await base.advance(30_000);
		expect(clock.offsetMs).toBe(-5_000);
		clock.stop();
	});

	it("keeps its offset when the server does not answer", async () => {
		const base = virtualClock(1_000_000);
		let isAway = false;
		const clock = await createStoreClock(base, async () => {
			if (isAway) throw new Error("away");
			return 7;
		});
		isAway = true;
		await base.advance(60_000);
		expect(clock.offsetMs).toBe(7);
		clock.stop();
	});

	it("turns and sleeps as the clock below", async () => {
		const clock = await createStoreClock(systemClock(), async () => 0);
		const turned: string[] = [];
		clock.nextTurn(() => turned.push("next"));
		await clock.turn();
		await clock.sleep(1);
		clock.after(1, () => turned.push("after")).cancel();
		expect(turned).toEqual(["next"]);
		clock.stop();
	});
});
