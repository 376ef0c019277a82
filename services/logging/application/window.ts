import { EVENT_ROW, type StoredRow } from "../domain/event-row.ts";
import type { HourTally } from "../domain/figures.ts";
import { HOUR, MINUTE, type RollUp, type Unit } from "../domain/roll-up.ts";
import { Counter, linesOf, mergedTallies, type Tally } from "../domain/tally.ts";
import type { RecordSource } from "./ports.ts";

/** What happened from `startAt` (clock milliseconds) on, by the hour. */
export interface Window {
	readonly startAt: number;
	readonly hours: readonly HourTally[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Roll-ups of one query: more than the longest window has hours. */
const ROLL_UPS_MAX = 2_000;
/** A fuller minute is not read row by row: the window then starts with the minute. */
const ROWS_MAX = 2_000;

/**
 * Whole hours come from the roll-ups of hours. Of the hour that the window starts in, whole minutes come from those of minutes, and of
 * the minute that it starts in the rows themselves are counted: so a window of any length costs a few reads and is exact.
 */
export async function windowFrom(source: RecordSource, startAt: number): Promise<Window> {
	const minuteAt = floor(startAt, MINUTE_MS);
	const firstHourAt = ceil(startAt, HOUR_MS);
	const [hours, minutes, edge] = await Promise.all([
		rollUps(source, HOUR, firstHourAt, null),
		rollUps(source, MINUTE, ceil(startAt, MINUTE_MS), firstHourAt - 1),
		edgeOf(source, startAt, minuteAt),
	]);
	const first = mergedTallies([...minutes, edge.tally]);
	const tallies = hours.map((tally) => ({ hourAt: Date.parse(tally.from), tally }));
	return { startAt: edge.startAt, hours: [{ hourAt: floor(startAt, HOUR_MS), tally: first }, ...tallies] };
}

/** The minute that the window starts in. */
async function edgeOf(
	source: RecordSource,
	startAt: number,
	minuteAt: number,
): Promise<{ startAt: number; tally: Tally }> {
	const counter = new Counter();
	if (startAt === minuteAt) return { startAt, tally: counter.tally() };
	const [whole] = await rollUps(source, MINUTE, minuteAt, minuteAt);
	if (whole === undefined) return { startAt, tally: counter.tally() };
	const size = linesOf(whole).reduce((sum, { count }) => sum + count, 0);
	if (size > ROWS_MAX) return { startAt: minuteAt, tally: whole };
	const range = { field: "timestamp", from: iso(startAt), to: iso(minuteAt + MINUTE_MS - 1) };
	const rows = await source.find<StoredRow>(EVENT_ROW, { range, direction: "asc", limit: ROWS_MAX });
	for (const { state } of rows) counter.add(state);
	return { startAt, tally: counter.tally() };
}

async function rollUps(source: RecordSource, unit: Unit, fromAt: number, toAt: number | null): Promise<RollUp[]> {
	if (toAt !== null && toAt < fromAt) return [];
	const range = { field: "from", from: iso(fromAt), ...(toAt === null ? {} : { to: iso(toAt) }) };
	const found = await source.find<RollUp>(unit, { range, direction: "asc", limit: ROLL_UPS_MAX });
	return found.map(({ state }) => state);
}

function floor(at: number, step: number): number {
	return Math.floor(at / step) * step;
}

function ceil(at: number, step: number): number {
	return Math.ceil(at / step) * step;
}

function iso(at: number): string {
	return new Date(at).toISOString();
}
