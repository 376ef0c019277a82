import type { LogEntry } from "../../store/port.ts";
import type { GroupStatus, Subscription } from "../port.ts";
import { asError, Attempts } from "./attempts.ts";
import type { Consumer, GroupDeps } from "./consumer.ts";
import { emptyLane, type Lane, type Pending } from "./lane.ts";
import { ParkedLanes } from "./parked-lanes.ts";
import { createParking, laneOf } from "./parking.ts";
import { backoffMs, Stopping } from "./persist.ts";
import { Progress } from "./progress.ts";

/** Events read and not settled; bounds memory when a subject is slow. */
export const OUTSTANDING_MAX = 2_048;
const BATCH_MAX = 256;

/** One consumer group: reads the log, keeps the order of each subject, and lets subjects overtake each other. */
export class Group implements Consumer {
	readonly name: string;
	readonly #deps: GroupDeps;
	readonly #types: ReadonlySet<string> | null;
	readonly #attempts: Attempts;
	readonly #parked: ParkedLanes;
	readonly #lanes = new Map<string, Lane>();
	readonly #ready: Lane[] = [];
	readonly #stopping = new AbortController();
	readonly #progress: Progress;
	#read: number;
	#working = 0;
	#isPumping = false;
	#wakes = 0;
	#isFull = false;
	#readFailures = 0;
	#whenIdle: (() => void) | null = null;

	constructor(subscription: Subscription, position: number, deps: GroupDeps) {
		this.name = subscription.group;
		this.#deps = deps;
		this.#types = subscription.types === "*" ? null : new Set(subscription.types);
		this.#attempts = new Attempts(deps.clock, (event) => subscription.deliver(event));
		this.#progress = new Progress(position);
		this.#read = position;
		const onStoreFailure = (error: Error) => deps.onTrouble(error, { group: this.name, what: "store" });
		const { store, clock } = deps;
		this.#parked = new ParkedLanes({
			group: this.name,
			clock,
			signal: this.#stopping.signal,
			attempt: ({ event }) => this.#attempts.run(event),
			parking: createParking(this.name, { store, clock, signal: this.#stopping.signal, onStoreFailure }),
			laneFor: (key) => this.#laneFor(key),
			activate: (lane) => this.#activate(lane),
			isOwnLane: deps.isOwnLane ?? (() => true),
			onTrouble: deps.onTrouble,
		});
	}

	/** Everything up to here is delivered or parked. */
	get position(): number {
		return this.#progress.position;
	}

	/** The group's parked events: replay and skip. */
	get parked(): ParkedLanes {
		return this.#parked;
	}

