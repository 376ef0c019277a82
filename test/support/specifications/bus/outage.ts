import { patiently, untilInTime } from "../../patience.ts";
import { type Bed, Recorder, many, parkedIds, poison, started } from "./consumers.ts";

/** What happens while the store does not take writes. */
export function outageSpecification(bed: Bed): void {
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

	it("stops in an outage too", async () => {
		const { recorder } = poison(1);
		const bus = await started(bed(), recorder.subscription());
		bed().refuseWrites(true);
		await bed().publish(many("bad", 1));
		await untilInTime(bed().clock, () => recorder.seen.length > 0);
		await patiently(bed().clock, bus.stop());
		await expect(bus.drained()).rejects.toThrow("stopping");
	});
}
