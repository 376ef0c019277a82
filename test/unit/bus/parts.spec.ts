import { Attempts, DeliveryTimeout } from "../../../mixins/bus/embedded/attempts.ts";
import { DueHeap } from "../../../mixins/bus/embedded/due-heap.ts";
import { verdictOn } from "../../../mixins/bus/embedded/parking.ts";
import { Progress } from "../../../mixins/bus/embedded/progress.ts";
import { createLogReader, RING_MAX } from "../../../mixins/bus/embedded/reader.ts";
import { DELIVERY_ATTEMPTS_MAX, DELIVERY_TIMEOUT_MS } from "../../../mixins/bus/port.ts";
import { virtualClock } from "../../../mixins/clock/virtual.ts";
import type { EventLog, LogEntry } from "../../../mixins/store/port.ts";
import { envelope } from "../../support/envelopes.ts";
import { seededRandom } from "../../support/hostile/random.ts";
import { gate, turns } from "../../support/patience.ts";

const START = Date.UTC(2026, 0, 1);

describe("a group's progress", () => {
	it("passes only what is settled without a gap", () => {
		const progress = new Progress(10);
		const [first, second, third] = [progress.open(11), progress.open(12), progress.open(15)];
		progress.settle(second);
		progress.settle(third);
		expect([progress.position, progress.outstanding]).toEqual([10, 3]);
		progress.settle(first);
		expect([progress.position, progress.outstanding]).toEqual([15, 0]);
	});

	it("passes unwanted events together with what stands before them", () => {
		const progress = new Progress(0);
		progress.pass(3);
		expect(progress.position).toBe(3);
		const slot = progress.open(4);
		progress.pass(5);
		progress.pass(6);
		expect(progress.position).toBe(3);
		progress.settle(slot);
		expect(progress.position).toBe(6);
	});

	it("is the low-water mark of any order of settling (seed 9)", () => {
		const random = seededRandom(9);
		const progress = new Progress(0);
		const open = new Map<number, ReturnType<Progress["open"]>>();
		for (let position = 1; position <= 5_000; position++) {
			if (random.chance(0.2)) progress.pass(position);
			else open.set(position, progress.open(position));
			while (open.size > 50) {
				const key = [...open.keys()][random.below(open.size)] ?? 0;
				const slot = open.get(key);
				open.delete(key);
				if (slot !== undefined) progress.settle(slot);
				expect(progress.position).toBeLessThan(Math.min(...open.keys()));
			}
		}
		for (const slot of open.values()) progress.settle(slot);
		expect(progress.position).toBe(5_000);
	});
});

describe("a heap of due times", () => {
	it("hands out what is due, earliest first (seed 4)", () => {
		const random = seededRandom(4);
		const heap = new DueHeap<number>();
		const times = Array.from({ length: 500 }, () => random.below(1_000));
		for (const time of times) heap.push(time, time);
		const sorted = times.toSorted((left, right) => left - right);
		expect(heap.earliest).toBe(sorted[0]);
		const early: number[] = [];
		for (let due = heap.pop(499); due !== null; due = heap.pop(499)) early.push(due.item);
		expect(early).toEqual(sorted.filter((time) => time <= 499));
		const late: number[] = [];
		for (let due = heap.pop(1_000); due !== null; due = heap.pop(1_000)) late.push(due.item);
		expect([...early, ...late]).toEqual(sorted);
		expect(heap.earliest).toBeNull();
	});
});

