import { seededRandom } from "../../hostile/random.ts";
import { gate, patiently, turns, untilInTime } from "../../patience.ts";
import { type Bed, type BusTraits, Recorder, many, started, upTo } from "./consumers.ts";

/** Order, parallel subjects, groups and types, draining and stopping. */
export function deliverySpecification(bed: Bed, traits: BusTraits): void {
	it("keeps the order of each subject and never runs one subject twice at a time", async () => {
		const random = seededRandom(7);
		const running = new Map<string, number>();
		let mostAtOnce = 0;
		const recorder = new Recorder(async ({ subject }) => {
			running.set(subject, (running.get(subject) ?? 0) + 1);
			mostAtOnce = Math.max(mostAtOnce, running.get(subject) ?? 0);
			await turns(random.below(4));
			running.set(subject, (running.get(subject) ?? 0) - 1);
		});
		const bus = await started(bed(), recorder.subscription());
		const subjects = Array.from({ length: 20 }, (_, index) => `subject-${index}`);
		for (let round = 0; round < 15; round++)
			await bed().publish(random.shuffle(subjects).map((subject) => ({ subject })));
		await patiently(bed().clock, bus.drained());
		for (const subject of subjects) expect(recorder.firsts(subject)).toEqual(upTo(15));
		expect(mostAtOnce).toBe(1);
		if (traits.isExact) expect(recorder.seen).toHaveLength(300);
	});

	it("gives each group all events of the types it asked for", async () => {
		const wanted = new Recorder();
		const everything = new Recorder();
		const bus = await started(
			bed(),
			wanted.subscription({ group: "wanted", types: ["thing.paid"] }),
			everything.subscription({ group: "everything" }),
		);
		await bed().publish([{ subject: "a" }, { subject: "a", type: "thing.paid" }, { subject: "b" }]);
		await patiently(bed().clock, bus.drained());
		expect([...wanted.ids()]).toEqual(["thing:a:2"]);
		expect([...everything.ids()].sort()).toEqual(["thing:a:1", "thing:a:2", "thing:b:1"]);
	});

	it("hands over the event as it was committed", async () => {
		const recorder = new Recorder();
		const bus = await started(bed(), recorder.subscription());
		await bed().publish([{ subject: "a", data: { amount: 1000, note: "원" } }]);
		await patiently(bed().clock, bus.drained());
		expect(recorder.seen[0]).toMatchObject({ id: "thing:a:1", subject: "a", data: { amount: 1000, note: "원" } });
	});

	it("counts as drained only when everything committed before is delivered", async () => {
		const door = gate();
		const recorder = new Recorder(() => door.passed);
		const bus = await started(bed(), recorder.subscription());
		await bed().publish(many("a", 3));
		let isDrained = false;
		const drained = bus.drained().then(() => (isDrained = true));
		await untilInTime(bed().clock, () => recorder.seen.length > 0);
		await turns(20);
		expect(isDrained).toBe(false);
		door.open();
		await patiently(bed().clock, drained);
		expect(recorder.firsts("a")).toEqual([1, 2, 3]);
	});

	it("is drained at once when there is nothing to do", async () => {
		const bus = await started(bed(), new Recorder().subscription());
		await patiently(bed().clock, bus.drained());
		expect(await bus.status()).toMatchObject([{ group: "ledger", lag: 0, parked: 0, dead: 0 }]);
	});

	it("stops only after the deliveries under way", async () => {
		const door = gate();
		const recorder = new Recorder(() => door.passed);
		const bus = await started(bed(), recorder.subscription());
		await bed().publish([{ subject: "a" }]);
		await untilInTime(bed().clock, () => recorder.seen.length > 0);
		let isStopped = false;
		const stopped = bus.stop().then(() => (isStopped = true));
		await turns(20);
		expect(isStopped).toBe(false);
		door.open();
		await patiently(bed().clock, stopped);
	});

	it("refuses a second subscription of a group and one after the start", async () => {
		const bus = bed().open();
		bus.subscribe(new Recorder().subscription());
		expect(() => bus.subscribe(new Recorder().subscription())).toThrow("twice");
		await patiently(bed().clock, bus.start());
		expect(() => bus.subscribe(new Recorder().subscription({ group: "late" }))).toThrow("after the start");
		await patiently(bed().clock, bus.stop());
	});
}
