import type mongoose from "mongoose";
import { systemClock } from "../../../mixins/clock/system.ts";
import { insertOf, prepare, stamp } from "../../../mixins/store/mongo/writes.ts";
import type { MongoStore, Outlet } from "../../../mixins/store/mongo/index.ts";
import { COMMAND_ID_TAKEN } from "../../../mixins/store/port.ts";
import { LEASE_KIND } from "../../../mixins/scheduler/leases.ts";
import { commitAll, commitOf, commitOne, eventsOf, turnOf } from "../../support/specifications/store/bed.ts";
import { mongoBed, recorder, sequencesOf, upTo, type MongoBed } from "./mongo-bed.ts";

const LEASE_MS = 500;
const clock = systemClock();
let bed: MongoBed;

beforeAll(async () => (bed = await mongoBed()));
afterEach(() => bed.clear());
afterAll(() => bed.close());

async function eventually(isTrue: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await isTrue())) await clock.sleep(20);
}

/** Commits the next version, whoever was faster. */
async function advance(store: MongoStore, id: string, commandId: string): Promise<void> {
	for (;;) {
		const version = (await store.load("thing", id))?.version ?? 0;
		if ((await commitOne(store, turnOf(id, version, commandId))).status === "ok") return;
	}
}

/** A consumer as they all are: one command per event, named after it. */
async function count(
	store: MongoStore,
	eventId: string,
	commandId: string,
	counted: Map<string, number>,
	refused: string[],
) {
	const version = (await store.load("counter", "all"))?.version ?? 0;
	const result = await commitOne(store, commitOf("all", { kind: "counter", version, commands: [commandId] }));
	if (result.status === "ok") counted.set(eventId, (counted.get(eventId) ?? 0) + 1);
	else {
		expect(result).toEqual({ status: "duplicate", name: COMMAND_ID_TAKEN });
		refused.push(eventId);
	}
}

