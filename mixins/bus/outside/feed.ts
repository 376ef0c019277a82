import type { EventLog, LogEntry } from "../../store/port.ts";

/** Entries that came from an outside log and wait for their consumer: a small log in memory. */
export class Feed implements EventLog {
	#entries: LogEntry[] = [];
	#head: number;
	#listener: (() => void) | null = null;

	constructor(position: number) {
		this.#head = position;
	}

	push(entries: readonly LogEntry[]): void {
		const last = entries.at(-1);
		if (last === undefined) return;
		this.#entries.push(...entries);
		this.#head = last.position;
		this.#listener?.();
	}

	/** Forgets what the consumer has behind it. */
	forget(position: number): void {
		const keep = this.#entries.findIndex((entry) => entry.position > position);
		if (keep !== 0) this.#entries = keep < 0 ? [] : this.#entries.slice(keep);
	}

	/** The first entry that the consumer does not have behind it. */
	get next(): LogEntry | undefined {
		return this.#entries[0];
	}

	async read(position: number, limit: number): Promise<readonly LogEntry[]> {
		const first = this.#entries.findIndex((entry) => entry.position > position);
		return first < 0 ? [] : this.#entries.slice(first, first + limit);
	}

	head(): number {
		return this.#head;
	}

	onAppend(listener: () => void): () => void {
		this.#listener = listener;
		return () => (this.#listener = null);
	}
}
