import type { Envelope } from "../../../services/shared/events.ts";
import {
	type Commit,
	type CommitResult,
	type EventLog,
	type KindDefinition,
	type State,
	type Store,
	StoreUnavailable,
} from "../../../mixins/store/port.ts";
import { copy, Disk } from "./disk.ts";
import { assertIndexed, matches, select } from "./query.ts";
import { type SeededRandom, seededRandom } from "./random.ts";

/** Shares (0 to 1) of operations that meet each trouble. None of them breaks a promise of the port. */
export interface StoreFaults {
	/** Stored, but the reply is lost: `unknown`. */
	readonly lostReply: number;
	/** Not stored, and the caller cannot know: `unknown`. */
	readonly lostWrite: number;
	/** Another writer is said to have been first: `conflict`. */
	readonly lostRace: number;
	/** Takes many turns. */
	readonly slow: number;
	/** A read that fails. */
	readonly failedRead: number;
	/** Events that reach the log many turns after their commit. */
	readonly lateLog: number;
	/** Positions are left out. */
	readonly gaps: number;
	/** Items of one commit are applied in random order, turns apart. */
	readonly isScattered: boolean;
}

/** A store that behaves. */
export const NO_FAULTS: StoreFaults = {
	lostReply: 0,
	lostWrite: 0,
	lostRace: 0,
	slow: 0,
	failedRead: 0,
	lateLog: 0,
	gaps: 0,
	isScattered: false,
};

/** As bad as a bad day gets. */
export const ALL_FAULTS: StoreFaults = {
	lostReply: 0.05,
	lostWrite: 0.05,
	lostRace: 0.05,
	slow: 0.2,
	failedRead: 0,
	lateLog: 0.3,
	gaps: 0.2,
	isScattered: true,
};

export interface HostileStoreOptions {
	readonly seed: number;
	readonly faults?: Partial<StoreFaults>;
	/** What an earlier store has left; a fresh one if absent. */
	readonly disk?: Disk;
}

/** Store and log in memory, as badly behaved as a distributed system may be, and as reliable as the ports demand. */
export interface HostileStore extends Store, EventLog {
	readonly disk: Disk;
	setFaults(faults: Partial<StoreFaults>): void;
	/** Writes for which `isRefused` holds come back `unknown` and are not stored, until it is called with null. */
	refuse(isRefused: ((item: Commit) => boolean) | null): void;
	/** The process dies: nothing that was asked is ever answered, and nothing more is written. */
	crash(): void;
}

/** Opens a hostile store; without faults it is a plain, correct store in memory. */
export function createHostileStore(options: HostileStoreOptions): HostileStore {
	return new MemoryStore(options);
}

const SLOW_TURNS_MAX = 20;
const NEVER = new Promise<never>(() => undefined);

class MemoryStore implements HostileStore {
	readonly disk: Disk;
	readonly #random: SeededRandom;
	readonly #kinds = new Map<string, KindDefinition>();
	/** Events on their way to the log, by aggregate, so that each aggregate's order is kept. */
	readonly #late = new Map<string, Envelope[]>();
	#faults: StoreFaults;
	#isRefused: ((item: Commit) => boolean) | null = null;
	#state: "open" | "closed" | "crashed" = "open";
	#isRelaying = false;

	constructor({ seed, faults = {}, disk = new Disk() }: HostileStoreOptions) {
		this.disk = disk;
		this.#random = seededRandom(seed);
		this.#faults = { ...NO_FAULTS, ...faults };
	}

	setFaults(faults: Partial<StoreFaults>): void {
		this.#faults = { ...this.#faults, ...faults };
	}

	refuse(isRefused: ((item: Commit) => boolean) | null): void {
		this.#isRefused = isRefused;
	}

