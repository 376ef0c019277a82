import type { DatabaseSync } from "node:sqlite";
import type { EventLog, LogEntry } from "../port.ts";
import { parseEnvelope } from "./rows.ts";

/** Newest entries kept parsed; a consumer that is close behind never reads the file. */
const TAIL_MAX = 8_192;

/** The event table as a log, with its newest entries in memory. */
export interface SqliteLog extends EventLog {
	/** Takes up events that are durable now; positions follow each other. */
	appended(entries: readonly LogEntry[]): void;
}

/** Reads the head once; from then on `appended` keeps it. */
export function createLog(db: DatabaseSync): SqliteLog {
	const select = db.prepare(
		"SELECT position, envelope, checksum FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?",
	);
	let head = Number(db.prepare("SELECT max(position) AS head FROM events").get()?.["head"] ?? 0);
	const listeners = new Set<() => void>();
	const tail: (LogEntry | undefined)[] = new Array<LogEntry | undefined>(TAIL_MAX);
	let tailFrom = head + 1;

	return {
		head: () => head,
		onAppend(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		async read(position, limit) {
			if (position >= head) return [];
			if (position + 1 < tailFrom) {
				return select
					.all(position, head, limit)
					.map((row) => ({ position: Number(row["position"]), event: parseEnvelope(row) }));
			}
			const entries: LogEntry[] = [];
			for (let at = position + 1; at <= head && entries.length < limit; at++) {
				const entry = tail[at % TAIL_MAX];
				if (entry !== undefined) entries.push(entry);
			}
			return entries;
		},
		appended(entries) {
			for (const entry of entries) {
				tail[entry.position % TAIL_MAX] = entry;
				head = entry.position;
			}
			tailFrom = Math.max(tailFrom, head - TAIL_MAX + 1);
			if (entries.length > 0) for (const listener of listeners) listener();
		},
	};
}
