import type { LogEntry } from "../../store/port.ts";
import type { Consumer } from "../embedded/consumer.ts";
import { Stopping } from "../embedded/persist.ts";
import type { Seat } from "./driver.ts";
import type { Feed } from "./feed.ts";

interface Waiter {
	readonly target: number;
	resolve(): void;
	reject(reason: Error): void;
}

/** A consumer with its feed, as drivers use it. */
export class FedSeat implements Seat {
	readonly consumer: Consumer;
	/** Whether a lane belongs to its partition. */
	readonly owns: (lane: string) => boolean;
	readonly #onClosed: (seat: FedSeat) => void;
	readonly #feed: Feed;
	readonly #stopListening: () => void;
	#listeners: (() => void)[] = [];
	#waiters: Waiter[] = [];
	#isClosed = false;

	constructor(
		consumer: Consumer,
		feed: Feed,
		{ owns, onClosed }: { owns: (lane: string) => boolean; onClosed: (seat: FedSeat) => void },
	) {
		this.#onClosed = onClosed;
		this.consumer = consumer;
		this.owns = owns;
		this.#feed = feed;
		this.#stopListening = feed.onAppend(() => consumer.wake());
	}

	get position(): number {
		return this.consumer.position;
	}

	/** Time of the oldest event that the consumer does not have behind it; null when it has all. */
	get oldest(): string | null {
		return this.#feed.next?.event.time ?? null;
	}

	push(entries: readonly LogEntry[]): void {
		if (this.#isClosed) return;
		const head = this.#feed.head();
		const isNew = (entries[0]?.position ?? head) > head;
		// A log that is read again from an older place brings some of them a second time.
		this.#feed.push(isNew ? entries : entries.filter((entry) => entry.position > head));
	}

	passed(target: number): Promise<void> {
		if (this.position >= target) return Promise.resolve();
		if (this.#isClosed) return Promise.reject(new Stopping());
		return new Promise((resolve, reject) => void this.#waiters.push({ target, resolve, reject }));
	}

	onMoved(listener: () => void): void {
		this.#listeners.push(listener);
	}

	/** The consumer has moved. */
	moved(): void {
		const { position } = this;
		this.#feed.forget(position);
		if (this.#waiters.some(({ target }) => target <= position)) this.#release(position);
		for (const listener of this.#listeners) listener();
	}

	#release(position: number): void {
		const passed = this.#waiters.filter(({ target }) => target <= position);
		this.#waiters = this.#waiters.filter(({ target }) => target > position);
		for (const waiter of passed) waiter.resolve();
	}

	async close(): Promise<void> {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#stopListening();
		await this.consumer.stop();
		this.#onClosed(this);
		for (const waiter of this.#waiters.splice(0)) waiter.reject(new Stopping());
	}
}
