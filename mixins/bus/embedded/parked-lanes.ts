import type { Clock, Timer } from "../../clock/port.ts";
import type { LogEntry } from "../../store/port.ts";
import { DueHeap } from "./due-heap.ts";
import { dueAt, type Lane, type ParkedLane, restoreParked } from "./lane.ts";
import { type ParkedDocument, type Parking, verdictOn, WAITING } from "./parking.ts";
import type { OnTrouble } from "./persist.ts";

/** Subjects of one group whose parked events are tried at the same time. */
const RETRYING_MAX = 64;
const PAGE_MAX = 16;

interface ParkedLanesDeps {
	readonly group: string;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** Hands one event over; resolves with the failure, or null. */
	readonly attempt: (entry: LogEntry) => Promise<Error | null>;
	readonly parking: Parking;
	readonly laneFor: (key: string) => Lane;
	readonly activate: (lane: Lane) => void;
	readonly isOwnLane: (lane: string) => boolean;
	readonly onTrouble: OnTrouble;
}

/** What happened to a page of parked events: how many went through and whether the lane may go on. */
interface PageOutcome {
	readonly delivered: readonly string[];
	readonly failed: { readonly document: ParkedDocument; readonly failure: Error } | null;
	readonly mayGoOn: boolean;
}

/** The parked subjects of one group: their events wait here, in order, until the head goes through. */
export class ParkedLanes {
	readonly #deps: ParkedLanesDeps;
	readonly #due = new DueHeap<Lane>();
	#timer: { readonly at: number; readonly handle: Timer } | null = null;
	#retrying = 0;
	#count = 0;
	#dead = 0;

	constructor(deps: ParkedLanesDeps) {
		this.#deps = deps;
	}

	/** Parked events, dead ones included. */
	get count(): number {
		return this.#count;
	}

	get dead(): number {
		return this.#dead;
	}

