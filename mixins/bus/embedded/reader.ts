import type { EventLog, LogEntry } from "../../store/port.ts";

/** The log as all groups read it together. */
export interface LogReader {
	/** At most `limit` entries after `position`, in order; rejects when the log cannot be read. */
	read(position: number, limit: number): Promise<readonly LogEntry[]>;
}

/** Entries kept for the groups that are a little behind the fastest one. */
export const RING_MAX = 8_192;
const FETCH_MAX = 512;

/** Reads each new entry from the log once and shares it between the groups; a group far behind reads for itself. */
export function createLogReader(log: EventLog): LogReader {
	let entries: LogEntry[] = [];
	let since = 0;
	let end = 0;
	let fetching: Promise<void> | null = null;

	const fetchNewest = async (): Promise<void> => {
		const fresh = await log.read(end, FETCH_MAX);
		for (const entry of fresh) entries.push(entry);
		end = fresh.at(-1)?.position ?? end;
		if (entries.length <= 2 * RING_MAX) return;
		entries = entries.slice(-RING_MAX);
		since = (entries[0]?.position ?? end) - 1;
	};

	const extend = (): Promise<void> => {
		fetching ??= fetchNewest().finally(() => (fetching = null));
		return fetching;
	};

	const restartAt = (position: number): void => {
		entries = [];
		since = position;
		end = position;
	};

	return {
		async read(position, limit) {
			if (position < since || (position > end && fetching !== null)) return log.read(position, limit);
			if (position > end) restartAt(position);
			if (position === end) await extend();
			if (position < since) return log.read(position, limit);
			const first = firstAfter(entries, position);
			return entries.slice(first, first + limit);
		},
	};
}

/** Index of the first entry after `position`; positions may have gaps. */
export function firstAfter(entries: readonly LogEntry[], position: number): number {
	let low = 0;
	let high = entries.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((entries[middle]?.position ?? 0) <= position) low = middle + 1;
		else high = middle;
	}
	return low;
}
