import type { LiveEvent } from "../contract.ts";
import { placeOf, serviceOf, type StoredRow } from "./event-row.ts";

/** Kind of the documents that give rows their places where several processes write them. */
export const PAGE = "log-page";
/** Places of one page. */
export const PAGE_SLOTS = 1_000;
/** Entries of one page, at most. */
export const PAGE_ENTRIES_MAX = 500;

const ID_DIGITS = 12;

/** A row as the live stream shows it; whose it is stays in the row. */
export type PageEntry = Omit<StoredRow, "userId"> & { readonly eventId: string };

/** Rows that were written together; nothing changes a page. */
export interface Page {
	/** ISO 8601. */
	readonly writtenAt: string;
	readonly entries: readonly PageEntry[];
}

/** A page under its number. */
export interface NumberedPage extends Page {
	readonly number: number;
}

/** Document id of a page; ids sort as their numbers do. */
export function pageId(number: number): string {
	return String(number).padStart(ID_DIGITS, "0");
}

/** The place behind a page's last entry; the next page begins after it. */
export function endOf(number: number): number {
	return number * PAGE_SLOTS + PAGE_SLOTS - 1;
}

/** The place behind as many entries of a page. */
export function placeIn(number: number, entries: number): number {
	return number * PAGE_SLOTS + entries;
}

/** The first page that can have something after a place. */
export function firstPageAfter(position: number): number {
	return Math.max(1, Math.floor((position + 1) / PAGE_SLOTS));
}

/** What an entry of a page says. */
export function entryOf(eventId: string, row: StoredRow): PageEntry {
	const { correlationId, timestamp, eventType, status, processingTimeMs } = row;
	return { eventId, correlationId, timestamp, eventType, status, processingTimeMs };
}

/** A page's events at their places. */
export function eventsOfPage({ number, entries }: NumberedPage): LiveEvent[] {
	return entries.map((entry, index) => {
		const place = placeOf(entry.eventId);
		return { position: placeIn(number, index + 1), serviceName: serviceOf(entry.eventType), ...entry, ...place };
	});
}
