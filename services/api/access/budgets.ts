import type { Clock } from "../../../mixins/clock/port.ts";

/** One gateway's wish for a part of a window's budget. */
export interface Wish {
	/** Names limit, key and window; the same at every gateway. */
	readonly id: string;
	/** What all gateways together may let through. */
	readonly count: number;
	/** What this gateway has let through without taking it from the budget. */
	readonly unaccounted: number;
	readonly wanted: number;
	/** Time until the window is over. */
	readonly leftMs: number;
}

/** What a gateway lets through without asking, and how much it takes at least when it asks. */
export interface Shares {
	readonly free: number;
	readonly share: number;
}

/** Where gateways take their parts of the windows' budgets from. */
export interface Budgets {
	/** The shares of a budget of `count`. */
	sharesOf(count: number): Shares;
	/** How much of the wish is granted, less than wanted once the budget is used up; rejects while the source is away. */
	take(wish: Wish): Promise<number>;
	/** These windows are over. */
	release(ids: readonly string[]): void;
}

/** The source is left alone for a moment. */
export class BudgetsAway extends Error {
	constructor() {
		super("The budgets of the rate limits are not asked for now.");
		this.name = "BudgetsAway";
	}
}

/** After a failure nobody asks for so long; then one asks for all whether it is over. */
const REST_MS = 1_000;

/** A tenth at a time, the first one without asking: few questions, and refusals that may come a little late or early. */
export function tenths(count: number): Shares {
	const free = Math.floor(count / 10);
	return { free, share: Math.max(1, free) };
}

/** Every request is asked for, those that wait together in one question: exact. */
export function each(): Shares {
	return { free: 0, share: 1 };
}

/** The same budgets, left alone after they failed, so that no request waits for a source that is away; `onChange` hears of both. */
export function rested(
	budgets: Budgets,
	clock: Pick<Clock, "now">,
	onChange: (isAway: boolean, error?: unknown) => void,
): Budgets {
	let isAway = false;
	let restsUntil = 0;
	const changed = (next: boolean, error?: unknown) => {
		if (isAway !== next) onChange(next, error);
		isAway = next;
	};
	return {
		sharesOf: (count) => budgets.sharesOf(count),
		release: (ids) => budgets.release(ids),
		async take(wish) {
			const at = clock.now();
			if (at < restsUntil) throw new BudgetsAway();
			if (isAway) restsUntil = at + REST_MS;
			try {
				const given = await budgets.take(wish);
				restsUntil = 0;
				changed(false);
				return given;
			} catch (error) {
				restsUntil = clock.now() + REST_MS;
				changed(true, error);
				throw error;
			}
		},
	};
}
