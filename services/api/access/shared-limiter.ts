import { createHash } from "node:crypto";
import type { Clock } from "../../../mixins/clock/port.ts";
import type { RateLimit } from "../../../mixins/config/readers.ts";
import { changeRecord } from "../../../mixins/scheduler/records.ts";
import type { Store } from "../../../mixins/store/port.ts";
import { GatewayRejected } from "../errors/rejected.ts";
import type { Tally } from "../operations/tallies.ts";
import type { Limiter } from "./limiter.ts";

/** What a shared limit stands on; `name` keeps the limits apart. */
export interface SharedLimitOptions {
	readonly name: string;
	readonly limit: RateLimit | null;
	readonly store: Store;
	readonly clock: Pick<Clock, "now">;
	/** Counts the refusals. */
	readonly refused: Tally;
}

/** Kind of the records that hold how much of a window's budget the gateways have taken. */
export const RATE_KIND = "rate-window";
/** A gateway takes a tenth of the budget at a time, and gives the first tenth without asking. */
const SHARE = 10;
const KEYS_MAX = 50_000;

interface Taken {
	readonly taken: number;
}

interface Window {
	readonly id: string;
	readonly number: number;
	used: number;
	granted: number;
	hasAsked: boolean;
	isFull: boolean;
	asking: Promise<void> | null;
}

/**
 * One fixed window per key for all gateways, aligned to the clock. A gateway takes shares of the budget from the store and counts
 * by itself within them: at most ten writes per key and window, none for a key that stays within its first share. What passes is
 * at most the budget and one free share of each gateway that never had to ask. While the store is away, each counts alone.
 */
export function createSharedLimiter({ name, limit, store, clock, refused }: SharedLimitOptions): Limiter {
	if (limit === null) return () => undefined;
	const { count, windowMs } = limit;
	const free = Math.floor(count / SHARE);
	const share = Math.max(1, free);
	const windows = new Map<string, Window>();
	let current = -1;
	store.define({ kind: RATE_KIND });

	function windowOf(key: string, number: number): Window {
		if (number !== current) {
			clearOut(store, [...windows.values()]);
			windows.clear();
			current = number;
		}
		const known = windows.get(key);
		if (known !== undefined) return known;
		const id = createHash("sha256").update(`${name}\n${key}\n${number}`).digest("base64url");
		const window = { id, number, used: 0, granted: free, hasAsked: false, isFull: false, asking: null };
		if (windows.size >= KEYS_MAX) windows.clear();
		windows.set(key, window);
		return window;
	}

	async function ask(window: Window): Promise<void> {
		const unaccounted = window.hasAsked ? 0 : free;
		let given = 0;
		try {
			const changed = await changeRecord<Taken>(store, RATE_KIND, window.id, (state) => {
				const taken = (state?.taken ?? 0) + unaccounted;
				given = Math.min(share, count - taken);
				return given <= 0 ? null : { taken: taken + given };
			});
			window.isFull = changed === "refused";
			if (!window.isFull) window.granted += given;
		} catch {
			window.granted = count;
			window.isFull = window.used >= count;
		}
		window.hasAsked = true;
	}

	return async (key) => {
		const at = clock.now();
		const number = Math.floor(at / windowMs);
		const window = windowOf(key, number);
		while (window.used >= window.granted && !window.isFull) {
			window.asking ??= ask(window).finally(() => (window.asking = null));
			await window.asking;
		}
		if (window.used >= window.granted) {
			refused.value += 1;
			const leftMs = (number + 1) * windowMs - at;
			throw new GatewayRejected("RATE_LIMITED", { retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1_000)) });
		}
		window.used += 1;
	};
}

/** The records of windows that are over; what a killed gateway leaves behind hurts nobody. */
function clearOut(store: Store, ended: readonly Window[]): void {
	const ids = ended.filter(({ hasAsked }) => hasAsked).map(({ id }) => id);
	if (ids.length > 0) void store.remove(RATE_KIND, ids).catch(() => undefined);
}
