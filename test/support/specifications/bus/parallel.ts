import { DELIVERY_TIMEOUT_MS } from "../../../../mixins/bus/port.ts";
import { gate, patiently, untilInTime } from "../../patience.ts";
import { type Bed, Recorder, many, parkedIds, poison, started, upTo } from "./consumers.ts";

/** Subjects overtake each other: what holds one up leaves the others alone. */
export function parallelSpecification(bed: Bed): void {
	it("lets a slow subject hold up nobody else", async () => {
		const door = gate();
		const recorder = new Recorder(({ subject }) => (subject === "slow" ? door.passed : undefined));
		const bus = await started(bed(), recorder.subscription());
		await bed().publish([{ subject: "slow" }, { subject: "slow" }, ...many("quick", 30)]);
		await untilInTime(bed().clock, () => recorder.firsts("quick").length === 30);
		expect(recorder.firsts("slow")).toEqual([1]);
		door.open();
		await patiently(bed().clock, bus.drained());
		expect(recorder.firsts("slow")).toEqual([1, 2]);
	});

	it("delivers different subjects at the same time", async () => {
		const door = gate();
		const recorder = new Recorder(() => door.passed);
		const bus = await started(bed(), recorder.subscription());
		await bed().publish(upTo(100).map((number) => ({ subject: `subject-${number}` })));
		await untilInTime(bed().clock, () => recorder.ids().size === 100);
		door.open();
		await patiently(bed().clock, bus.drained());
	});

	it("tells one id of two kinds apart", async () => {
		const door = gate();
		const recorder = new Recorder((event) => (event.source.endsWith("/thing") ? door.passed : undefined));
		const bus = await started(bed(), recorder.subscription());
		await bed().publish([{ subject: "same" }, { subject: "same", kind: "other", type: "other.happened" }]);
		await untilInTime(bed().clock, () => recorder.ids().size === 2);
		door.open();
		await patiently(bed().clock, bus.drained());
	});

	it("delivers again, in order, what was under way in a crash", async () => {
		const door = gate();
		const before = new Recorder(() => door.passed);
		await started(bed(), before.subscription());
		await bed().publish([...many("a", 3), ...many("b", 3)]);
		await untilInTime(bed().clock, () => before.ids().size === 2);
		bed().crash();
		const after = new Recorder();
		const bus = await started(bed(), after.subscription());
		await patiently(bed().clock, bus.drained());
		expect(after.firsts("a")).toEqual([1, 2, 3]);
		expect(after.firsts("b")).toEqual([1, 2, 3]);
	});

	it("counts a handler that does not answer in time as failed", async () => {
		const recorder = new Recorder(({ subject }) => (subject === "bad" ? new Promise(() => undefined) : undefined));
		const bus = await started(bed(), recorder.subscription());
		await bed().publish([{ subject: "bad" }, { subject: "good" }]);
		await untilInTime(bed().clock, () => recorder.ids().size === 2);
		await bed().clock.advance(DELIVERY_TIMEOUT_MS);
		await patiently(bed().clock, bus.drained());
		const [head] = await patiently(bed().clock, bus.parked("ledger", 10));
		expect(head).toMatchObject({ id: "ledger:thing:bad:1", isDead: false });
		expect(head?.error).toContain(String(DELIVERY_TIMEOUT_MS));
	});

	it("does not pass an event that cannot be parked; it is parked once the store answers again", async () => {
		const { recorder } = poison(1);
		const bus = await started(bed(), recorder.subscription());
		bed().refuseWrites(true);
		await bed().publish([...many("bad", 2), ...many("good", 5)]);
		await untilInTime(bed().clock, () => recorder.firsts("good").length === 5);
		await bed().clock.advance(5_000);
		const [status] = await bus.status();
		expect(status).toMatchObject({ parked: 0 });
		expect(status?.lag).toBeGreaterThanOrEqual(2);
		expect(recorder.firsts("bad")).toEqual([1]);
		bed().refuseWrites(false);
		await patiently(bed().clock, bus.drained());
		expect((await parkedIds(bus))[0]).toBe("ledger:thing:bad:1");
	});

	it("delivers after a crash what could not be parked", async () => {
		const { recorder } = poison(1);
		await started(bed(), recorder.subscription());
		bed().refuseWrites(true);
		await bed().publish([...many("bad", 2), ...many("good", 2)]);
		await untilInTime(bed().clock, () => recorder.firsts("good").length === 2);
		bed().crash();
		bed().refuseWrites(false);
		const after = new Recorder();
		const bus = await started(bed(), after.subscription());
		await patiently(bed().clock, bus.drained());
		expect(after.firsts("bad")).toEqual([1, 2]);
	});
}