describe("the relay", () => {
	it("publishes what two processes commit to the same aggregates once, in the order of each", async () => {
		const uri = bed.database();
		const [one, two] = [await bed.open(uri, "one"), await bed.open(uri, "two")];
		const outlet = recorder();
		// Nobody dies here, and a lease that a busy machine loses means events that come twice.
		const relays = [one, two].map((store) => store.relayTo(outlet, { leaseMs: 20 * LEASE_MS }));
		for (const relay of relays) relay.start();
		const ids = ["a", "b", "c", "d"];
		const writers = [one, two].flatMap((store, node) =>
			ids.map(async (id) => {
				for (let turn = 0; turn < 10; turn++) await advance(store, id, `${node}-${turn}`);
			}),
		);
		await Promise.all(writers);
		await Promise.all(relays.map((relay) => relay.drained()));
		expect(relays.filter(({ isLeader }) => isLeader)).toHaveLength(1);
		expect(sequencesOf(outlet.events)).toEqual(new Map(ids.map((id) => [id, upTo(20)])));
		expect(await relays[0]?.backlog()).toEqual({ events: 0 });
		for (const id of ids) expect(await two.events("thing", id)).toHaveLength(20);
	});

	it("publishes again what the log refused, and nothing out of order", async () => {
		const store = await bed.open(bed.database());
		const outlet = recorder();
		outlet.failures = 3;
		const relay = store.relayTo(outlet, { leaseMs: LEASE_MS });
		relay.start();
		await commitAll(store, [commitOf("a", { events: eventsOf("a", 1, 3) }), turnOf("b", 0)]);
		await commitAll(store, [commitOf("a", { version: 1, events: eventsOf("a", 4, 5) })]);
		await relay.drained();
		expect(outlet.failures).toBe(0);
		expect(sequencesOf(outlet.events)).toEqual(new Map([["a", upTo(5)]]).set("b", [1]));
	});

	it("publishes again what was acknowledged and not struck out when a process died; who goes by event ids counts each once", async () => {
		const uri = bed.database();
		const [one, two] = [await bed.open(uri, "one"), await bed.open(uri, "two")];
		const feed = (await bed.raw(uri)).collection("feed");
		const kept: mongoose.mongo.Document[] = [];
		const outlet = recorder();
		// The log has acknowledged, and the feed is as it was: a process that dies here leaves exactly this.
		const remembering: Outlet = {
			async publish(events) {
				await outlet.publish(events);
				const known = new Set(kept.map(({ _id }) => String(_id)));
				kept.push(...(await feed.find().toArray()).filter(({ _id }) => !known.has(String(_id))));
			},
		};
		const first = one.relayTo(remembering, { leaseMs: LEASE_MS });
		first.start();
		await commitAll(one, [commitOf("a", { events: eventsOf("a", 1, 3) }), turnOf("b", 0)]);
		await commitAll(one, [commitOf("a", { version: 1, events: eventsOf("a", 4, 5) })]);
		await first.drained();
		await first.stop();
		await feed.insertMany(kept);
		const counted = new Map<string, number>();
		const refused: string[] = [];
		const repeated = recorder();
		const counting: Outlet = {
			async publish(events) {
				await repeated.publish(events);
				for (const { event } of events) await count(two, event.id, `${event.id}:count`, counted, refused);
			},
		};
		for (const { id } of outlet.events.slice(0, 4)) await count(two, id, `${id}:count`, counted, refused);
		const second = two.relayTo(counting, { leaseMs: LEASE_MS });
		second.start();
		await commitAll(two, [turnOf("c", 0)]);
		await second.drained();
		expect(sequencesOf(outlet.events)).toEqual(new Map([["a", upTo(5)]]).set("b", [1]));
		expect(sequencesOf(repeated.events)).toEqual(new Map([["a", upTo(5)]]).set("b", [1]).set("c", [1]));
		expect(new Set(refused)).toEqual(new Set(outlet.events.slice(0, 4).map(({ id }) => id)));
		expect(refused).toHaveLength(4);
		expect([...counted.values()]).toEqual(new Array(7).fill(1));
		expect(await second.backlog()).toEqual({ events: 0 });
	});

	it("keeps committing while the log is away", async () => {
		const store = await bed.open(bed.database());
		const outlet = recorder();
		outlet.failures = Number.MAX_SAFE_INTEGER;
		const relay = store.relayTo(outlet, { leaseMs: LEASE_MS });
		relay.start();
		for (let version = 0; version < 5; version++) await commitAll(store, [turnOf("a", version)]);
		await store.flushed();
		expect(await relay.backlog()).toEqual({ events: 5 });
		expect(await store.events("thing", "a")).toHaveLength(5);
		outlet.failures = 0;
		await relay.drained();
		expect(sequencesOf(outlet.events).get("a")).toEqual(upTo(5));
	});

	it("goes on from another process when the one that publishes hangs; the late one publishes nothing more", async () => {
		const uri = bed.database();
		const [one, two] = [await bed.open(uri, "one"), await bed.open(uri, "two")];
		const [stuck, healthy] = [recorder(), recorder()];
		const { promise, resolve } = Promise.withResolvers<undefined>();
		const first = one.relayTo(stuck, { leaseMs: LEASE_MS });
		first.start();
		await eventually(() => first.isLeader);
		stuck.gate = promise;
		await commitAll(two, [turnOf("a", 0)]);
		await eventually(async () => (await one.load<{ token: number }>(LEASE_KIND, "event-relay"))?.state.token === 1);
		// Somebody else takes the lease, as after a pause of the first process that was longer than its lease.
		await eventually(async () => {
			const held = await two.load<Record<string, unknown>>(LEASE_KIND, "event-relay");
			const token = Number(held?.state["token"] ?? 0) + 1;
			const state = { ...held?.state, token, owner: null, expiresAt: null };
			const taken = commitOf("event-relay", { kind: LEASE_KIND, version: held?.version ?? 0, state });
			// The first process may just have renewed it.
			return (await commitOne(two, taken)).status === "ok";
		});
		const second = two.relayTo(healthy, { leaseMs: LEASE_MS });
		second.start();
		await commitAll(two, [turnOf("a", 1), turnOf("b", 0)]);
		await second.drained();
		expect(sequencesOf(healthy.events)).toEqual(new Map([["a", [1, 2]]]).set("b", [1]));
		resolve(undefined);
		await commitAll(two, [turnOf("a", 2)]);
		await second.drained();
		await first.stop();
		expect(sequencesOf(healthy.events).get("a")).toEqual([1, 2, 3]);
		expect(stuck.events.every(({ subject, sequence }) => subject === "a" && sequence === 1)).toBe(true);
	});

	it("publishes what a process left in its documents when it died", async () => {
		const uri = bed.database();
		const store = await bed.open(uri);
		store.define({ kind: "thing" });
		await commitAll(store, [turnOf("other", 0)]);
		await store.flushed();
		const dead = prepare(commitOf("a", { events: eventsOf("a", 1, 3), commands: ["c1"] }), new Set());
		const raw = (await bed.raw(uri)).collection<{ _id: string }>("doc_thing");
		await raw.bulkWrite([insertOf(stamp(dead, "0000000000.dead.1"), null) as never]);
		expect(await store.events("thing", "a")).toEqual(eventsOf("a", 1, 3));
		expect(await store.findCommand("thing", "a", "c1")).toBe(3);
		await commitAll(store, [commitOf("a", { version: 1, events: eventsOf("a", 4, 4) })]);
		const outlet = recorder();
		const relay = store.relayTo(outlet, { leaseMs: LEASE_MS });
		relay.start();
		await relay.drained();
		expect(sequencesOf(outlet.events).get("a")).toEqual(upTo(4));
		expect(await raw.findOne({ _id: "a" })).toMatchObject({ outbox: [] });
		expect(await store.findCommand("thing", "a", "c1")).toBe(3);
	});

	it("finds what is left of nobody's commit without a new one", async () => {
		const uri = bed.database();
		const store = await bed.open(uri);
		const dead = prepare(commitOf("a", { kind: "left-behind", events: eventsOf("a", 1, 2) }), new Set());
		const raw = (await bed.raw(uri)).collection<{ _id: string }>("doc_left-behind");
		await raw.bulkWrite([insertOf(stamp(dead, "0000000000.dead.1"), null) as never]);
		const outlet = recorder();
		const relay = store.relayTo(outlet, { leaseMs: LEASE_MS });
		relay.start();
		await relay.drained();
		expect(sequencesOf(outlet.events).get("a")).toEqual([1, 2]);
	});
});
