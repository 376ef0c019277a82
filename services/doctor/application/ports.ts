import type { InspectedPage } from "../../../mixins/store/port.ts";
import type { Caller } from "../../../mixins/typed.ts";
import type { Fact } from "../domain/purchase.ts";

/** All facts about one order. */
export interface Group {
	readonly key: string;
	readonly facts: readonly Fact[];
}

/** A fact under the id of the order it is about. */
export interface Keyed {
	readonly key: string;
	readonly fact: Fact;
}

/** Sorts facts by order outside of the memory. */
export interface Scratch {
	add(facts: readonly Keyed[]): void;
	/** Facts in the order of their keys, behind a place; `next` is null at the end. */
	page(after: string | null): { readonly items: readonly Keyed[]; readonly next: string | null };
	close(): void;
}

/** An event that a consumer could not take. */
export interface Stuck {
	readonly id: string;
	readonly group: string;
	readonly error: string;
	readonly isDead: boolean;
}

/** How deliveries stand. */
export interface Deliveries {
	/** Waits until everything committed so far is delivered; false when that takes too long. */
	drained(): Promise<boolean>;
	stuck(limit: number): Promise<readonly Stuck[]>;
	/** Events that wait in the slowest group, by group. */
	behind(): Promise<readonly { readonly group: string; readonly lag: number }[]>;
}

/** The store's own rows; null where the store cannot be inspected row by row. */
export interface RowInspection {
	pages(): AsyncIterable<InspectedPage>;
	total(): Promise<number>;
}

/** What an examination stands on. */
export interface ExaminerDeps {
	readonly caller: Caller;
	readonly rows: RowInspection | null;
	readonly deliveries: Deliveries;
	readonly createScratch: () => Scratch;
	/** Milliseconds. */
	readonly now: () => number;
	/** Lets others work before the next page; longer while people are waiting. */
	readonly pause: () => Promise<void>;
	readonly sleep: (ms: number) => Promise<void>;
	/** Before the second look at what is under way; it doubles with each look. */
	readonly retryDelayMs: number;
}
