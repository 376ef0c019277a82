/** Handlers of one group at work at the same time. */
export const IN_FLIGHT_MAX = 512;
/** The same while many requests wait for an answer: people come first, consumers catch up right after. */
export const IN_FLIGHT_BUSY = 16;
/** A group further behind than this gets its full share again, so that overload slows new requests and never the log for ever. */
export const LAG_MAX = 100_000;

/** How many deliveries a group may have under way, by its lag and by who is waiting. */
export function windowOf(lag: number, isBusy: boolean): number {
	return isBusy && lag <= LAG_MAX ? IN_FLIGHT_BUSY : IN_FLIGHT_MAX;
}

/** Events of a batch while many requests wait: half a millisecond of work, then the requests' turn. */
export const BATCH_BUSY = 64;
/** The same otherwise. */
export const BATCH_MAX = 512;

/** How many events a batch may hold, by the group's lag and by who is waiting. */
export function batchOf(lag: number, isBusy: boolean): number {
	return isBusy && lag <= LAG_MAX ? BATCH_BUSY : BATCH_MAX;
}
