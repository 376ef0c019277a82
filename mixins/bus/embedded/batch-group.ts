import type { LogEntry } from "../../store/port.ts";
import type { BatchTaker, Delivery, GroupStatus, Subscription } from "../port.ts";
import { asError, Attempts } from "./attempts.ts";
import type { Consumer, GroupDeps } from "./consumer.ts";
import { emptyLane, type Lane } from "./lane.ts";
import { ParkedLanes } from "./parked-lanes.ts";
import { createParking, laneOf } from "./parking.ts";
import { backoffMs, Stopping } from "./persist.ts";

/**
 * A consumer group that takes its events in batches, one batch at a time in the order of the log. Only subjects with parked events
 * have a lane here: what comes for them is parked behind, everything else goes into the next batch.
 */
export class BatchGroup implements Consumer {
	readonly name: string;
	readonly #deps: GroupDeps;
	readonly #max: number;
	readonly #types: ReadonlySet<string> | null;
	readonly #attempts: Attempts<readonly Delivery[]>;
	readonly #parked: ParkedLanes;
	readonly #lanes = new Map<string, Lane>();
	readonly #stopping = new AbortController();
	#position: number;
	#isPumping = false;
	#wakes = 0;
	#readFailures = 0;
	/** The pump, while it runs, and every lane at work. */
	#working = 0;
	#whenIdle: (() => void) | null = null;

	constructor(subscription: Subscription, batch: BatchTaker, position: number, deps: GroupDeps) {
		this.name = subscription.group;
		this.#deps = deps;
		this.#max = batch.max;
		this.#types = subscription.types === "*" ? null : new Set(subscription.types);
		this.#attempts = new Attempts(deps.clock, (deliveries) => batch.deliver(deliveries));
		this.#position = position;
		const onStoreFailure = (error: Error) => deps.onTrouble(error, { group: this.name, what: "store" });
		const { store, clock } = deps;
		this.#parked = new ParkedLanes({
			group: this.name,
			clock,
			signal: this.#stopping.signal,
			attempt: (entry) => this.#attempts.run([this.#deliveryOf(entry)]),
			parking: createParking(this.name, { store, clock, signal: this.#stopping.signal, onStoreFailure }),
			laneFor: (key) => this.#laneFor(key),
			activate: (lane) => this.#activate(lane),
			isOwnLane: deps.isOwnLane ?? (() => true),
			onTrouble: deps.onTrouble,
		});
	}

	get position(): number {
		return this.#position;
	}

	get parked(): ParkedLanes {
		return this.#parked;
	}

	status(): GroupStatus {
		const lag = this.#lag();
		return { group: this.name, position: this.#position, lag, parked: this.#parked.count, dead: this.#parked.dead };
	}

	async open(): Promise<void> {
		await this.#parked.load();
	}

	wake(): void {
		if (this.#isPumping) {
			this.#wakes++;
			return;
		}
		this.#isPumping = true;
		this.#deps.clock.nextTurn(() => void this.#pump());
	}

	async stop(): Promise<void> {
		this.#stopping.abort(new Stopping());
		this.#parked.stop();
		if (this.#working > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
	}

	#lag(): number {
		return Math.max(0, this.#deps.log.head() - this.#position);
	}

	#isStopping(): boolean {
		return this.#stopping.signal.aborted;
	}

	async #pump(): Promise<void> {
		const wakes = this.#wakes;
		this.#working++;
		try {
			while (!this.#isStopping() && (await this.#takeNext())) await this.#deps.clock.turn();
			this.#readFailures = 0;
		} catch (error) {
			if (!(error instanceof Stopping)) this.#tryLater(asError(error));
		}
		this.#isPumping = false;
		this.#rest();
		if (this.#wakes !== wakes) this.wake();
	}

	#tryLater(error: Error): void {
		this.#deps.onTrouble(error, { group: this.name, what: "log" });
		this.#deps.clock.after(backoffMs(++this.#readFailures), () => this.wake());
	}

	/** Delivers or parks the next stretch of the log; false when there is none. The position moves only after all of it. */
	async #takeNext(): Promise<boolean> {
		const limit = Math.min(this.#max, this.#deps.batchOf(this.#lag()));
		const entries = await this.#deps.reader.read(this.#position, limit);
		const last = entries.at(-1);
		if (last === undefined || this.#isStopping()) return false;
		const wanted = this.#types === null ? entries : entries.filter(({ event }) => this.#types?.has(event.type));
		const free = this.#lanes.size === 0 ? wanted : await this.#withoutParked(wanted);
		if (free.length > 0) await this.#deliver(free);
		this.#position = last.position;
		this.#deps.onMoved();
		return true;
	}

	/** Parks what belongs behind parked events, and answers the rest. */
	async #withoutParked(entries: readonly LogEntry[]): Promise<readonly LogEntry[]> {
		const isDone = await Promise.all(entries.map((entry) => this.#isParkedBehind(entry)));
		return entries.filter((_entry, index) => isDone[index] === false);
	}

	async #deliver(entries: readonly LogEntry[]): Promise<void> {
		const failure = await this.#attempts.run(entries.map((entry) => this.#deliveryOf(entry)));
		if (failure === null) return;
		const [first] = entries;
		if (first !== undefined && entries.length === 1) await this.#parked.parkHead(this.#laneOf(first), first, failure);
		else for (const entry of entries) await this.#deliverAlone(entry);
	}

	async #deliverAlone(entry: LogEntry): Promise<void> {
		if (this.#isStopping()) throw new Stopping();
		if (await this.#isParkedBehind(entry)) return;
		const failure = await this.#attempts.run([this.#deliveryOf(entry)]);
		if (failure !== null) await this.#parked.parkHead(this.#laneOf(entry), entry, failure);
	}

	/** Parks an event behind its subject's head, in its turn; false if the subject has none, or none any more. */
	#isParkedBehind(entry: LogEntry): Promise<boolean> {
		const lane = this.#lanes.get(laneOf(entry.event));
		if (lane === undefined) return Promise.resolve(false);
		return new Promise((resolve, reject) => {
			lane.tasks.push(async () => {
				try {
					if (lane.parked !== null) await this.#parked.append(lane, entry);
					resolve(lane.parked !== null);
				} catch (error) {
					reject(asError(error));
				}
			});
			this.#activate(lane);
		});
	}

	#deliveryOf({ event, position, follows }: LogEntry): Delivery {
		const { stream } = this.#deps;
		return follows === undefined ? { stream, position, event } : { stream, position, follows, event };
	}

	#laneOf({ event }: LogEntry): Lane {
		return this.#laneFor(laneOf(event));
	}

	#laneFor(key: string): Lane {
		const lane = this.#lanes.get(key) ?? emptyLane(key);
		this.#lanes.set(key, lane);
		return lane;
	}

	#activate(lane: Lane): void {
		if (lane.isActive) return;
		lane.isActive = true;
		this.#working++;
		void this.#workOn(lane);
	}

	/** A stop does not leave tasks behind: each of them looks at the signal itself. */
	async #workOn(lane: Lane): Promise<void> {
		for (let task = lane.tasks.shift(); task !== undefined; task = lane.tasks.shift()) {
			try {
				await task();
			} catch (error) {
				if (!(error instanceof Stopping)) this.#deps.onTrouble(asError(error), { group: this.name, what: "store" });
			}
		}
		lane.isActive = false;
		if (lane.parked === null) this.#lanes.delete(lane.key);
		this.#rest();
	}

	#rest(): void {
		this.#working--;
		if (this.#working === 0 && this.#isStopping()) this.#whenIdle?.();
	}
}
