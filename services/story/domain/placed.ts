import type { StoryEntry } from "../contract.ts";

/** An entry with its place among those of the same instant. */
export interface Placed {
	readonly entry: StoryEntry;
	readonly rank: number;
}
