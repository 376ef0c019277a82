import type { SearchMatch } from "../contract.ts";
import { EVENT_ROW, type StoredRow } from "../domain/event-row.ts";
import type { RecordSource } from "./ports.ts";
import type { Archive } from "./streams.ts";

/** What an id names: the trace of a correlation id, and aggregates of every kind. */
export async function matchesOf(source: RecordSource, archive: Archive, id: string): Promise<readonly SearchMatch[]> {
	const where = { correlationId: id };
	const range = { field: "timestamp" };
	const [rows, ...streams] = await Promise.all([
		source.find<StoredRow>(EVENT_ROW, { where, range, direction: "asc", limit: 1 }),
		...archive.folds.kinds().map((kind) => streamOf(archive, kind, id)),
	]);
	const traces = rows.map(({ state }): SearchMatch => {
		return { type: "TRACE", correlationId: id, firstAt: state.timestamp };
	});
	return [...traces, ...streams.filter((match) => match !== null)];
}

async function streamOf({ store }: Archive, kind: string, id: string): Promise<SearchMatch | null> {
	const [first] = await store.events(kind, id, { from: 1, upTo: 1 });
	if (first === undefined) return null;
	return { type: "STREAM", kind, id, correlationId: first.correlationid, firstAt: first.time };
}
