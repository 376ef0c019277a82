import type { Clock, Timer } from "../../clock/port.ts";
import type { Commit, CommitResult, Store, StoredDocument } from "../../store/port.ts";
import { asError } from "./attempts.ts";
import { backoffMs, type OnTrouble } from "./persist.ts";

/** Kind of the documents that hold how far a group is. */
export const POSITION_KIND = "bus-position";

/** One commit covers all that was delivered in between. */
const SAVE_DELAY_MS = 100;
const TRIES_MAX = 5;

interface PositionState {
	readonly group: string;
	readonly position: number;
}

interface Tracked {
	readonly group: string;
	readonly current: () => number;
	version: number;
	saved: number;
}

/** Keeps the groups' positions in the store, many deliveries to one commit. */
export class Positions {
	readonly #store: Store;
	readonly #clock: Clock;
	readonly #onTrouble: OnTrouble;
	readonly #tracked: Tracked[] = [];
	#timer: Timer | null = null;
	#saving: Promise<boolean> | null = null;
	#failures = 0;
	#isClosed = false;

	constructor(store: Store, clock: Clock, onTrouble: OnTrouble) {
		this.#store = store;
		this.#clock = clock;
		this.#onTrouble = onTrouble;
		store.define({ kind: POSITION_KIND });
	}

	/** The stored position; `start` is stored and returned when the group was never seen before. */
	async open(group: string, start: number): Promise<number> {
		for (let tries = 1; tries < TRIES_MAX; tries++) {
			try {
				return await this.#openOnce(group, start);
			} catch (error) {
				this.#report(asError(error), group);
				await this.#clock.turn();
			}
		}
		return this.#openOnce(group, start);
	}

	async #openOnce(group: string, start: number): Promise<number> {
		const stored = await this.#load(group);
		if (stored !== null) return stored.state.position;
		const [result] = await this.#store.commit([commitOf(group, 0, start)]);
		if (result?.status === "unknown") throw result.error;
		if (result?.status !== "ok") throw new Error(`the position of ${group} was not stored`);
		return start;
	}

	/** From now on the group's position is `current()`; it was opened before. */
	async track(group: string, current: () => number): Promise<void> {
		const stored = await this.#load(group);
		this.#tracked.push({ group, current, version: stored?.version ?? 0, saved: current() });
	}

	/** Some position has moved; it is stored a little later. */
	moved(): void {
		this.#schedule(SAVE_DELAY_MS);
	}

	/** Stores what is not stored yet; gives up, loudly, after a few tries. */
	async close(): Promise<void> {
		this.#isClosed = true;
		this.#timer?.cancel();
		await this.#saving;
		for (let tries = 1; !(await this.#trySave()) && tries < TRIES_MAX; tries++) await this.#clock.turn();
	}

	#load(group: string): Promise<StoredDocument<PositionState> | null> {
		return this.#store.load<PositionState>(POSITION_KIND, group);
	}

	#schedule(delayMs: number): void {
		if (this.#timer !== null || this.#isClosed) return;
		this.#timer = this.#clock.after(delayMs, () => void this.#saveAndGoOn());
	}

	async #saveAndGoOn(): Promise<void> {
		const isComplete = await this.#trySave();
		this.#timer = null;
		if (!isComplete) this.#schedule(backoffMs(this.#failures));
		else if (this.#behind().length > 0) this.#schedule(SAVE_DELAY_MS);
	}

	#behind(): Tracked[] {
		return this.#tracked.filter((tracked) => tracked.current() > tracked.saved);
	}

	#trySave(): Promise<boolean> {
		this.#saving ??= this.#save()
			.catch((error: unknown) => {
				this.#report(asError(error));
				return false;
			})
			.then((isComplete) => {
				this.#failures = isComplete ? 0 : this.#failures + 1;
				this.#saving = null;
				return isComplete;
			});
		return this.#saving;
	}

	async #save(): Promise<boolean> {
		const due = this.#behind().map((tracked) => ({ tracked, position: tracked.current() }));
		if (due.length === 0) return true;
		const items = due.map(({ tracked, position }) => commitOf(tracked.group, tracked.version, position));
		const results = await this.#store.commit(items);
		const stored = await Promise.all(
			due.map(({ tracked, position }, index) => this.#note(tracked, position, results[index])),
		);
		return stored.every(Boolean);
	}

	async #note(tracked: Tracked, position: number, result: CommitResult | undefined): Promise<boolean> {
		if (result?.status === "ok") {
			tracked.version++;
			tracked.saved = position;
			return true;
		}
		if (result?.status === "unknown") this.#report(result.error, tracked.group);
		tracked.version = (await this.#load(tracked.group))?.version ?? 0;
		return false;
	}

	#report(error: Error, group = "*"): void {
		this.#onTrouble(error, { group, what: "store" });
	}
}

function commitOf(group: string, expectedVersion: number, position: number): Commit {
	const state: PositionState = { group, position };
	return { kind: POSITION_KIND, id: group, expectedVersion, state, events: [], commands: [] };
}
