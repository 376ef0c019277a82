import { createOutsideBus, type OutsideBus } from "../../../../mixins/bus/outside/bus.ts";
import type { Subscription } from "../../../../mixins/bus/port.ts";
import type { Clock } from "../../../../mixins/clock/port.ts";
import { systemClock } from "../../../../mixins/clock/system.ts";
import { virtualClock } from "../../../../mixins/clock/virtual.ts";
import type { Envelope } from "../../../../services/shared/events.ts";
import { envelope, writtenAll } from "../../../support/envelopes.ts";
import { createHostileStore } from "../../../support/hostile/store.ts";
import { MemoryLog } from "../../../support/memory-driver.ts";
import { patiently, untilInTime } from "../../../support/patience.ts";

const PARTITIONS = 3;
const START_MAX_MS = 10_000;
const SUBJECTS = ["a", "b", "c", "d", "e"];

function bedOf(outsideClock: Clock = systemClock()) {
	const log = new MemoryLog(PARTITIONS);
	const store = createHostileStore({ seed: 1 });
	const clock = virtualClock(Date.UTC(2030, 0, 1));
	const troubles: string[] = [];
	const open = (...subscriptions: readonly Subscription[]): OutsideBus => {
		const bus = createOutsideBus({
			driver: log.driver(),
			store,
			clock,
			outsideClock,
			partitions: PARTITIONS,
			topics: { thing: ["thing"], other: ["other"] },
			onTrouble: (error, { what }) => void troubles.push(`${what}: ${error.message}`),
		});
		for (const subscription of subscriptions) bus.subscribe(subscription);
		return bus;
	};
	return { log, clock, troubles, open };
}

function recorder(onEvent: (event: Envelope) => Promise<void> = async () => undefined) {
	const seen: string[] = [];
	const subscription: Subscription = {
		group: "ledger",
		types: "*",
		from: "beginning",
		async deliver(event) {
			await onEvent(event);
			seen.push(`${event.subject}:${event.sequence}`);
		},
	};
	return { seen, subscription };
}

const round = (sequence: number) => writtenAll(SUBJECTS.map((subject) => envelope({ subject }, sequence)));

describe("a bus over a log outside of the store", () => {
	it("delivers every partition and keeps the order of each subject", async () => {
		const { open } = bedOf();
		const { seen, subscription } = recorder();
		const bus = open(subscription);
		await bus.start();
		for (const sequence of [1, 2, 3]) await bus.publish(round(sequence));
		await bus.drained();
		for (const subject of SUBJECTS)
			expect(seen.filter((id) => id.startsWith(subject))).toEqual([`${subject}:1`, `${subject}:2`, `${subject}:3`]);
		expect(await bus.status()).toMatchObject([{ group: "ledger", lag: 0, parked: 0, dead: 0, position: 15 }]);
		await bus.stop();
	});

	it("goes on in another process where the last one stopped", async () => {
		const { open } = bedOf();
		const first = recorder();
		const before = open(first.subscription);
		await before.start();
		await before.publish(round(1));
		await before.drained();
		await before.stop();
		const second = recorder();
		const after = open(second.subscription);
		await after.start();
		await after.publish(round(2));
		await after.drained();
		expect(second.seen.sort()).toEqual(SUBJECTS.map((subject) => `${subject}:2`));
		await after.stop();
	});

	it("asks only the topics that hold what a group wants, and leaves out the rest of them", async () => {
		const { open } = bedOf();
		const { seen, subscription } = recorder();
		const bus = open({ ...subscription, types: ["thing.paid"] });
		await bus.start();
		await bus.publish(writtenAll([envelope({ subject: "a" }, 1), envelope({ subject: "a", type: "thing.paid" }, 2)]));
		await bus.publish(writtenAll([envelope({ subject: "a", kind: "other", type: "other.paid" }, 1)]));
		await bus.drained();
		expect(seen).toEqual(["a:2"]);
		await bus.stop();
	});

	it("parks with the subject and lets an operator replay, here only what belongs here", async () => {
		const { open, clock } = bedOf();
		let isBroken = true;
		const { seen, subscription } = recorder(async ({ subject }) => {
			if (isBroken && subject === "c") throw new Error("no");
		});
		const bus = open(subscription);
		await bus.start();
		await bus.publish(round(1));
		await untilInTime(clock, () => seen.length === 4);
		await bus.publish(round(2));
		await untilInTime(clock, () => seen.length === 8);
		await bus.drained();
		expect((await bus.status())[0]).toMatchObject({ parked: 2 });
		expect((await bus.parked("ledger", 10)).map(({ subject }) => subject)).toEqual(["c", "c"]);
		isBroken = false;
		expect(await patiently(clock, bus.replay("ledger:thing:c:1"))).toBe(true);
		await untilInTime(clock, () => seen.includes("c:2"));
		expect(await bus.replay("ledger:thing:nobody:1")).toBe(false);
		expect(await bus.skip("ledger:thing:c:1")).toBe(false);
		await bus.stop();
	});

	it("starts without its server and joins when it is back; nothing is published before", async () => {
		const { log, open, troubles } = bedOf();
		log.isDown = true;
		const { seen, subscription } = recorder();
		const bus = open({ ...subscription, from: "now" });
		await expect(bus.publish(round(1))).rejects.toThrow("not started");
		const started = bus.start();
		const published = bus.publish(round(1));
		await systemClock().sleep(50);
		expect(seen).toEqual([]);
		log.isDown = false;
		await started;
		await published;
		await bus.drained();
		expect(seen).toHaveLength(5);
		expect(troubles).toEqual([]);
		await bus.stop();
	});

	it("says why it has not joined after six failures, or after five seconds where each takes long", async () => {
		for (const [tryMs, expected] of [
			[0, 6],
			[3_000, 3],
		] as const) {
			let time = 0;
			let tries = 0;
			const { log, open, troubles } = bedOf({
				...systemClock(),
				now: () => time,
				async sleep(ms) {
					if (ms >= START_MAX_MS) return new Promise(() => undefined);
					if (log.isDown) tries += 1;
					time += tryMs;
					if (troubles.length > 0) log.isDown = false;
				},
			});
			log.isDown = true;
			const bus = open(recorder().subscription);
			await bus.start();
			await bus.drained();
			expect([tries, troubles.length]).toEqual([expected, 1]);
			await bus.stop();
		}
	});

	it("is never drained once it has stopped", async () => {
		const { open } = bedOf();
		const bus = open(recorder().subscription);
		await bus.start();
		await bus.stop();
		await expect(bus.drained()).rejects.toThrow("stopping");
	});

	it("refuses names and orders of calls that cannot work", async () => {
		const { open } = bedOf();
		const { subscription } = recorder();
		const bus = open(subscription);
		expect(() => bus.subscribe(subscription)).toThrow("twice");
		expect(() => bus.subscribe({ ...subscription, group: "a:b" })).toThrow("colon");
		await bus.start();
		expect(() => bus.subscribe({ ...subscription, group: "late" })).toThrow("after the start");
		await expect(bus.start()).rejects.toThrow("before");
		await bus.stop();
		await bus.stop();
	});
});
