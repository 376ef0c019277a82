import type { SeededRandom } from "./random.ts";
import type { Trace } from "./trace.ts";

/** Whom a task belongs to: a process that may die or be paused. Null: the world itself. */
export interface Owner {
	readonly name: string;
	isDead: boolean;
	isPaused: boolean;
}

interface Task {
	readonly owner: Owner | null;
	readonly run: () => void;
}

interface Alarm extends Task {
	readonly at: number;
	readonly rank: number;
	isCancelled: boolean;
}

/** Steps driven in one go before the event loop gets its turn. */
const BURST = 64;

/**
 * The one place where time passes and where it is decided who goes next: tasks that are ready run in random order,
 * timers fire when nothing is ready. Between two tasks everything that only waits for promises runs to its end.
 */
export class Kernel {
	readonly #random: SeededRandom;
	readonly #trace: Trace;
	readonly #heap: Alarm[] = [];
	#ready: Task[] = [];
	#paused: Task[] = [];
	#now: number;
	/** Tasks run so far. */
	steps = 0;
	/** The first error of the world's own tasks; the run is over. */
	failure: Error | null = null;

	constructor(start: number, random: SeededRandom, trace: Trace) {
		this.#now = start;
		this.#random = random;
		this.#trace = trace;
	}

	get now(): number {
		return this.#now;
	}

	/** Whether nothing is ready: only time can go on. */
	get isIdle(): boolean {
		return this.#ready.length === 0;
	}

	/** Runs `task` when its turn comes. */
	soon(owner: Owner | null, run: () => void): void {
		this.#ready.push({ owner, run });
	}

	/** Runs `task` after `ms`. */
	later(owner: Owner | null, ms: number, run: () => void): { cancel(): void } {
		const alarm: Alarm = { owner, run, at: this.#now + Math.max(0, ms), rank: this.#random.next(), isCancelled: false };
		push(this.#heap, alarm);
		return { cancel: () => void (alarm.isCancelled = true) };
	}

	/** Time passes without anybody noticing, as on a machine that was suspended: what fell due fires late. */
	leap(ms: number): void {
		this.#now += ms;
	}

	/** Lets the tasks go on that a pause has held. */
	resume(owner: Owner): void {
		owner.isPaused = false;
		this.#ready.push(...this.#paused.filter((task) => task.owner === owner));
		this.#paused = this.#paused.filter((task) => task.owner !== owner);
	}

	/** Runs one task; false when there is none and never will be. */
	step(): boolean {
		if (this.#ready.length === 0 && !this.#ring()) return false;
		const index = this.#random.below(this.#ready.length);
		const task = this.#ready[index];
		const last = this.#ready.pop();
		if (task === undefined || last === undefined) return true;
		if (last !== task) this.#ready[index] = last;
		this.#run(task);
		return true;
	}

	/** Goes on until `isOver`, which is asked before every task; rejects with the world's own failure. */
	drive(isOver: () => boolean): Promise<void> {
		return new Promise((resolve, reject) => {
			let isDone = false;
			const once = (): void => {
				if (isDone) return;
				if (this.failure === null && !isOver() && this.step()) return;
				isDone = true;
				if (this.failure === null) resolve();
				else reject(this.failure);
			};
			const burst = (): void => {
				if (isDone) return;
				// What a task leaves to promises runs between two immediates.
				for (let step = 0; step < BURST; step++) setImmediate(once);
				setImmediate(burst);
			};
			burst();
		});
	}

	#run({ owner, run }: Task): void {
		if (owner?.isDead === true) return;
		if (owner?.isPaused === true) {
			this.#paused.push({ owner, run });
			return;
		}
		this.steps++;
		this.#trace.mark(this.#now);
		try {
			run();
		} catch (error) {
			this.failure ??= error instanceof Error ? error : new Error(String(error));
		}
	}

	/** Moves time to the next timer and makes everything due ready. */
	#ring(): boolean {
		for (let next = this.#heap[0]; next !== undefined; next = this.#heap[0]) {
			if (this.#ready.length > 0 && next.at > this.#now) return true;
			pop(this.#heap);
			if (next.isCancelled || next.owner?.isDead === true) continue;
			this.#now = Math.max(this.#now, next.at);
			this.#ready.push(next);
		}
		return this.#ready.length > 0;
	}
}

function isBefore(left: Alarm, right: Alarm): boolean {
	return left.at < right.at || (left.at === right.at && left.rank < right.rank);
}

function push(heap: Alarm[], alarm: Alarm): void {
	let index = heap.push(alarm) - 1;
	while (index > 0) {
		const parent = (index - 1) >> 1;
		const above = heap[parent];
		if (above === undefined || isBefore(above, alarm)) break;
		heap[index] = above;
		index = parent;
	}
	heap[index] = alarm;
}

function pop(heap: Alarm[]): void {
	const last = heap.pop();
	if (last === undefined || heap.length === 0) return;
	let index = 0;
	for (let child = lesserChild(heap, index); child !== null && isBefore(child.alarm, last);) {
		heap[index] = child.alarm;
		index = child.index;
		child = lesserChild(heap, index);
	}
	heap[index] = last;
}

function lesserChild(heap: readonly Alarm[], parent: number): { readonly alarm: Alarm; readonly index: number } | null {
	const index = 2 * parent + 1;
	const left = heap[index];
	const right = heap[index + 1];
	if (left === undefined) return null;
	return right !== undefined && isBefore(right, left) ? { alarm: right, index: index + 1 } : { alarm: left, index };
}
