import type { Commit, CommitResult, Query, StoredDocument } from "../../../mixins/store/port.ts";
import type { LiveEvent } from "../contract.ts";
import {
	endOf,
	entryOf,
	eventsOfPage,
	firstPageAfter,
	PAGE,
	PAGE_ENTRIES_MAX,
	pageId,
	placeIn,
	type NumberedPage,
	type Page,
	type PageEntry,
} from "../domain/page.ts";
import type { LiveLog, LiveStretch } from "./feed.ts";
import type { Collected } from "./roll-ups.ts";

/** What pages need of the store. */
export interface PageStore {
	commit(items: readonly Commit[]): Promise<readonly CommitResult[]>;
	find<State extends object>(kind: string, query: Query): Promise<readonly StoredDocument<State>[]>;
	findUnique(kind: string, name: string, value: string): Promise<string | null>;
	remove(kind: string, ids: readonly string[]): Promise<void>;
}

/** The order of the rows of several processes. */
export interface LivePages extends LiveLog {
	/** Resolves when all of them have their place; one that has it keeps it. */
	append(collected: readonly Collected[]): Promise<void>;
	/** Removes pages written before the instant (ISO 8601), but never the newest; answers how many. */
	purge(before: string, isOver: () => boolean): Promise<number>;
}

const RACES_MAX = 30;
const PAGES_AT_ONCE = 16;
const PAGES_BACK_AT_ONCE = 100;
const PURGE_AT_ONCE = 200;
/** The number of the newest page is asked for again after this time: a page must never take a number that was used and purged. */
const KNOWN_MS = 60_000;
/** Name of the unique value that keeps an event from being in two pages. */
const EVENT = "event";

/**
 * Pages in a shared store. A page is inserted under the number after the newest one, so that a number exists only when all before
 * it do: whoever has read to a place has seen everything that will ever stand before it, whichever process wrote it.
 */
export function createLivePages(store: PageStore, now: () => number): LivePages {
	const newest = newestOf(store, now);
	const read = pageReader(store, newest);
	return {
		async append(collected) {
			const placed = collected.filter(({ position }) => position > 0);
			let left: readonly PageEntry[] = placed.map(({ id, row }) => entryOf(id, row));
			for (let race = 0; left.length > 0; race++) {
				if (race > RACES_MAX)
					throw new Error("The live log is written by too many at once, or the store does not answer.");
				left = await appendSome(store, newest, left, now());
			}
		},

		async after(position, limit) {
			if (position === undefined) return { events: [], last: endOf(await newest.ask()), isAtEnd: true };
			const stretch = await stretchOf(read, position, limit);
			const isBeyond = stretch.events.length === 0 && stretch.last > endOf(newest.number);
			return isBeyond ? { ...stretch, last: Math.min(stretch.last, endOf(await newest.ask())) } : stretch;
		},

		before: (count) => placeBefore(store, count),

		async purge(before, isOver) {
			const last = await newest.ask();
			let purged = 0;
			while (!isOver()) {
				const pages = await store.find<Page>(PAGE, { direction: "asc", limit: PURGE_AT_ONCE });
				const old = pages.filter(({ id, state }) => state.writtenAt < before && Number(id) < last);
				await store.remove(
					PAGE,
					old.map(({ id }) => id),
				);
				purged += old.length;
				if (old.length < PURGE_AT_ONCE) break;
			}
			return purged;
		},
	};
}

/** The number of the newest page, as far as this process has heard. */
interface Newest {
	readonly number: number;
	learn(number: number): void;
	/** The one that others may have written meanwhile. */
	ask(): Promise<number>;
	/** Fresh enough to write after it. */
	known(): Promise<number>;
}

