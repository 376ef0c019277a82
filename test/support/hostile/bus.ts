export { BusDisk, type BusFaults, type HostileBus, type HostileBusOptions } from "./bus-disk.ts";
import { Attempts } from "../../../mixins/bus/embedded/attempts.ts";
import { laneOf, verdictOn, WAITING } from "../../../mixins/bus/embedded/parking.ts";
import type { GroupStatus, ParkedEvent, Subscription } from "../../../mixins/bus/port.ts";
import type { LogEntry } from "../../../mixins/store/port.ts";
import {
	allParked,
	BusDisk,
	type BusFaults,
	type GroupDisk,
	handOver,
	type HostileBus,
	type HostileBusOptions,
	isBehind,
	type Lane,
	laneIn,
	parkedOf,
	type Running,
	stretchOf,
} from "./bus-disk.ts";
import { type SeededRandom, seededRandom } from "./random.ts";

/** Opens a hostile bus; without faults it is a plain, correct bus in memory. */
export function createHostileBus(options: HostileBusOptions): HostileBus {
	return new MemoryBus(options);
}

const SLOW_TURNS_MAX = 15;
const REWIND_MAX = 3;
const WRITE_RETRY_MS = 200;
const READ_MAX = 500;

class MemoryBus implements HostileBus {
	readonly #options: HostileBusOptions;
	readonly #disk: BusDisk;
	readonly #random: SeededRandom;
	readonly #faults: BusFaults;
	readonly #subscriptions = new Map<string, Subscription>();
	readonly #groups = new Map<string, Running>();
	#waiters: { readonly target: number; readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
	#state: "new" | "running" | "stopped" | "crashed" = "new";
	#isRefusing = false;
	#read = 0;
	#reading: Promise<void> | null = null;
	#stopListening: () => void = () => undefined;

	constructor(options: HostileBusOptions) {
		this.#options = options;
		this.#disk = options.disk ?? new BusDisk();
		this.#random = seededRandom(options.seed);
		this.#faults = { lostAck: 0, slow: 0, ...options.faults };
	}

	crash(): void {
		this.#state = "crashed";
		this.#stopListening();
	}

	refuseWrites(isRefused: boolean): void {
		this.#isRefusing = isRefused;
	}

