import { OUTSTANDING_MAX } from "../../../mixins/bus/embedded/group.ts";
import { createEmbeddedBus } from "../../../mixins/bus/embedded.ts";
import { DELIVERY_ATTEMPTS_MAX } from "../../../mixins/bus/port.ts";
import { virtualClock } from "../../../mixins/clock/virtual.ts";
import type { EventLog } from "../../../mixins/store/port.ts";
import type { Envelope } from "../../../services/shared/events.ts";
import { createPublisher } from "../../support/envelopes.ts";
import { createHostileStore } from "../../support/hostile/store.ts";
import { gate, patiently, turns, until, untilInTime } from "../../support/patience.ts";

const START = Date.UTC(2026, 0, 1);

describe("the embedded bus", () => {
	it("stores a position once for many deliveries", async () => {
		const clock = virtualClock(START);
		const store = createHostileStore({ seed: 1 });
		const bus = createEmbeddedBus({ log: store, store, clock });
		let delivered = 0;
		bus.subscribe({
			group: "ledger",
			types: "*",
			from: "beginning",
			deliver: async () => {
				delivered++;
			},
		});
		await bus.start();
		const publish = createPublisher(store);
		for (let round = 0; round < 20; round++)
			await publish(Array.from({ length: 50 }, (_, index) => ({ subject: `s-${index}` })));
		await bus.drained();
		expect(delivered).toBe(1_000);
		await clock.advance(150);
		const position = await store.load("bus-position", "ledger");
		expect(position).toMatchObject({ version: 2, state: { position: 1_000 } });
		await bus.stop();
		expect(await store.load("bus-position", "ledger")).toEqual(position);
	});

	it("reads no more than it can hold while a subject is slow, and the low-water mark waits", async () => {
		const clock = virtualClock(START);
		const store = createHostileStore({ seed: 1 });
		const bus = createEmbeddedBus({ log: store, store, clock });
		const door = gate();
		let delivered = 0;
		const deliver = async ({ subject }: Envelope): Promise<void> => {
			if (subject === "slow") await door.passed;
			delivered++;
		};
		bus.subscribe({ group: "ledger", types: "*", from: "beginning", deliver });
		await bus.start();
		const publish = createPublisher(store);
		await publish([{ subject: "slow" }]);
		for (let round = 0; round < 3; round++) await publish(Array.from({ length: 1_000 }, () => ({ subject: "slow" })));
		await publish(Array.from({ length: 500 }, (_, index) => ({ subject: `s-${index}` })));
		await turns(200);
		expect(delivered).toBe(0);
		expect(await bus.status()).toMatchObject([{ position: 0, lag: 3_501 }]);
		expect(OUTSTANDING_MAX).toBeLessThan(3_000);
		door.open();
		await patiently(clock, bus.drained());
		expect(delivered).toBe(3_501);
	});

	it("goes on after the log could not be read, and tells of the trouble", async () => {
		const clock = virtualClock(START);
		const store = createHostileStore({ seed: 1 });
		let isBroken = true;
		const log: EventLog = {
			read: (position, limit) => (isBroken ? Promise.reject(new Error("no disk")) : store.read(position, limit)),
			head: () => store.head(),
			onAppend: (listener) => store.onAppend(listener),
		};
		const troubles: string[] = [];
		const bus = createEmbeddedBus({
			log,
			store,
			clock,
			onError: (error, { what }) => troubles.push(`${what}: ${error.message}`),
		});
		const seen: string[] = [];
		bus.subscribe({ group: "ledger", types: "*", from: "beginning", deliver: async ({ id }) => void seen.push(id) });
		await createPublisher(store)([{ subject: "a" }]);
		await bus.start();
		await until(() => troubles.length > 0);
		isBroken = false;
		await untilInTime(clock, () => seen.length === 1);
		expect(troubles).toContain("log: no disk");
		await bus.stop();
	});

	it("tells of parked and dead events", async () => {
		const clock = virtualClock(START);
		const store = createHostileStore({ seed: 1 });
		const troubles: string[] = [];
		const onError = (error: Error, { group, what, eventId }: { group: string; what: string; eventId?: string }): void =>
			void troubles.push(`${group} ${what} ${eventId ?? ""} ${error.message}`);
		const bus = createEmbeddedBus({ log: store, store, clock, onError });
		bus.subscribe({ group: "ledger", types: "*", from: "beginning", deliver: () => Promise.reject(new Error("no")) });
		await bus.start();
		await createPublisher(store)([{ subject: "a" }]);
		await untilInTime(clock, () => troubles.length === DELIVERY_ATTEMPTS_MAX);
		expect(troubles[0]).toBe("ledger parked thing:a:1 no");
		expect(troubles.at(-1)).toBe("ledger dead thing:a:1 no");
	});

	it("takes no group name with a colon and starts once", async () => {
		const store = createHostileStore({ seed: 1 });
		const bus = createEmbeddedBus({ log: store, store, clock: virtualClock(START) });
		const deliver = async (): Promise<void> => undefined;
		expect(() => bus.subscribe({ group: "a:b", types: "*", from: "now", deliver })).toThrow("colon");
		await bus.start();
		await expect(bus.start()).rejects.toThrow("started before");
		await bus.drained();
		await bus.stop();
		await bus.stop();
	});

	it("counts as new what is published between its making and its start", async () => {
		const store = createHostileStore({ seed: 1 });
		const publish = createPublisher(store);
		await publish([{ subject: "a" }]);
		const bus = createEmbeddedBus({ log: store, store, clock: virtualClock(START) });
		await publish([{ subject: "a" }]);
		const seen: string[] = [];
		bus.subscribe({ group: "ledger", types: "*", from: "now", deliver: async ({ id }) => void seen.push(id) });
		await bus.start();
		await bus.drained();
		expect(seen).toEqual(["thing:a:2"]);
	});
});

describe("a stop in an outage", () => {
	it("ends after a few tries and tells that a position was not stored", async () => {
		const store = createHostileStore({ seed: 1 });
		const troubles: string[] = [];
		const bus = createEmbeddedBus({
			log: store,
			store,
			clock: virtualClock(START),
			onError: (error, { what, group }) => troubles.push(`${group} ${what}: ${error.message}`),
		});
		bus.subscribe({ group: "ledger", types: "*", from: "beginning", deliver: async () => undefined });
		await bus.start();
		await createPublisher(store)([{ subject: "a" }]);
		await bus.drained();
		store.refuse(() => true);
		await bus.stop();
		expect(troubles).toEqual(Array.from({ length: 5 }, () => "ledger store: the write was lost"));
	});

	it("also when the store is closed", async () => {
		const store = createHostileStore({ seed: 1 });
		const troubles: string[] = [];
		const onError = (error: Error): void => void troubles.push(error.message);
		const bus = createEmbeddedBus({ log: store, store, clock: virtualClock(START), onError });
		bus.subscribe({ group: "ledger", types: "*", from: "beginning", deliver: async () => undefined });
		await bus.start();
		await createPublisher(store)([{ subject: "a" }]);
		await bus.drained();
		await store.close();
		await bus.stop();
		expect(troubles).toContain("The store is closed.");
	});
});