describe("attempts under a deadline", () => {
	it("expire in the order of their starts, watched by one timer", async () => {
		const clock = virtualClock(START);
		let timers = 0;
		const counting = { ...clock, after: (ms: number, task: () => void) => (timers++, clock.after(ms, task)) };
		const attempts = new Attempts(counting, () => new Promise(() => undefined));
		const failures: string[] = [];
		const start = (name: string) =>
			attempts.start(envelope({ subject: name }, 1), (failure) => failures.push(`${name} ${failure?.name ?? "done"}`));
		for (let index = 0; index < 100; index++) start(`early-${index}`);
		await clock.advance(1_000);
		start("late");
		expect(timers).toBe(1);
		await clock.advance(DELIVERY_TIMEOUT_MS - 1_000);
		expect(failures).toHaveLength(100);
		expect(failures[0]).toBe("early-0 DeliveryTimeout");
		await clock.advance(1_000);
		expect(failures.at(-1)).toBe("late DeliveryTimeout");
		expect(timers).toBe(2);
	});

	it("settle once, also when the handler answers late or throws at once", async () => {
		const clock = virtualClock(START);
		const door = gate();
		const settled: (Error | null)[] = [];
		new Attempts(clock, () => door.passed).start(envelope({ subject: "a" }, 1), (failure) => settled.push(failure));
		await clock.advance(DELIVERY_TIMEOUT_MS);
		door.open();
		await turns(3);
		expect(settled).toEqual([new DeliveryTimeout()]);
		const throwing = new Attempts(clock, () => {
			throw new RangeError("at once");
		});
		expect(await throwing.run(envelope({ subject: "a" }, 1))).toEqual(new RangeError("at once"));
		const odd = new Attempts(clock, async () => {
			throw "text" as unknown;
		});
		expect((await odd.run(envelope({ subject: "a" }, 1)))?.message).toBe("text");
	});
});

describe("the verdict on a failure", () => {
	it("doubles the delay up to the cap and ends in death, with a bounded error", () => {
		const delays = Array.from({ length: DELIVERY_ATTEMPTS_MAX }, (_, index) => {
			const { nextAttemptAt } = verdictOn(new Error("no"), index + 1, START);
			return nextAttemptAt === null ? null : Date.parse(nextAttemptAt) - START;
		});
		expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, null]);
		expect(verdictOn(new Error("x".repeat(9_000)), 1, START).error).toHaveLength(500);
	});
});

/** A log of `count` entries, one subject each, that counts its reads. */
function logOf(count: number): EventLog & { reads: number } {
	const entries: LogEntry[] = Array.from({ length: count }, (_, index) => ({
		position: index + 1,
		event: { ...envelope({ subject: `s-${index}` }, 1), data: {} },
	}));
	return {
		reads: 0,
		async read(position, limit) {
			this.reads++;
			return entries.slice(position, position + limit);
		},
		head: () => count,
		onAppend: () => () => undefined,
	};
}

describe("the shared reader", () => {
	it("reads new entries once for all groups", async () => {
		const log = logOf(3_000);
		const reader = createLogReader(log);
		const read = async (): Promise<number> => {
			let position = 0;
			for (let page = await reader.read(0, 100); page.length > 0; page = await reader.read(position, 100))
				position = page.at(-1)?.position ?? 0;
			return position;
		};
		expect(await Promise.all(Array.from({ length: 10 }, read))).toEqual(Array.from({ length: 10 }, () => 3_000));
		expect(log.reads).toBeLessThan(30);
	});

	it("lets a group that is far behind read for itself, and keeps a bounded number of entries", async () => {
		const total = 3 * RING_MAX;
		const reader = createLogReader(logOf(total));
		let position = 0;
		for (let page = await reader.read(0, 512); page.length > 0; page = await reader.read(position, 512))
			position = page.at(-1)?.position ?? 0;
		expect(position).toBe(total);
		expect((await reader.read(0, 3)).map((entry) => entry.position)).toEqual([1, 2, 3]);
		expect((await reader.read(total - 2, 10)).map((entry) => entry.position)).toEqual([total - 1, total]);
	});

	it("starts in the middle and passes on a failed read", async () => {
		const log = logOf(100);
		const reader = createLogReader(log);
		expect((await reader.read(90, 5)).map((entry) => entry.position)).toEqual([91, 92, 93, 94, 95]);
		expect((await reader.read(10, 2)).map((entry) => entry.position)).toEqual([11, 12]);
		const failing = createLogReader({ ...log, read: () => Promise.reject(new Error("no disk")) });
		await expect(failing.read(0, 1)).rejects.toThrow("no disk");
	});
});
