import { DELIVERY_TIMEOUT_MS, type Delivery, type Subscription } from "../../../../mixins/bus/port.ts";
import { seededRandom } from "../../hostile/random.ts";
import { gate, patiently, turns, untilInTime } from "../../patience.ts";
import { type Bed, Recorder, many, started, upTo } from "./consumers.ts";

const MAX = 5;

/** A consumer of batches that writes down every call; `onBatch` decides about each. */
class BatchRecorder {
	readonly calls: (readonly Delivery[])[] = [];
	readonly #recorder = new Recorder();
	readonly #onBatch: (deliveries: readonly Delivery[]) => Promise<void> | void;

	constructor(onBatch: (deliveries: readonly Delivery[]) => Promise<void> | void = () => undefined) {
		this.#onBatch = onBatch;
	}

	subscription(options: Partial<Subscription> = {}): Subscription {
		const deliver = async (deliveries: readonly Delivery[]): Promise<void> => {
			this.calls.push(deliveries);
			await this.#onBatch(deliveries);
			for (const { event } of deliveries) this.#recorder.seen.push(event);
		};
		return { ...this.#recorder.subscription(options), batch: { max: MAX, deliver } };
	}

	/** Sequences of a subject that went through, each once. */
	done(subject: string): number[] {
		return this.#recorder.firsts(subject);
	}
}

const subjectsOf = (deliveries: readonly Delivery[]) => new Set(deliveries.map(({ event }) => event.subject));

/** Groups that take many events in one call. */
export function batchSpecification(bed: Bed): void {
	it("hands many events over in one call, with their places, at most as many as were asked for", async () => {
		const recorder = new BatchRecorder(() => turns(3));
		await bed().publish([...many("a", 40), ...many("b", 40)]);
		const bus = await started(bed(), recorder.subscription());
		await patiently(bed().clock, bus.drained());
		for (const subject of ["a", "b"]) expect(recorder.done(subject)).toEqual(upTo(40));
		const sizes = recorder.calls.map(({ length }) => length);
		expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX);
		expect(sizes.length).toBeLessThan(60);
		for (const call of recorder.calls) {
			const positions = call.map(({ position }) => position);
			expect(positions).toEqual(positions.toSorted((left, right) => left - right));
			expect(new Set(call.map(({ stream }) => stream)).size).toBe(1);
		}
	});

	it("parks a poisoned event alone: what was with it in the batch goes through", async () => {
		const recorder = new BatchRecorder((deliveries) => {
			if (deliveries.some(({ event }) => event.id === "thing:bad:2")) throw new TypeError("cannot read it");
		});
		await bed().publish([...many("bad", 3), ...many("good", 20)]);
		const bus = await started(bed(), recorder.subscription());
		await patiently(bed().clock, bus.drained());
		expect(recorder.done("good")).toEqual(upTo(20));
		expect(recorder.done("bad")).toEqual([1]);
		const parked = await patiently(bed().clock, bus.parked("ledger", 10));
		expect(parked.map(({ id, error }) => [id, error])).toEqual([
			["ledger:thing:bad:2", "TypeError: cannot read it"],
			["ledger:thing:bad:3", null],
		]);
	});

	it("tries parked events again alone, with the places they had, and then the subject is back in the batches", async () => {
		let isCured = false;
		const places = new Map<string, Set<number>>();
		const recorder = new BatchRecorder((deliveries) => {
			for (const { event, position } of deliveries)
				places.set(event.id, (places.get(event.id) ?? new Set()).add(position));
			if (!isCured && subjectsOf(deliveries).has("bad")) throw new Error("not now");
		});
		await bed().publish([...many("bad", 3), ...many("good", 5)]);
		const bus = await started(bed(), recorder.subscription());
		await patiently(bed().clock, bus.drained());
		isCured = true;
		await untilInTime(bed().clock, () => recorder.done("bad").length === 3);
		await bed().publish(many("bad", 6));
		await untilInTime(bed().clock, () => recorder.done("bad").length === 9);
		expect(recorder.done("bad")).toEqual(upTo(9));
		for (const seen of places.values()) expect(seen.size).toBe(1);
	});

	it("counts a batch that does not end in time as failed, and finds out which event it was", async () => {
		const recorder = new BatchRecorder((deliveries) =>
			subjectsOf(deliveries).has("bad") ? new Promise(() => undefined) : undefined,
		);
		await bed().publish([{ subject: "bad" }, ...many("good", 2)]);
		const bus = await started(bed(), recorder.subscription());
		for (let waits = 0; recorder.done("good").length < 2 && waits < 10; waits++) {
			await turns(50);
			await bed().clock.advance(DELIVERY_TIMEOUT_MS);
		}
		await patiently(bed().clock, bus.drained());
		expect(recorder.done("good")).toEqual([1, 2]);
		expect(await bus.parked("ledger", 10)).toMatchObject([{ id: "ledger:thing:bad:1" }]);
	});

	it("does not move before a batch is done: a crash delivers it again, a stop waits for it", async () => {
		const door = gate();
		const before = new BatchRecorder(() => door.passed);
		await bed().publish(many("a", 12));
		await started(bed(), before.subscription());
		await untilInTime(bed().clock, () => before.calls.length > 0);
		bed().crash();
		const second = gate();
		const after = new BatchRecorder(() => second.passed);
		const bus = await started(bed(), after.subscription());
		await untilInTime(bed().clock, () => after.calls.length > 0);
		let isStopped = false;
		const stopped = bus.stop().then(() => (isStopped = true));
		await turns(20);
		expect([isStopped, after.calls[0]?.[0]?.event.sequence]).toEqual([false, 1]);
		second.open();
		await patiently(bed().clock, stopped);
	});

	it.each([31, 32, 33])("loses nothing and keeps the order through crashes and failures (seed %i)", async (seed) => {
		const random = seededRandom(seed);
		const recorder = new BatchRecorder(async () => {
			await turns(random.below(3));
			if (random.chance(0.15)) throw new Error("unlucky");
		});
		const subjects = upTo(8).map((number) => `subject-${number}`);
		let bus = await started(bed(), recorder.subscription());
		for (let round = 1; round <= 12; round++) {
			await bed().publish(random.shuffle(subjects).map((subject) => ({ subject })));
			await turns(random.below(30));
			if (!random.chance(0.4)) continue;
			bed().crash();
			bus = await started(bed(), recorder.subscription());
		}
		await patiently(bed().clock, bus.drained());
		await untilInTime(bed().clock, () => subjects.every((subject) => recorder.done(subject).length === 12));
		for (const subject of subjects) expect(recorder.done(subject)).toEqual(upTo(12));
	});
}
