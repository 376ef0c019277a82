import { DELIVERY_ATTEMPTS_MAX } from "../../../../mixins/bus/port.ts";
import { patiently, untilInTime } from "../../patience.ts";
import { type Bed, Recorder, attemptsUntilDead, many, parkedIds, poison, started, whenDead } from "./consumers.ts";

/** What an operator can do with parked events. */
export function operatorSpecification(bed: Bed): void {
	it("lets an operator replay a dead event: it goes through, and what waits behind it follows in order", async () => {
		const { recorder, cure } = poison(1);
		const bus = await started(bed(), recorder.subscription());
		await bed().publish(many("bad", 3));
		await whenDead(bed(), bus);
		cure();
		expect(await patiently(bed().clock, bus.replay("ledger:thing:bad:1"))).toBe(true);
		await untilInTime(bed().clock, () => recorder.firsts("bad").length === 3);
		expect(recorder.firsts("bad")).toEqual([1, 2, 3]);
		await bed().publish(many("bad", 1));
		await untilInTime(bed().clock, () => recorder.firsts("bad").length === 4);
	});

	it("starts the attempts anew when a replayed event fails again", async () => {
		const { recorder, attempts } = poison(1);
		const bus = await started(bed(), recorder.subscription());
		await bed().publish(many("bad", 1));
		await whenDead(bed(), bus);
		expect(await patiently(bed().clock, bus.replay("ledger:thing:bad:1"))).toBe(true);
		await untilInTime(bed().clock, () => attempts() > DELIVERY_ATTEMPTS_MAX + 1);
		await whenDead(bed(), bus);
		expect(attempts()).toBe(2 * DELIVERY_ATTEMPTS_MAX);
	});

	it("replays a parked event without waiting for its next attempt", async () => {
		const { recorder, cure, attempts } = poison(1);
		const bus = await started(bed(), recorder.subscription());
		await bed().publish(many("bad", 2));
		await untilInTime(bed().clock, () => attempts() === 5);
		await patiently(bed().clock, bus.drained());
		cure();
		expect(await patiently(bed().clock, bus.replay("ledger:thing:bad:1"))).toBe(true);
		await untilInTime(bed().clock, () => recorder.firsts("bad").length === 2);
	});

	it("lets an operator skip a dead event: it is never delivered again and its subject goes on", async () => {
		const { recorder, attempts } = poison(1);
		const bus = await started(bed(), recorder.subscription());
		await bed().publish(many("bad", 3));
		await whenDead(bed(), bus);
		expect(await patiently(bed().clock, bus.skip("ledger:thing:bad:1"))).toBe(true);
		await untilInTime(bed().clock, () => recorder.firsts("bad").length === 3);
		expect(attemptsUntilDead(bed())).toContain(attempts());
		expect(await bus.status()).toMatchObject([{ dead: 0 }]);
	});

	it("knows no other event to replay or skip, and skips no living one", async () => {
		const { recorder } = poison(1);
		const bus = await started(bed(), recorder.subscription());
		await bed().publish(many("bad", 2));
		await patiently(bed().clock, bus.drained());
		expect(await patiently(bed().clock, bus.replay("ledger:thing:good:1"))).toBe(false);
		expect(await patiently(bed().clock, bus.replay("nobody:thing:bad:1"))).toBe(false);
		expect(await patiently(bed().clock, bus.skip("ledger:thing:good:1"))).toBe(false);
		expect(await patiently(bed().clock, bus.skip("ledger:thing:bad:1"))).toBe(false);
		expect((await parkedIds(bus)).length).toBeGreaterThan(0);
	});

	it("keeps a dead event over a restart until an operator decides", async () => {
		const before = poison(1);
		const first = await started(bed(), before.recorder.subscription());
		await bed().publish(many("bad", 2));
		await whenDead(bed(), first);
		await patiently(bed().clock, first.stop());
		const after = new Recorder();
		const bus = await started(bed(), after.subscription());
		await patiently(bed().clock, bus.drained());
		await bed().clock.advance(3_600_000);
		expect(await bus.status()).toMatchObject([{ parked: 2, dead: 1 }]);
		expect(after.seen).toEqual([]);
		expect(await patiently(bed().clock, bus.replay("ledger:thing:bad:1"))).toBe(true);
		await untilInTime(bed().clock, () => after.firsts("bad").length === 2);
		expect(after.firsts("bad")).toEqual([1, 2]);
	});
}
