import { holds, withStretch, type Intervals } from "./intervals.ts";
import { mergedTallies, NO_TALLY, type Tally } from "./tally.ts";

/** Kinds of the documents that count by the hour and by the minute. */
export const HOUR = "log-hour";
export const MINUTE = "log-minute";
/** Length of an id, which is the start of a time: `2030-01-07T09` and `2030-01-07T09:05`. */
const ID_LENGTH = { [HOUR]: 13, [MINUTE]: 16 } as const;
/** The rest of an instant, from which on it is the start. */
const REST = { [HOUR]: ":00:00.000Z", [MINUTE]: ":00.000Z" } as const;

/** Kinds of roll-ups. */
export type Unit = typeof HOUR | typeof MINUTE;

/**
 * What happened in an hour or a minute, with the positions of the log that it covers, by stream: what lies in them is counted or
 * belongs elsewhere. So an event counts once, whenever and however often it comes, and whatever crashes in between.
 */
export interface RollUp extends Tally {
	/** Start, ISO 8601. */
	readonly from: string;
	readonly covered: Readonly<Record<string, Intervals>>;
}

/** An empty roll-up of the hour or minute that an id names. */
export function emptyRollUp(unit: Unit, id: string): RollUp {
	return { ...NO_TALLY, from: id + REST[unit], covered: {} };
}

/** The roll-up that an instant falls into. */
export function rollUpId(unit: Unit, timestamp: string): string {
	return timestamp.slice(0, ID_LENGTH[unit]);
}

/** Whether an event at this place is in the roll-up already. */
export function covers({ covered }: RollUp, stream: string, position: number): boolean {
	return holds(covered[stream] ?? [], position);
}

/** The roll-up with a tally more, and with the stretches of the log that the tally was taken from. */
export function rolledUp(before: RollUp, tally: Tally, stretches: Readonly<Record<string, Intervals>>): RollUp {
	const covered: Record<string, Intervals> = { ...before.covered };
	for (const [stream, own] of Object.entries(stretches))
		for (let at = 0; at < own.length; at += 2)
			covered[stream] = withStretch(covered[stream] ?? [], own[at] ?? 0, own[at + 1] ?? 0);
	return { ...mergedTallies([before, tally]), from: before.from, covered };
}