	/** Figures kept in memory; asks nobody. */
	status(): GroupStatus {
		const { position } = this.#progress;
		const lag = Math.max(0, this.#deps.log.head() - position);
		return { group: this.name, position, lag, parked: this.#parked.count, dead: this.#parked.dead };
	}

	/** Loads what is parked; nothing is delivered before the first `wake`. */
	async open(): Promise<void> {
		await this.#parked.load();
	}

	/** There may be something new in the log. */
	wake(): void {
		if (this.#isPumping) {
			this.#wakes++;
			return;
		}
		this.#isPumping = true;
		this.#deps.clock.nextTurn(() => void this.#pump());
	}

	/** Takes nothing new and resolves when the deliveries under way have ended. */
	async stop(): Promise<void> {
		this.#stopping.abort(new Stopping());
		this.#parked.stop();
		if (this.#working === 0) return;
		await new Promise<void>((resolve) => (this.#whenIdle = resolve));
	}

	#isStopping(): boolean {
		return this.#stopping.signal.aborted;
	}

	async #pump(): Promise<void> {
		const wakes = this.#wakes;
		try {
			await this.#readOn();
			this.#readFailures = 0;
		} catch (error) {
			this.#deps.onTrouble(asError(error), { group: this.name, what: "log" });
			this.#deps.clock.after(backoffMs(++this.#readFailures), () => this.wake());
		}
		this.#isPumping = false;
		if (this.#wakes !== wakes) this.wake();
	}

	async #readOn(): Promise<void> {
		while (!this.#isStopping()) {
			const room = OUTSTANDING_MAX - this.#progress.outstanding;
			if (room <= 0) {
				this.#isFull = true;
				return;
			}
			const batch = await this.#deps.reader.read(this.#read, Math.min(BATCH_MAX, room));
			const last = batch.at(-1);
			if (last === undefined || this.#isStopping()) return;
			this.#read = last.position;
			for (const entry of batch) this.#offer(entry);
			this.#deps.onMoved();
			await this.#deps.clock.turn();
		}
	}

	#offer({ position, event }: LogEntry): void {
		if (this.#types?.has(event.type) === false) {
			this.#progress.pass(position);
			return;
		}
		const lane = this.#laneFor(laneOf(event));
		lane.queue.push({ event, position, slot: this.#progress.open(position) });
		this.#activate(lane);
	}

	#laneFor(key: string): Lane {
		let lane = this.#lanes.get(key);
		if (lane === undefined) {
			lane = emptyLane(key);
			this.#lanes.set(key, lane);
		}
		return lane;
	}

	#activate(lane: Lane): void {
		if (lane.isActive) return;
		lane.isActive = true;
		this.#ready.push(lane);
		this.#fill();
	}

	#fill(): void {
		const inFlightMax = this.#deps.windowOf(this.#deps.log.head() - this.#progress.position);
		while (this.#working < inFlightMax && !this.#isStopping()) {
			const lane = this.#ready.shift();
			if (lane === undefined) return;
			this.#step(lane);
		}
	}

	#step(lane: Lane): void {
		this.#working++;
		if (lane.parked !== null || lane.tasks.length > 0) {
			void this.#workParked(lane);
			return;
		}
		const pending = lane.queue.shift();
		if (pending === undefined) this.#rest(lane);
		else this.#attempts.start(pending.event, (failure) => this.#attempted(lane, pending, failure));
	}

	#attempted(lane: Lane, pending: Pending, failure: Error | null): void {
		if (failure !== null) {
			void this.#park(lane, pending, failure);
			return;
		}
		this.#settle(pending);
		this.#rest(lane);
	}

	async #park(lane: Lane, pending: Pending, failure: Error): Promise<void> {
		try {
			await this.#parked.parkHead(lane, pending, failure);
			this.#settle(pending);
		} catch (error) {
			this.#expectStopping(error, pending);
		}
		this.#rest(lane);
	}

	/** Parks what has come in for a parked lane and works off its tasks, until both are empty or the lane is free. */
	async #workParked(lane: Lane): Promise<void> {
		try {
			while (!this.#isStopping()) {
				const task = lane.tasks.shift();
				if (task !== undefined) await task();
				else if (lane.parked === null || !(await this.#append(lane))) break;
			}
		} catch (error) {
			this.#expectStopping(error);
		}
		this.#rest(lane);
	}

	async #append(lane: Lane): Promise<boolean> {
		const pending = lane.queue.shift();
		if (pending === undefined) return false;
		await this.#parked.append(lane, pending);
		this.#settle(pending);
		return true;
	}

	#expectStopping(error: unknown, pending?: Pending): void {
		if (error instanceof Stopping) return;
		const event = pending === undefined ? {} : { eventId: pending.event.id };
		this.#deps.onTrouble(asError(error), { group: this.name, what: "store", ...event });
	}

	#settle(pending: Pending): void {
		this.#progress.settle(pending.slot);
		this.#deps.onMoved();
		if (!this.#isFull || this.#progress.outstanding > OUTSTANDING_MAX / 2) return;
		this.#isFull = false;
		this.wake();
	}

	/** The lane has done a piece of work: it queues up again, waits parked, or is forgotten. */
	#rest(lane: Lane): void {
		this.#working--;
		if (lane.queue.length > 0 || lane.tasks.length > 0) this.#ready.push(lane);
		else {
			lane.isActive = false;
			if (lane.parked === null) this.#lanes.delete(lane.key);
		}
		if (!this.#isStopping()) this.#fill();
		else if (this.#working === 0) this.#whenIdle?.();
	}
}
