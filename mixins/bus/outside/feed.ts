import type { EventLog, LogEntry } from "../../store/port.ts";
import { firstAfter } from "../embedded/reader.ts";

/** Entries behind the consumer that may stay in memory until they are cut off together. */
const DONE_MAX = 1_024;

/** Entries that came from an outside log and wait for their consumer: a small log in memory. */
export class Feed implements EventLog {
	#entries: LogEntry[] = [];
	/** Place of the first entry that the consumer does not have behind it. */
	#first = 0;
	#head: number;
	/** Whether the head is the place of an entry, and not only where the group was. */
	#hasPushed = false;
	#listener: (() => void) | null = null;

	constructor(position: number) {
		this.#head = position;
	}

	push(entries: readonly LogEntry[]): void {
		if (entries.length === 0) return;
		for (const entry of entries) {
			this.#entries.push(this.#hasPushed ? { ...entry, follows: this.#head } : entry);
			this.#head = entry.position;
			this.#hasPushed = true;
		}
		this.#listener?.();
	}

	/** Forgets what the consumer has behind it; called for every step it takes, so it only counts mostly. */
	forget(position: number): void {
		let next = this.#entries[this.#first];
		while (next !== undefined && next.position <= position) next = this.#entries[++this.#first];
		if (next === undefined) this.#entries = [];
		else if (this.#first >= DONE_MAX) this.#entries.splice(0, this.#first);
		else return;
		this.#first = 0;
	}

	/** The first entry that the consumer does not have behind it. */
	get next(): LogEntry | undefined {
		return this.#entries[this.#first];
	}

	async read(position: number, limit: number): Promise<readonly LogEntry[]> {
		const first = Math.max(this.#first, firstAfter(this.#entries, position));
		return this.#entries.slice(first, first + limit);
	}

	head(): number {
		return this.#head;
	}

	onAppend(listener: () => void): () => void {
		this.#listener = listener;
		return () => (this.#listener = null);
	}
}
