import type { mongo } from "mongoose";
import { CERTAIN } from "./connection.ts";
import { timeOfToken, tokenAt } from "./outbox.ts";
import { fedEventsOf, type FedEvent, type FeedBatch } from "./rows.ts";

const SUBJECTS_MAX = 50_000;
/** Batches are in the order of their processes' clocks, which may differ by this much. */
const SKEW_MAX_MS = 10_000;

/**
 * Keeps each subject's sequence. Events enter the feed in their order, but two processes may have put a subject's events into
 * batches whose names sort the other way round, or a reading may overtake an insertion: where the event before is not known
 * to be published, the feed is searched for it once more.
 */
export class FeedOrder {
	readonly #feed: mongo.Collection<FeedBatch>;
	/** Subject → sequence that was published last. */
	readonly #published = new Map<string, number>();

	constructor(feed: mongo.Collection<FeedBatch>) {
		this.#feed = feed;
	}

	/** Somebody else may have published meanwhile. */
	forget(): void {
		this.#published.clear();
	}

	published(events: readonly FedEvent[]): void {
		for (const { subject, sequence } of events) {
			this.#published.delete(subject);
			this.#published.set(subject, sequence);
		}
		for (const oldest of this.#published.keys()) {
			if (this.#published.size <= SUBJECTS_MAX) return;
			this.#published.delete(oldest);
		}
	}

	/** The events of these oldest batches that were not published yet, those of one subject in sequence. */
	async due(batches: readonly FeedBatch[]): Promise<readonly FedEvent[]> {
		const events = this.#fresh(batches.flatMap(fedEventsOf));
		const doubtful = [...Map.groupBy(events, ({ subject }) => subject)]
			.filter(([subject, own]) => !this.#isComplete(subject, own))
			.map(([subject]) => subject);
		if (doubtful.length === 0) return events;
		const others = await this.#elsewhere(doubtful, batches);
		const last = new Map(events.map(({ subject, sequence }) => [subject, sequence]));
		// Nothing later than what is due: it comes with its own batch.
		const missed = others.filter(({ subject, sequence }) => sequence < (last.get(subject) ?? 0));
		return this.#fresh([...events, ...missed]);
	}

	/** In sequence by subject, without repeats. */
	#fresh(events: readonly FedEvent[]): FedEvent[] {
		const sorted = [...events].sort(
			(left, right) => compare(left.subject, right.subject) || left.sequence - right.sequence,
		);
		return sorted.filter(({ subject, sequence }, index) => {
			const before = sorted[index - 1];
			const isRepeated = before?.subject === subject && before.sequence === sequence;
			return !isRepeated && sequence > (this.#published.get(subject) ?? 0);
		});
	}

	/** From the one after the last published on, and without a gap. */
	#isComplete(subject: string, events: readonly FedEvent[]): boolean {
		const last = this.#published.get(subject) ?? 0;
		return (events.at(-1)?.sequence ?? last) - last === events.length;
	}

	async #elsewhere(subjects: readonly string[], read: readonly FeedBatch[]): Promise<readonly FedEvent[]> {
		const until = tokenAt(timeOfToken(read.at(-1)?._id ?? "") + SKEW_MAX_MS);
		const filter = { _id: { $gte: "", $lte: until }, subjects: { $in: [...subjects] } };
		const batches = await this.#feed.find(filter, CERTAIN).toArray();
		const wanted = new Set(subjects);
		return batches.flatMap(fedEventsOf).filter(({ subject }) => wanted.has(subject));
	}
}

function compare(left: string, right: string): number {
	if (left === right) return 0;
	return left < right ? -1 : 1;
}
