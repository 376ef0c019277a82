import type { mongo } from "mongoose";
import type { Clock } from "../../clock/port.ts";
import type { Flush } from "../../commit-meter.ts";
import { COMMAND_ID_TAKEN, RECENT_COMMANDS_MAX, StoreUnavailable, type Commit, type CommitResult } from "../port.ts";
import { CERTAIN, DURABLE } from "./connection.ts";
import type { Kind } from "./kinds.ts";
import { commandKey, type DocumentRow, type EventRow } from "./rows.ts";
import {
	claimOf,
	endsOf,
	insertOf,
	prepare,
	stamp,
	updateOf,
	type Claims,
	type Prepared,
	type Stamped,
	type Stored,
	type Written,
} from "./writes.ts";

/** What a lane needs. */
export interface LaneOptions {
	readonly kind: () => Kind;
	readonly events: mongo.Collection<EventRow>;
	readonly clock: Clock;
	/** A fresh token that sorts after all older ones. */
	readonly token: () => string;
	/** After each bulk, with the documents that were surely stored and have events. */
	readonly onStored: (kind: Kind, stored: readonly Stored[]) => void;
	/** After each bulk, whatever became of it. */
	readonly onFlush: (flush: Flush) => void;
}

interface Waiting {
	readonly prepared: Prepared;
	readonly resolve: (result: CommitResult) => void;
}

/** A document on its way through one bulk. */
interface Step {
	readonly prepared: Stamped;
	claims: Claims;
	result: CommitResult | null;
}

const BATCH_MAX = 500;
const BULKS_MAX = 2;
/** Documents remembered to have more commands than they carry. */
const LONG_MAX = 20_000;
const CONFLICT: CommitResult = { status: "conflict" };
const OK: CommitResult = { status: "ok" };

/** Group commit of one kind: what is waiting goes to the server as one unordered bulk. */
export class Lane {
	readonly #options: LaneOptions;
	#waiting: Waiting[] = [];
	#bulks = 0;
	#unanswered = 0;
	#isScheduled = false;
	#isClosed = false;
	readonly #long = new Set<string>();

	constructor(options: LaneOptions) {
		this.#options = options;
	}

	/** Commits that wait for their answer. */
	get unanswered(): number {
		return this.#unanswered;
	}