	/** Takes over what an earlier run has parked. */
	async load(): Promise<void> {
		const lanes = new Set<Lane>();
		const now = this.#deps.clock.now();
		await this.#deps.parking.each((state) => {
			if (!this.#deps.isOwnLane(state.lane)) return;
			const lane = this.#deps.laneFor(state.lane);
			restoreParked(lane, state, now);
			lanes.add(lane);
			this.#count++;
		});
		for (const lane of lanes) {
			if (lane.parked?.isDead === true) this.#dead++;
			this.#wait(lane);
		}
	}

	stop(): void {
		this.#timer?.handle.cancel();
		this.#timer = null;
	}

	/** Parks an event that failed at its first delivery; its subject is parked from now on. */
	async parkHead(lane: Lane, { event, position }: LogEntry, failure: Error): Promise<void> {
		const verdict = verdictOn(failure, 1, this.#deps.clock.now());
		await this.#deps.parking.park(position, event, verdict);
		this.#count++;
		lane.parked = { last: position, count: 1, isDead: false, dueAt: dueAt(verdict, this.#deps.clock.now()) };
		this.#wait(lane);
		this.#deps.onTrouble(failure, { group: this.#deps.group, what: "parked", eventId: event.id });
	}

	/** Parks an event behind its subject's head; one that was parked before a crash is not taken twice. */
	async append(lane: Lane, { event, position }: LogEntry): Promise<void> {
		if (lane.parked === null || position <= lane.parked.last) return;
		await this.#deps.parking.park(position, event, WAITING);
		lane.parked.last = position;
		lane.parked.count++;
		this.#count++;
	}

	/** Tries the subject of a parked event again now, from its head on, a dead one too; resolves after the head's attempt. */
	async replay(id: string): Promise<boolean> {
		const document = await this.#deps.parking.find(id);
		if (document === null) return false;
		const lane = this.#deps.laneFor(document.state.lane);
		await this.#doNow(lane, (attempted) => this.#retry(lane, true, attempted));
		return true;
	}

	/** Removes a dead event and lets its subject go on; resolves after the next attempt. */
	async skip(id: string): Promise<boolean> {
		const document = await this.#deps.parking.find(id);
		if (document?.state.isDead !== true) return false;
		const lane = this.#deps.laneFor(document.state.lane);
		await this.#doNow(lane, async (attempted) => {
			await this.#forget(lane, [id]);
			await this.#retry(lane, false, attempted);
		});
		return true;
	}

	#doNow(lane: Lane, task: (attempted: () => void) => Promise<void>): Promise<void> {
		return new Promise((resolve, reject) => {
			const { signal } = this.#deps;
			const abort = () => reject(signal.reason as Error);
			if (signal.aborted) {
				abort();
				return;
			}
			signal.addEventListener("abort", abort, { once: true });
			lane.tasks.push(() =>
				task(() => {
					signal.removeEventListener("abort", abort);
					resolve();
				}),
			);
			this.#deps.activate(lane);
		});
	}

	/** Delivers the lane's parked events in order until one fails or none is left. */
	async #retry(lane: Lane, isReplay: boolean, attempted: () => void): Promise<void> {
		let isForced = isReplay;
		for (;;) {
			const page = await this.#deps.parking.oldest(lane.key, PAGE_MAX);
			if (page.length === 0) {
				this.#free(lane);
				break;
			}
			const outcome = await this.#deliver(page, isForced, attempted);
			if (outcome.delivered.length > 0) await this.#forget(lane, outcome.delivered);
			if (outcome.failed !== null) await this.#judge(lane, outcome.failed.document, outcome.failed.failure, isForced);
			if (!outcome.mayGoOn) break;
			isForced = false;
		}
		attempted();
	}

	async #deliver(page: readonly ParkedDocument[], isForced: boolean, attempted: () => void): Promise<PageOutcome> {
		const delivered: string[] = [];
		for (const document of page) {
			const isHeadForced = isForced && delivered.length === 0;
			if (this.#deps.signal.aborted || (document.state.isDead && !isHeadForced))
				return { delivered, failed: null, mayGoOn: false };
			const failure = await this.#deps.attempt(document.state);
			attempted();
			if (failure !== null) return { delivered, failed: { document, failure }, mayGoOn: false };
			delivered.push(document.id);
		}
		return { delivered, failed: null, mayGoOn: true };
	}

	/** The head failed again; a dead one that was replayed starts its attempts anew. */
	async #judge(lane: Lane, document: ParkedDocument, failure: Error, isForced: boolean): Promise<void> {
		const { clock, parking, group, onTrouble } = this.#deps;
		const before = isForced && document.state.isDead ? 0 : document.state.attempts;
		const verdict = verdictOn(failure, before + 1, clock.now());
		await parking.judge(document, verdict);
		const { parked } = lane;
		if (parked === null) return;
		this.#setDead(parked, verdict.isDead);
		parked.dueAt = dueAt(verdict, clock.now());
		this.#wait(lane);
		onTrouble(failure, { group, what: verdict.isDead ? "dead" : "parked", eventId: document.state.event.id });
	}

	async #forget(lane: Lane, ids: readonly string[]): Promise<void> {
		await this.#deps.parking.remove(ids);
		this.#count -= ids.length;
		if (lane.parked === null) return;
		lane.parked.count -= ids.length;
		this.#setDead(lane.parked, false);
	}

	#free(lane: Lane): void {
		if (lane.parked === null) return;
		this.#setDead(lane.parked, false);
		this.#count -= lane.parked.count;
		lane.parked = null;
	}

	#setDead(parked: ParkedLane, isDead: boolean): void {
		this.#dead += Number(isDead) - Number(parked.isDead);
		parked.isDead = isDead;
	}

	#wait(lane: Lane): void {
		if (lane.parked === null || lane.parked.dueAt === Number.POSITIVE_INFINITY) return;
		this.#due.push(lane.parked.dueAt, lane);
		this.#watch();
	}

	#watch(): void {
		const at = this.#due.earliest;
		if (at === null || this.#deps.signal.aborted || this.#retrying >= RETRYING_MAX) return;
		if (this.#timer !== null) {
			if (this.#timer.at <= at) return;
			this.#timer.handle.cancel();
		}
		const handle = this.#deps.clock.after(Math.max(0, at - this.#deps.clock.now()), () => this.#sweep());
		this.#timer = { at, handle };
	}

	#sweep(): void {
		this.#timer = null;
		while (this.#retrying < RETRYING_MAX) {
			const due = this.#due.pop(this.#deps.clock.now());
			if (due === null) break;
			if (due.item.parked?.dueAt === due.at) this.#retryLater(due.item);
		}
		this.#watch();
	}

	#retryLater(lane: Lane): void {
		this.#retrying++;
		lane.tasks.push(async () => {
			try {
				await this.#retry(lane, false, () => undefined);
			} finally {
				this.#retrying--;
				this.#watch();
			}
		});
		this.#deps.activate(lane);
	}
}
