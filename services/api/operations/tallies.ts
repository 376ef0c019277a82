import type { LimitName } from "../routes/types.ts";

/** A number that only grows. */
export interface Tally {
	value: number;
}

/** What the gateway counts of itself, besides requests. */
export interface Tallies {
	readonly replays: Tally;
	readonly limited: Readonly<Record<LimitName, Tally>>;
	/** 1 while the rate limits are not shared with the other gateways, though they should be. */
	readonly alone: Tally;
}

/** All at zero. */
export function createTallies(): Tallies {
	return { replays: { value: 0 }, limited: { api: { value: 0 }, login: { value: 0 } }, alone: { value: 0 } };
}
