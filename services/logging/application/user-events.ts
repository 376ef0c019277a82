import type { EventRow } from "../contract.ts";
import { EVENT_ROW, type StoredRow } from "../domain/event-row.ts";
import { LoggingRejected } from "../domain/rejected.ts";
import type { RecordSource } from "./ports.ts";
import { traceOf, type EventSource } from "./trace.ts";

const EVENT_ID = /^[a-z][a-z0-9-]*:[A-Za-z0-9_.:-]{1,160}:\d{1,9}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A page of a user's rows, newest first. */
export async function userEventsOf(
	source: RecordSource & EventSource,
	userId: string,
	{ limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
): Promise<{ items: readonly EventRow[]; nextCursor: string | null }> {
	const found = await source.find<StoredRow>(EVENT_ROW, {
		where: { userId },
		range: { field: "timestamp" },
		direction: "desc",
		limit: limit + 1,
		...(cursor === undefined ? {} : { after: placeOf(cursor) }),
	});
	const page = found.slice(0, limit);
	const last = page.at(-1);
	const rows = await traceOf(
		source,
		page.map(({ id }) => id),
	);
	const byId = new Map(rows.map((row) => [row.eventId, row]));
	return {
		items: page.flatMap(({ id }) => byId.get(id) ?? []),
		nextCursor: found.length > limit && last !== undefined ? cursorOf(last.state.timestamp, last.id) : null,
	};
}

function cursorOf(timestamp: string, id: string): string {
	return Buffer.from(`${timestamp} ${id}`).toString("base64url");
}

/** Refuses what no list has handed out. */
function placeOf(cursor: string): readonly [string, string] {
	const [timestamp = "", id = ""] = Buffer.from(cursor, "base64url").toString().split(" ");
	if (!INSTANT.test(timestamp) || !EVENT_ID.test(id))
		throw new LoggingRejected("VALIDATION_ERROR", { errors: [{ field: "cursor", code: "cursor" }] });
	return [timestamp, id];
}