	subscribe(subscription: Subscription): void {
		if (this.#state !== "new") throw new Error(`${subscription.group} subscribes after the start of the bus`);
		if (this.#subscriptions.has(subscription.group)) throw new Error(`${subscription.group} subscribes twice`);
		this.#subscriptions.set(subscription.group, subscription);
	}

	async start(): Promise<void> {
		this.#state = "running";
		for (const subscription of this.#subscriptions.values()) this.#open(subscription);
		this.#read = Math.min(this.#options.log.head(), ...[...this.#groups.values()].map(({ disk }) => disk.start));
		this.#stopListening = this.#options.log.onAppend(() => void this.#readOn());
		await this.#readOn();
	}

	async stop(): Promise<void> {
		this.#state = "stopped";
		this.#stopListening();
		while ([...this.#groups.values()].some(({ lanes }) => [...lanes.values()].some((lane) => lane.isWorking)))
			await this.#options.clock.turn();
		for (const waiter of this.#waiters.splice(0)) waiter.reject(new Error("the bus is stopping"));
	}

	async status(): Promise<readonly GroupStatus[]> {
		return [...this.#groups.values()].map(({ subscription, disk, lanes }) => {
			const parked = allParked(disk);
			const lag = [...lanes.values()].reduce((sum, lane) => sum + lane.entries.length - lane.next, 0);
			const position = Math.max(disk.start, ...disk.settled.values());
			const dead = parked.filter(({ isDead }) => isDead).length;
			return { group: subscription.group, position, lag, parked: parked.length, dead };
		});
	}

	async parked(group: string, limit: number): Promise<readonly ParkedEvent[]> {
		return allParked(this.#disk.groups.get(group))
			.sort((left, right) => left.position - right.position)
			.slice(0, limit);
	}

	replay(parkedId: string): Promise<boolean> {
		return this.#operate(parkedId, () => true, true);
	}

	skip(parkedId: string): Promise<boolean> {
		const take = (queue: ParkedEvent[]): boolean => {
			if (queue[0]?.id !== parkedId || !queue[0].isDead) return false;
			queue.shift();
			return true;
		};
		return this.#operate(parkedId, take, false);
	}

	drained(): Promise<void> {
		if (this.#state === "stopped") return Promise.reject(new Error("the bus is stopping"));
		const target = this.#options.log.head();
		return new Promise((resolve, reject) => {
			this.#waiters.push({ target, resolve, reject });
			this.#settleWaiters();
		});
	}

	#open(subscription: Subscription): void {
		const start = subscription.from === "now" ? this.#options.log.head() : 0;
		const fresh: GroupDisk = { start, settled: new Map(), parked: new Map() };
		const disk = this.#disk.groups.get(subscription.group) ?? fresh;
		this.#disk.groups.set(subscription.group, disk);
		const attempts = new Attempts(this.#options.clock, (entries: readonly LogEntry[]) =>
			handOver(subscription, entries),
		);
		const group: Running = { subscription, disk, attempts, lanes: new Map() };
		this.#groups.set(subscription.group, group);
		for (const [key, [head]] of disk.parked) {
			const lane = laneIn(group, key);
			if (head?.isDead === false) this.#retryAt(group, lane, head.nextAttemptAt);
		}
	}

	async #operate(parkedId: string, apply: (queue: ParkedEvent[]) => boolean, isForced: boolean): Promise<boolean> {
		for (const group of this.#groups.values())
			for (const [key, queue] of group.disk.parked) {
				if (!queue.some(({ id }) => id === parkedId)) continue;
				if (!apply(queue)) return false;
				await new Promise<void>((resolve) => {
					const lane = laneIn(group, key);
					lane.retry = { isForced, attempted: resolve };
					this.#work(group, lane);
				});
				return true;
			}
		return false;
	}

	#isRunning(): boolean {
		return this.#state === "running";
	}

	#readOn(): Promise<void> {
		this.#reading ??= this.#readAll().finally(() => {
			this.#reading = null;
			if (this.#isRunning() && this.#read < this.#options.log.head()) void this.#readOn();
		});
		return this.#reading;
	}

	async #readAll(): Promise<void> {
		for (;;) {
			const entries = await this.#options.log.read(this.#read, READ_MAX);
			if (entries.length === 0 || !this.#isRunning()) return;
			for (const entry of entries) for (const group of this.#groups.values()) this.#offer(group, entry);
			this.#read = entries.at(-1)?.position ?? this.#read;
			this.#settleWaiters();
		}
	}

	#offer(group: Running, entry: LogEntry): void {
		const { types } = group.subscription;
		const key = laneOf(entry.event);
		const settled = group.disk.settled.get(key) ?? group.disk.start;
		if (entry.position <= settled || (types !== "*" && !types.includes(entry.event.type))) return;
		const lane = laneIn(group, key);
		lane.entries.push(entry);
		this.#work(group, lane);
	}

	#work(group: Running, lane: Lane): void {
		if (lane.isWorking || !this.#isRunning()) return;
		lane.isWorking = true;
		void this.#workOn(group, lane);
	}

	async #workOn(group: Running, lane: Lane): Promise<void> {
		while (this.#isRunning()) {
			const isParked = (group.disk.parked.get(lane.key)?.length ?? 0) > 0;
			const entry = lane.entries[lane.next];
			if (lane.retry !== null) await this.#retry(group, lane);
			else if (entry === undefined) break;
			else if (isParked) await this.#append(group, lane, entry);
			else await this.#deliver(group, lane, stretchOf(group, lane, this.#random));
			this.#settleWaiters();
		}
		lane.isWorking = false;
	}

	async #deliver(group: Running, lane: Lane, entries: readonly LogEntry[]): Promise<void> {
		const [entry] = entries;
		if (entry === undefined || !(await this.#dawdle())) return;
		const failure = await group.attempts.run(entries);
		if (failure === null && this.#random.chance(this.#faults.lostAck)) {
			lane.next = Math.max(0, lane.next - this.#random.below(REWIND_MAX));
			return;
		}
		if (failure === null) return this.#settle(group, lane, ...entries);
		if (entries.length > 1) return this.#deliver(group, lane, [entry]);
		await this.#whenWritable();
		if (this.#state === "crashed") return;
		const verdict = verdictOn(failure, 1, this.#options.clock.now());
		this.#park(group, lane, { ...parkedOf(group, entry), ...verdict });
		this.#retryAt(group, lane, verdict.nextAttemptAt);
		await this.#settle(group, lane, entry);
	}

	async #append(group: Running, lane: Lane, entry: LogEntry): Promise<void> {
		await this.#whenWritable();
		if (this.#state === "crashed") return;
		this.#park(group, lane, { ...parkedOf(group, entry), ...WAITING });
		await this.#settle(group, lane, entry);
	}

	#park(group: Running, lane: Lane, parked: ParkedEvent): void {
		const queue = group.disk.parked.get(lane.key) ?? [];
		if (!queue.some(({ id }) => id === parked.id)) queue.push(parked);
		group.disk.parked.set(lane.key, queue);
	}

	async #settle(group: Running, lane: Lane, ...entries: readonly LogEntry[]): Promise<void> {
		lane.next += entries.length;
		const last = entries.at(-1);
		if (last !== undefined && this.#state !== "crashed" && !this.#isRefusing)
			group.disk.settled.set(lane.key, last.position);
	}

	async #retry(group: Running, lane: Lane): Promise<void> {
		const { isForced, attempted } = lane.retry ?? { isForced: false, attempted: () => undefined };
		lane.retry = null;
		const queue = group.disk.parked.get(lane.key) ?? [];
		for (let isHead = true; await this.#retryHead(group, lane, queue, isForced && isHead); isHead = false) attempted();
		attempted();
	}

	/** Whether the head went through and another one may be tried. */
	async #retryHead(group: Running, lane: Lane, queue: ParkedEvent[], isForced: boolean): Promise<boolean> {
		const [head] = queue;
		if (head === undefined) return false;
		const failure = await group.attempts.run([head]);
		if (this.#state === "crashed") return false;
		if (failure === null) {
			queue.shift();
			return this.#isRunning();
		}
		const before = isForced && head.isDead ? 0 : head.attempts;
		const verdict = verdictOn(failure, before + 1, this.#options.clock.now());
		queue[0] = { ...head, ...verdict };
		if (!verdict.isDead) this.#retryAt(group, lane, verdict.nextAttemptAt);
		return false;
	}

	#retryAt(group: Running, lane: Lane, at: string | null): void {
		const delayMs = at === null ? 0 : Date.parse(at) - this.#options.clock.now();
		this.#options.clock.after(delayMs, () => {
			const head = group.disk.parked.get(lane.key)?.[0];
			if (head === undefined || head.isDead || head.nextAttemptAt !== at) return;
			lane.retry ??= { isForced: false, attempted: () => undefined };
			this.#work(group, lane);
		});
	}

	async #whenWritable(): Promise<void> {
		while (this.#isRefusing && this.#isRunning()) await this.#options.clock.sleep(WRITE_RETRY_MS);
	}

	/** Whether the bus still runs after a pause. */
	async #dawdle(): Promise<boolean> {
		const turns = this.#random.chance(this.#faults.slow) ? 1 + this.#random.below(SLOW_TURNS_MAX) : 0;
		for (let turn = 0; turn < turns; turn++) await this.#options.clock.turn();
		return this.#isRunning();
	}

	#settleWaiters(): void {
		if (!this.#isRunning()) return;
		this.#waiters = this.#waiters.filter(({ target, resolve }) => {
			if (this.#read < target || [...this.#groups.values()].some(({ lanes }) => isBehind(lanes, target))) return true;
			resolve();
			return false;
		});
	}
}
