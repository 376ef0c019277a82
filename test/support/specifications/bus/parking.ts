import { DELIVERY_ATTEMPTS_MAX } from "../../../../mixins/bus/port.ts";
import type { Envelope } from "../../../../services/shared/events.ts";
import { patiently, untilInTime } from "../../patience.ts";
import { type Bed, Recorder, attemptsUntilDead, many, poison, started, upTo, whenDead } from "./consumers.ts";

/** What becomes of events that cannot be delivered. */
export function parkingSpecification(bed: Bed): void {
	it("parks a failed event with its error, and the later ones of its subject behind it; others flow on", async () => {
		const { recorder } = poison(2);
		const bus = await started(bed(), recorder.subscription());
		await bed().publish([...many("bad", 4), ...many("good", 10)]);
		await patiently(bed().clock, bus.drained());
		expect(recorder.firsts("good")).toEqual(upTo(10));
		expect(recorder.firsts("bad")).toEqual([1, 2]);
		const [head, ...waiting] = await patiently(bed().clock, bus.parked("ledger", 10));
		expect(head).toMatchObject({ id: "ledger:thing:bad:2", group: "ledger", subject: "bad", isDead: false });
		expect(head).toMatchObject({ error: "TypeError: cannot read it", event: { id: "thing:bad:2", sequence: 2 } });
		expect(head?.nextAttemptAt).not.toBeNull();
		expect(waiting.map(({ id, attempts, error }) => ({ id, attempts, error }))).toEqual([
			{ id: "ledger:thing:bad:3", attempts: 0, error: null },
			{ id: "ledger:thing:bad:4", attempts: 0, error: null },
		]);
		expect(await bus.status()).toMatchObject([{ lag: 0, parked: 3, dead: 0 }]);
		expect(await bus.parked("ledger", 1)).toHaveLength(1);
		expect(await bus.parked("other", 10)).toEqual([]);
	});

	it("tries the head again with growing delay, then the others in order, then the subject flows again", async () => {
		const { recorder, cure, attempts } = poison(1);
		const times: number[] = [];
		const watching = recorder.subscription();
		const deliver = (event: Envelope): Promise<void> => {
			if (event.sequence === 1) times.push(bed().clock.now());
			return watching.deliver(event);
		};
		const bus = await started(bed(), { ...watching, deliver });
		await bed().publish(many("bad", 3));
		await untilInTime(bed().clock, () => attempts() === 4);
		cure();
		await untilInTime(bed().clock, () => recorder.firsts("bad").length === 3);
		const alone = (bed().batchMax ?? 1) === 1 ? times : times.filter((time, index) => time !== times[index + 1]);
		const delays = alone.slice(1).map((time, index) => time - (alone[index] ?? 0));
		for (const [index, delayMs] of delays.slice(0, 4).entries()) {
			expect(delayMs).toBeGreaterThanOrEqual(1_000 * 2 ** index);
			expect(delayMs).toBeLessThan(1_000 * 2 ** index + 6_000);
		}
		await bed().publish(many("bad", 2));
		await patiently(bed().clock, bus.drained());
		await untilInTime(bed().clock, () => recorder.firsts("bad").length === 5);
		expect(recorder.firsts("bad")).toEqual([1, 2, 3, 4, 5]);
		for (let waits = 0; (await bus.status())[0]?.parked !== 0 && waits < 100; waits++) await bed().clock.advance(500);
		expect(await bus.status()).toMatchObject([{ parked: 0, dead: 0 }]);
	});

	it("declares the head dead, with its error, after the last attempt; its subject waits, others flow", async () => {
		const { recorder, attempts } = poison(1);
		const bus = await started(bed(), recorder.subscription());
		await bed().publish(many("bad", 2));
		await whenDead(bed(), bus);
		expect(attemptsUntilDead(bed())).toContain(attempts());
		await bed().publish([...many("bad", 1), ...many("good", 3)]);
		await patiently(bed().clock, bus.drained());
		await bed().clock.advance(3_600_000);
		expect(attemptsUntilDead(bed())).toContain(attempts());
		expect(recorder.firsts("bad")).toEqual([1]);
		expect(recorder.firsts("good")).toEqual([1, 2, 3]);
		const [head] = await patiently(bed().clock, bus.parked("ledger", 10));
		expect(head).toMatchObject({ isDead: true, nextAttemptAt: null, error: "TypeError: cannot read it" });
		expect(head?.attempts).toBe(DELIVERY_ATTEMPTS_MAX);
		expect(await bus.status()).toMatchObject([{ lag: 0, parked: 3, dead: 1 }]);
	});

	it("knows after a crash what is parked, and goes on with it in order", async () => {
		const before = poison(2);
		const first = await started(bed(), before.recorder.subscription());
		await bed().publish([...many("bad", 4), ...many("good", 2)]);
		await patiently(bed().clock, first.drained());
		bed().crash();
		const after = new Recorder();
		const bus = await started(bed(), after.subscription());
		await bed().publish(many("bad", 2));
		await patiently(bed().clock, bus.drained());
		await untilInTime(bed().clock, () => after.ids().has("thing:bad:6"));
		expect(after.firsts("bad").filter((sequence) => sequence > 1)).toEqual([2, 3, 4, 5, 6]);
	});
}