	crash(): void {
		this.#state = "crashed";
		for (const events of this.#late.values()) for (const event of events) this.disk.append(event, 0);
		this.#late.clear();
		this.disk.listeners.clear();
	}

	define(definition: KindDefinition): void {
		const indexes = [...(this.#kinds.get(definition.kind)?.indexes ?? []), ...(definition.indexes ?? [])];
		this.#kinds.set(definition.kind, { kind: definition.kind, indexes });
	}

	async commit(items: readonly Commit[]): Promise<readonly CommitResult[]> {
		this.#assertOpen();
		const stored = copy(items);
		const results: CommitResult[] = [];
		const order = this.#faults.isScattered ? this.#random.shuffle([...stored.keys()]) : [...stored.keys()];
		await this.#answer();
		for (const index of order) {
			if (this.#faults.isScattered) await this.#answer();
			const item = stored[index];
			if (item !== undefined) results[index] = this.#one(item);
		}
		this.#relay();
		await this.#answer();
		return results;
	}

	async load<S extends State>(kind: string, id: string) {
		await this.#read();
		return this.disk.document<S>(kind, id);
	}

	async events(kind: string, id: string, { from = 1, upTo = Infinity, limit = Infinity } = {}) {
		await this.#read();
		const { events } = this.disk.aggregate(kind, id);
		return copy(events.filter(({ sequence }) => sequence >= from && sequence <= upTo).slice(0, limit));
	}

	async findCommand(kind: string, id: string, commandId: string) {
		await this.#read();
		return this.disk.aggregate(kind, id).commands.find((known) => known.commandId === commandId)?.sequence ?? null;
	}

	async findUnique(kind: string, name: string, value: string) {
		await this.#read();
		return this.disk.holder(kind, name, value);
	}

	async find<S extends State>(kind: string, query: Parameters<Store["find"]>[1]) {
		await this.#read();
		const found = select(kind, this.#kinds.get(kind)?.indexes ?? [], this.#documents(kind), query);
		return found.flatMap(({ id }) => this.disk.document<S>(kind, id) ?? []);
	}

	async count(kind: string, where: Parameters<Store["count"]>[1] = {}) {
		await this.#read();
		assertIndexed(kind, this.#kinds.get(kind)?.indexes ?? [], Object.keys(where));
		return this.#documents(kind).filter((document) => matches(document, where)).length;
	}

	async remove(kind: string, ids: readonly string[]) {
		await this.#read();
		for (const id of ids) this.disk.rowsOf(kind).delete(id);
		await this.#answer();
	}

	isWritable(): boolean {
		return this.#state === "open";
	}

	async close() {
		if (this.#state === "open") this.#state = "closed";
	}

	async read(position: number, limit: number) {
		await this.#read();
		const first = this.disk.log.findLastIndex((entry) => entry.position <= position) + 1;
		return this.disk.log.slice(first, first + limit);
	}

	head(): number {
		return this.disk.head();
	}

	onAppend(listener: () => void): () => void {
		this.disk.listeners.add(listener);
		return () => void this.disk.listeners.delete(listener);
	}

	#documents(kind: string) {
		return [...this.disk.rowsOf(kind).keys()].flatMap((id) => this.disk.document(kind, id) ?? []);
	}

	#one(item: Commit): CommitResult {
		const { lostRace, lostWrite, lostReply } = this.#faults;
		if (this.#isRefused?.(item) === true || this.#random.chance(lostWrite)) return lost("the write");
		if (this.#random.chance(lostRace)) return { status: "conflict" };
		const result = this.disk.apply(item);
		if (result.status === "ok") this.#publish(item);
		return this.#random.chance(lostReply) ? lost("the reply") : result;
	}

	#publish({ kind, id, events }: Commit): void {
		if (events.length === 0) return;
		const key = `${kind}/${id}`;
		const waiting = this.#late.get(key);
		if (waiting !== undefined) waiting.push(...events);
		else if (this.#random.chance(this.#faults.lateLog)) this.#late.set(key, [...events]);
		else for (const event of events) this.#append(event);
	}

	#append(event: Envelope): void {
		this.disk.append(event, this.#random.chance(this.#faults.gaps) ? 1 + this.#random.below(3) : 0);
	}

	/** Tells the listeners, now and, for late events, in later turns. */
	#relay(): void {
		setImmediate(() => this.disk.announce());
		if (this.#isRelaying || this.#late.size === 0) return;
		this.#isRelaying = true;
		const step = (): void => {
			const key = [...this.#late.keys()][this.#random.below(this.#late.size)];
			const event = this.#late.get(key ?? "")?.shift();
			if (event === undefined) this.#late.delete(key ?? "");
			else this.#append(event);
			this.disk.announce();
			this.#isRelaying = this.#late.size > 0;
			if (this.#isRelaying) setImmediate(step);
		};
		setImmediate(step);
	}

	async #read(): Promise<void> {
		this.#assertOpen();
		await this.#answer();
		if (this.#random.chance(this.#faults.failedRead)) throw new Error("the read failed");
	}

	async #answer(): Promise<void> {
		const turns = this.#random.chance(this.#faults.slow) ? 1 + this.#random.below(SLOW_TURNS_MAX) : 0;
		for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
		if (this.#state === "crashed") await NEVER;
	}

	#assertOpen(): void {
		if (this.#state === "closed") throw new StoreUnavailable("The store is closed.");
	}
}

function lost(what: string): CommitResult {
	return { status: "unknown", error: new Error(`${what} was lost`) };
}