	/** The state is copied at once. */
	commit(item: Commit): Promise<CommitResult> {
		if (this.#isClosed) return Promise.reject(new StoreUnavailable("The store is closed."));
		const prepared = prepare(item, this.#options.kind().fields);
		return new Promise((resolve) => {
			this.#waiting.push({ prepared, resolve });
			this.#unanswered++;
			this.#schedule();
		});
	}

	/** Refuses everything later; resolves when nothing is under way. */
	async close(): Promise<void> {
		this.#isClosed = true;
		while (this.#waiting.length > 0 || this.#bulks > 0) await this.#options.clock.turn();
	}

	#schedule(): void {
		if (this.#isScheduled || this.#waiting.length === 0 || this.#bulks >= BULKS_MAX) return;
		this.#isScheduled = true;
		this.#options.clock.nextTurn(() => {
			this.#isScheduled = false;
			const batch = this.#waiting.splice(0, BATCH_MAX);
			this.#bulks++;
			void this.#flush(batch).finally(() => {
				this.#bulks--;
				this.#schedule();
			});
			this.#schedule();
		});
	}

	async #flush(batch: readonly Waiting[]): Promise<void> {
		const startedAt = this.#options.clock.now();
		let results: readonly CommitResult[];
		try {
			results = await this.#write(batch);
		} catch (error) {
			const lost = error instanceof Error ? error : new Error(String(error));
			results = batch.map(() => ({ status: "unknown", error: lost }));
		}
		this.#options.onFlush({ jobs: batch.length, durationMs: this.#options.clock.now() - startedAt });
		this.#unanswered -= batch.length;
		for (const [index, { resolve }] of batch.entries()) resolve(results[index] ?? CONFLICT);
	}

	async #write(batch: readonly Waiting[]): Promise<readonly CommitResult[]> {
		const kind = this.#options.kind();
		const token = this.#options.token();
		const steps = batch.map(({ prepared }): Step => ({ prepared: stamp(prepared, token), claims: null, result: null }));
		await kind.ready();
		await this.#settleClaims(kind, steps);
		await this.#refuseOldCommands(
			kind,
			steps.filter(({ prepared }) => this.#long.has(prepared.item.id)),
		);
		const lost = await this.#bulk(kind, steps.filter(isOpen), false);
		const again = await this.#whyLost(kind, lost);
		if (again.length > 0) {
			await this.#refuseOldCommands(kind, again);
			for (const { result, prepared } of await this.#bulk(kind, again.filter(isOpen), true))
				if (result === null) this.#long.delete(prepared.item.id);
		}
		return steps.map(({ result }) => result ?? CONFLICT);
	}

	/** The steps whose version was not there, or whose guard refused them. */
	async #bulk(kind: Kind, steps: readonly Step[], isLong: boolean): Promise<readonly Step[]> {
		if (steps.length === 0) return [];
		const operations = steps.map(({ prepared, claims }) =>
			prepared.item.expectedVersion === 0
				? insertOf(prepared, claims)
				: updateOf(prepared, claims, isLong || this.#long.has(prepared.item.id)),
		);
		const failure = await kind.collection
			.bulkWrite(operations, { ordered: false, ...DURABLE })
			.then(() => null)
			.catch((error: unknown) => error);
		const ends = endsOf(steps.length, failure);
		this.#tell(kind, steps, ends);
		await this.#nameClaimed(
			kind,
			steps.filter((_, index) => ends[index]?.end === "claimed"),
		);
		for (const [index, step] of steps.entries()) {
			const written = ends[index];
			if (written?.end === "ok") step.result = OK;
			if (written?.end === "unknown") step.result = { status: "unknown", error: written.error };
		}
		return steps.filter((_, index) => ends[index]?.end === "lost");
	}

	#tell(kind: Kind, steps: readonly Step[], ends: readonly Written[]): void {
		const stored = steps
			.filter(({ prepared }, index) => prepared.outbox.length > 0 && ends[index]?.end === "ok")
			.map(({ prepared: { row, outbox } }) => ({ id: row._id, version: row.version, entries: outbox }));
		if (stored.length > 0) this.#options.onStored(kind, stored);
	}

	/** All unique values a document will hold. What it holds now belongs to the version that the write is guarded by. */
	async #settleClaims(kind: Kind, steps: readonly Step[]): Promise<void> {
		const claiming = steps.filter(({ prepared: { item } }) => item.unique !== undefined);
		if (claiming.length === 0) return;
		await kind.claimable();
		const held = await this.#read(kind, claiming, { claims: 1 });
		for (const step of claiming) step.claims = claimsAfter(step.prepared.item, held.get(step.prepared.item.id)?.claims);
	}

	/** Finds out which of its values another document holds. */
	async #nameClaimed(kind: Kind, steps: readonly Step[]): Promise<void> {
		for (const step of steps) {
			const { id, unique } = step.prepared.item;
			const wanted = unique?.claim ?? [];
			const filter = { claims: { $in: wanted.map(claimOf) } } as mongo.Filter<DocumentRow>;
			const rows = await kind.collection.find(filter, { ...CERTAIN, projection: { claims: 1 } }).toArray();
			const taken = new Set(rows.filter(({ _id }) => _id !== id).flatMap(({ claims = [] }) => claims));
			const name = wanted.find((value) => taken.has(claimOf(value)))?.name ?? wanted[0]?.name ?? "";
			step.result = { status: "duplicate", name };
		}
	}

	/** Of lost races: those that no other version but a taken command caused; returns what has to be tried as a long history. */
	async #whyLost(kind: Kind, lost: readonly Step[]): Promise<readonly Step[]> {
		const doubtful = lost.filter(({ prepared: { item } }) => item.expectedVersion > 0 && item.commands.length > 0);
		if (doubtful.length === 0) return [];
		const rows = await this.#read(kind, doubtful, { version: 1, commandCount: 1, "recent.c": 1, "outbox.c": 1 });
		return doubtful.filter((step) => {
			const { item } = step.prepared;
			const row = rows.get(item.id);
			if (row?.version !== item.expectedVersion) return false;
			if (isTaken(step, row)) step.result = { status: "duplicate", name: COMMAND_ID_TAKEN };
			else if ((row.commandCount ?? 0) > RECENT_COMMANDS_MAX) this.#rememberLong(item.id);
			return isOpen(step) && this.#long.has(item.id);
		});
	}

	/** For documents with more commands than they carry: first the document, then the permanent collection, so that none is missed on its way. */
	async #refuseOldCommands(kind: Kind, steps: readonly Step[]): Promise<void> {
		const asking = steps.filter(({ prepared: { item } }) => item.commands.length > 0);
		if (asking.length === 0) return;
		const rows = await this.#read(kind, asking, { "recent.c": 1, "outbox.c": 1 });
		const keysOf = ({ prepared: { item } }: Step) =>
			item.commands.map(({ commandId }) => commandKey(kind.name, item.id, commandId));
		const filter = { command: { $in: asking.flatMap(keysOf) } };
		const found = await this.#options.events.find(filter, { ...CERTAIN, projection: { command: 1 } }).toArray();
		const taken = new Set(found.map(({ command }) => command));
		for (const step of asking) {
			const isOld = keysOf(step).some((key) => taken.has(key)) || isTaken(step, rows.get(step.prepared.item.id));
			if (isOld) step.result = { status: "duplicate", name: COMMAND_ID_TAKEN };
		}
	}

	async #read(kind: Kind, steps: readonly Step[], projection: object): Promise<Map<string, Partial<DocumentRow>>> {
		const ids = steps.map(({ prepared }) => prepared.item.id);
		const rows = await kind.collection.find({ _id: { $in: ids } }, { ...CERTAIN, projection }).toArray();
		return new Map(rows.map((row) => [row._id, row]));
	}

	#rememberLong(id: string): void {
		this.#long.add(id);
		for (const oldest of this.#long) {
			if (this.#long.size <= LONG_MAX) return;
			this.#long.delete(oldest);
		}
	}
}

function isOpen({ result }: Step): boolean {
	return result === null;
}

function isTaken({ prepared: { item } }: Step, row: Partial<DocumentRow> | undefined): boolean {
	const known = new Set([...(row?.recent ?? []), ...(row?.outbox ?? [])].map(({ c }) => c));
	return item.commands.some(({ commandId }) => known.has(commandId));
}

function claimsAfter({ unique, expectedVersion }: Prepared["item"], held: readonly string[] = []): Claims {
	const { claim, release } = unique ?? { claim: [], release: [] };
	const released = new Set(release.map(claimOf));
	const kept = expectedVersion === 0 ? [] : held.filter((each) => !released.has(each));
	return [...new Set([...kept, ...claim.map(claimOf)])];
}