function newestOf(store: PageStore, now: () => number): Newest {
	let number = 0;
	let askedAt = Number.NEGATIVE_INFINITY;

	function learn(heard: number): void {
		number = Math.max(number, heard);
	}

	async function ask(): Promise<number> {
		const [last] = await store.find<Page>(PAGE, { direction: "desc", limit: 1 });
		askedAt = now();
		learn(last === undefined ? 0 : Number(last.id));
		return number;
	}

	return {
		get number() {
			return number;
		},
		learn,
		ask,
		known: async () => (now() - askedAt > KNOWN_MS ? ask() : number),
	};
}

type ReadPages = (from: number) => Promise<readonly NumberedPage[]>;

/** Reads pages from a number on, as many as are surely all there are. */
function pageReader(store: PageStore, newest: Newest): ReadPages {
	async function read(from: number): Promise<NumberedPage[]> {
		const after = [pageId(from - 1)];
		const found = await store.find<Page>(PAGE, { direction: "asc", after, limit: PAGES_AT_ONCE });
		const pages = found.map(({ id, state }) => ({ number: Number(id), ...state }));
		newest.learn(pages.at(-1)?.number ?? 0);
		return pages;
	}

	return async (from) => {
		const pages = await read(from);
		const seen = pages.at(-1)?.number ?? from - 1;
		if (seen === from + pages.length - 1) return pages;
		// What is not there was purged, or has come while others were read: then it is there now.
		const again = await read(from);
		const gap = again.findIndex(({ number }, index) => number > seen && number !== (again[index - 1]?.number ?? 0) + 1);
		return gap < 0 ? again : again.slice(0, gap);
	};
}

/** One attempt at one page; what still has no place afterwards. */
async function appendSome(
	store: PageStore,
	newest: Newest,
	left: readonly PageEntry[],
	now: number,
): Promise<readonly PageEntry[]> {
	const number = (await newest.known()) + 1;
	const entries = left.slice(0, PAGE_ENTRIES_MAX);
	const [result] = await store.commit([pageCommit(number, entries, now)]);
	if (result?.status === "ok") {
		newest.learn(number);
		return left.slice(entries.length);
	}
	await newest.ask();
	if (result?.status === "conflict") return left;
	const homes = await Promise.all(left.map(({ eventId }) => store.findUnique(PAGE, EVENT, eventId)));
	return left.filter((_entry, index) => homes[index] === null);
}

/** Walks back from the newest page. */
async function placeBefore(store: PageStore, count: number): Promise<number> {
	let place = endOf(0);
	let wanted = count;
	for (let after: readonly string[] = []; ;) {
		const from = after.length === 0 ? {} : { after };
		const found = await store.find<Page>(PAGE, { direction: "desc", limit: PAGES_BACK_AT_ONCE, ...from });
		for (const { id, state } of found) {
			const { length } = state.entries;
			place = placeIn(Number(id), Math.max(0, length - wanted));
			wanted -= length;
			if (wanted <= 0) return place;
		}
		if (found.length < PAGES_BACK_AT_ONCE) return place;
		after = [found.at(-1)?.id ?? ""];
	}
}

async function stretchOf(read: ReadPages, after: number, limit: number): Promise<LiveStretch> {
	const events: LiveEvent[] = [];
	for (let last = after; ;) {
		const pages = await read(firstPageAfter(last));
		for (const page of pages) {
			for (const event of eventsOfPage(page)) {
				if (event.position <= last) continue;
				if (events.length === limit) return { events, last, isAtEnd: false };
				events.push(event);
				last = event.position;
			}
			last = endOf(page.number);
		}
		if (pages.length < PAGES_AT_ONCE) return { events, last, isAtEnd: true };
	}
}

function pageCommit(number: number, entries: readonly PageEntry[], now: number): Commit {
	const state: Page = { writtenAt: new Date(now).toISOString(), entries };
	const claim = entries.map(({ eventId }) => ({ name: EVENT, value: eventId }));
	const unique = { claim, release: [] };
	return { kind: PAGE, id: pageId(number), expectedVersion: 0, state, events: [], commands: [], unique };
}
