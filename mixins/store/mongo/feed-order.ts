import type { mongo } from "mongoose";
import { CERTAIN } from "./connection.ts";
import { eventKeyOf, type FeedRow } from "./rows.ts";

/** Rows of the feed in the order in which they may be published. */
export interface Due {
	readonly fresh: readonly FeedRow[];
	/** Published before: a crash put them into the feed again. */
	readonly repeated: readonly FeedRow[];
}

const SUBJECTS_MAX = 50_000;

/**
 * Keeps each subject's sequence. Events enter the feed in order, but a reading may overtake an insertion: where the event
 * before is neither here nor known to be published, the subject's part of the feed is read again.
 */
export class FeedOrder {
	readonly #feed: mongo.Collection<FeedRow>;
	/** Subject → sequence that was published last. */
	readonly #published = new Map<string, number>();

	constructor(feed: mongo.Collection<FeedRow>) {
		this.#feed = feed;
	}

	/** Somebody else may have published meanwhile. */
	forget(): void {
		this.#published.clear();
	}

	published(rows: readonly FeedRow[]): void {
		for (const { subject, sequence } of rows) {
			this.#published.delete(subject);
			this.#published.set(subject, sequence);
		}
		for (const oldest of this.#published.keys()) {
			if (this.#published.size <= SUBJECTS_MAX) return;
			this.#published.delete(oldest);
		}
	}

	/** `rows` are sorted by key. */
	async due(rows: readonly FeedRow[]): Promise<Due> {
		const subjects = Map.groupBy(rows, ({ subject }) => subject);
		const parts = await Promise.all([...subjects].map(([subject, own]) => this.#dueOf(subject, own)));
		return { fresh: parts.flatMap(({ fresh }) => fresh), repeated: parts.flatMap(({ repeated }) => repeated) };
	}

	async #dueOf(subject: string, rows: readonly FeedRow[]): Promise<Due> {
		const last = this.#published.get(subject) ?? 0;
		const repeated = rows.filter(({ sequence }) => sequence <= last);
		const fresh = rows.slice(repeated.length);
		const upTo = fresh.at(-1)?.sequence ?? last;
		// From the one after the last published on, and without a gap: nothing can be missing.
		if (upTo - last === fresh.length && isGapless(fresh)) return { fresh, repeated };
		return { fresh: await this.#again(subject, last, upTo), repeated };
	}

	async #again(subject: string, after: number, upTo: number): Promise<readonly FeedRow[]> {
		const range = { $gte: eventKeyOf(subject, after + 1), $lte: eventKeyOf(subject, upTo) };
		const rows = await this.#feed.find({ _id: range, subject }, CERTAIN).sort({ _id: 1 }).toArray();
		return rows.slice(0, gaplessLength(rows));
	}
}

function isGapless(rows: readonly FeedRow[]): boolean {
	return gaplessLength(rows) === rows.length;
}

/** How many rows follow each other without a gap. */
function gaplessLength(rows: readonly FeedRow[]): number {
	const first = rows[0]?.sequence ?? 0;
	const gap = rows.findIndex(({ sequence }, index) => sequence !== first + index);
	return gap === -1 ? rows.length : gap;
}
