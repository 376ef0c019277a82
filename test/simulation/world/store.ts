import {
	type Commit,
	type CommitResult,
	type EventLog,
	type IndexDefinition,
	type KindDefinition,
	type LogEntry,
	type Query,
	type Scalar,
	type State,
	type Store,
	StoreUnavailable,
} from "../../../mixins/store/port.ts";
import type { Kernel, Owner } from "../kernel/kernel.ts";
import type { SeededRandom } from "../kernel/random.ts";
import type { Disk } from "./disk.ts";
import type { StoreFaults } from "./faults.ts";
import { assertIndexed, matches, select } from "./query.ts";

/** Store and log of one process. */
export interface SimStore extends Store, EventLog {
	/** The process is dead; of what it had sent, some still arrives, as on a network. */
	crash(): void;
}

/** What a store stands on. */
export interface StoreOptions {
	readonly kernel: Kernel;
	readonly owner: Owner;
	readonly disk: Disk;
	readonly random: SeededRandom;
	/** Asked at every operation; the faults stop some day. */
	readonly faults: () => StoreFaults;
	/** Told of every commit that was decided on an old version. */
	readonly onConflict?: (item: Commit) => void;
	/** Told of the troubles, for the story. */
	readonly tell: (what: string) => void;
}

interface Write {
	readonly item: Commit;
	readonly answer: (result: CommitResult) => void;
	isApplied: boolean;
}

const SLOW_MS = 3_000;
const AFTERLIFE_MS = 8_000;
const ARRIVES_ANYWAY = 0.4;
const NEVER = new Promise<never>(() => undefined);

/** Opens a store on a disk. */
export function openStore(options: StoreOptions): SimStore {
	return new MemoryStore(options);
}

class MemoryStore implements SimStore {
	readonly #options: StoreOptions;
	readonly #disk: Disk;
	readonly #random: SeededRandom;
	readonly #indexes = new Map<string, readonly IndexDefinition[]>();
	readonly #listeners = new Set<() => void>();
	readonly #underWay = new Set<Write>();
	#waiting: Write[] = [];
	#isClosed = false;

	constructor(options: StoreOptions) {
		this.#options = options;
		this.#disk = options.disk;
		this.#random = options.random;
	}

	define({ kind, indexes = [] }: KindDefinition): void {
		this.#indexes.set(kind, [...(this.#indexes.get(kind) ?? []), ...indexes]);
	}

	commit(items: readonly Commit[]): Promise<readonly CommitResult[]> {
		if (this.#options.owner.isDead) return NEVER;
		if (this.#isClosed) return Promise.reject(new StoreUnavailable("The store is closed."));
		return Promise.all(items.map((item) => this.#send(item)));
	}

	load<S extends State>(kind: string, id: string) {
		return this.#read(() => this.#disk.document<S>(kind, id));
	}

	events(kind: string, id: string, { from = 1, upTo = Infinity, limit = Infinity } = {}) {
		return this.#read(() => this.#disk.events(kind, id, from, upTo, limit));
	}

	findCommand(kind: string, id: string, commandId: string) {
		return this.#read(() => this.#disk.command(kind, id, commandId));
	}

	findUnique(kind: string, name: string, value: string) {
		return this.#read(() => this.#disk.holder(kind, name, value));
	}

	find<S extends State>(kind: string, query: Query) {
		return this.#read(() =>
			select(kind, this.#indexes.get(kind) ?? [], this.#disk.rows(kind).values(), query).map((row) =>
				this.#disk.documentOf<S>(kind, row),
			),
		);
	}

	count(kind: string, where: Readonly<Record<string, Scalar>> = {}) {
		return this.#read(() => {
			assertIndexed(kind, this.#indexes.get(kind) ?? [], Object.keys(where));
			return [...this.#disk.rows(kind).values()].filter((row) => matches(row, where)).length;
		});
	}

	remove(kind: string, ids: readonly string[]): Promise<void> {
		return this.#read(() => this.#disk.remove(kind, ids));
	}

	isWritable(): boolean {
		return !this.#isClosed;
	}

	async close(): Promise<void> {
		this.#isClosed = true;
	}

	read(position: number, limit: number): Promise<readonly LogEntry[]> {
		return this.#options.owner.isDead ? NEVER : Promise.resolve(this.#disk.read(position, limit));
	}

	head(): number {
		return this.#disk.log.length;
	}

	onAppend(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	crash(): void {
		const { kernel, faults } = this.#options;
		this.#listeners.clear();
		for (const write of this.#underWay) {
			if (write.isApplied || faults().afterlife === 0 || !this.#random.chance(ARRIVES_ANYWAY)) continue;
			kernel.later(null, this.#random.below(AFTERLIFE_MS), () => this.#arriveLate(write));
		}
		this.#underWay.clear();
	}

	#arriveLate({ item }: Write): void {
		const { status } = this.#disk.apply(item);
		this.#options.tell(`a write of the dead arrives: ${item.kind} ${item.id} v${item.expectedVersion + 1}: ${status}`);
	}

	/** What is asked for in one turn goes to the disk together; each item stands alone. */
	#send(item: Commit): Promise<CommitResult> {
		return new Promise((resolve) => {
			const write: Write = { item: JSON.parse(JSON.stringify(item)) as Commit, answer: resolve, isApplied: false };
			this.#underWay.add(write);
			const { kernel, owner, faults } = this.#options;
			if (this.#random.chance(faults().slow)) {
				kernel.later(owner, this.#random.below(SLOW_MS), () => this.#flush([write]));
				return;
			}
			if (this.#waiting.push(write) > 1) return;
			kernel.soon(owner, () => this.#flush(this.#waiting.splice(0)));
		});
	}

	#flush(batch: readonly Write[]): void {
		const { kernel, owner } = this.#options;
		const head = this.head();
		const results = batch.map((write) => this.#one(write));
		if (this.head() > head) kernel.soon(owner, () => this.#announce());
		// Between what is on the disk and the answer the process may die.
		kernel.soon(owner, () => {
			for (const [index, write] of batch.entries()) {
				this.#underWay.delete(write);
				const result = results[index];
				if (result !== undefined) write.answer(result);
			}
		});
	}

	#one(write: Write): CommitResult {
		const { lostRace, lostWrite, lostReply } = this.#options.faults();
		const { tell } = this.#options;
		const name = `${write.item.kind} ${write.item.id}`;
		if (this.#random.chance(lostWrite)) {
			tell(`error before the commit of ${name}`);
			return lost("the write");
		}
		if (this.#random.chance(lostRace)) {
			tell(`race lost for ${name}`);
			return { status: "conflict" };
		}
		write.isApplied = true;
		const result = this.#disk.apply(write.item);
		if (result.status === "conflict") this.#options.onConflict?.(write.item);
		if (!this.#random.chance(lostReply)) return result;
		tell(`error after the commit of ${name}`);
		return lost("the reply");
	}

	#announce(): void {
		for (const listener of [...this.#listeners]) listener();
	}

	#read<Result>(look: () => Result): Promise<Result> {
		const { kernel, owner, faults } = this.#options;
		if (owner.isDead) return NEVER;
		if (this.#isClosed) return Promise.reject(new StoreUnavailable("The store is closed."));
		const { failedRead, remote, slowRead } = faults();
		if (this.#random.chance(failedRead)) return Promise.reject(new Error("the read failed"));
		if (!this.#random.chance(remote)) return settled(look);
		// What was read may be old when it arrives.
		const read = this.#random.chance(0.5) ? settled(look) : null;
		return new Promise((resolve, reject) => {
			const answer = (): void => {
				(read ?? settled(look)).then(resolve, reject);
			};
			if (this.#random.chance(slowRead)) kernel.later(owner, this.#random.below(SLOW_MS), answer);
			else kernel.soon(owner, answer);
		});
	}
}

function settled<Result>(look: () => Result): Promise<Result> {
	try {
		return Promise.resolve(look());
	} catch (error) {
		return Promise.reject(error instanceof Error ? error : new Error(String(error)));
	}
}

function lost(what: string): CommitResult {
	return { status: "unknown", error: new Error(`${what} was lost`) };
}
