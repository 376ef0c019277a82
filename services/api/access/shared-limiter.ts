import { createHash } from "node:crypto";
import type { Clock } from "../../../mixins/clock/port.ts";
import type { RateLimit } from "../../../mixins/config/readers.ts";
import { GatewayRejected } from "../errors/rejected.ts";
import type { Tally } from "../operations/tallies.ts";
import type { Budgets } from "./budgets.ts";
import type { Limiter } from "./limiter.ts";

/** What a shared limit stands on; `name` keeps the limits apart. */
export interface SharedLimitOptions {
	readonly name: string;
	readonly limit: RateLimit | null;
	readonly budgets: Budgets;
	readonly clock: Pick<Clock, "now">;
	/** Counts the refusals. */
	readonly refused: Tally;
}

const KEYS_MAX = 50_000;

interface Window {
	readonly id: string;
	/** Let through here. */
	used: number;
	/** May be let through here before the next question. */
	granted: number;
	/** What the budgets know of this gateway. */
	told: number;
	waiting: number;
	isFull: boolean;
	asking: Promise<void> | null;
}

/**
 * One fixed window per key for all gateways, aligned to the clock. A gateway takes shares of the window's budget and counts by
 * itself within them; requests that wait for the same key are asked for together. While the budgets are away each gateway counts
 * alone, up to the whole budget, and says afterwards what it let through.
 */
export function createSharedLimiter({ name, limit, budgets, clock, refused }: SharedLimitOptions): Limiter {
	if (limit === null) return () => undefined;
	const { count, windowMs } = limit;
	const { free, share } = budgets.sharesOf(count);
	const windows = new Map<string, Window>();
	let current = -1;

	function windowOf(key: string, number: number): Window {
		if (number !== current) {
			budgets.release([...windows.values()].filter(({ told }) => told > 0).map(({ id }) => id));
			windows.clear();
			current = number;
		}
		const known = windows.get(key);
		if (known !== undefined) return known;
		const id = createHash("sha256").update(`${name}\n${key}\n${number}`).digest("base64url");
		const window = { id, used: 0, granted: free, told: 0, waiting: 0, isFull: false, asking: null };
		if (windows.size >= KEYS_MAX) windows.clear();
		windows.set(key, window);
		return window;
	}

	async function ask(window: Window, leftMs: number): Promise<void> {
		const { id, used, told, waiting } = window;
		const unaccounted = used - told;
		const wanted = Math.min(Math.max(share, waiting), count - used);
		let given = wanted;
		if (wanted > 0)
			try {
				given = await budgets.take({ id, count, unaccounted, wanted, leftMs });
				window.told += unaccounted + given;
			} catch {
				// Alone: what is let through now is told with the next question.
			}
		window.granted = used + given;
		window.isFull = wanted === 0 || given < wanted;
	}

	return async (key) => {
		const at = clock.now();
		const number = Math.floor(at / windowMs);
		const window = windowOf(key, number);
		const leftMs = (number + 1) * windowMs - at;
		while (window.used >= window.granted && !window.isFull) {
			window.waiting += 1;
			window.asking ??= ask(window, leftMs).finally(() => (window.asking = null));
			await window.asking;
			window.waiting -= 1;
		}
		if (window.used >= window.granted) {
			refused.value += 1;
			throw new GatewayRejected("RATE_LIMITED", { retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1_000)) });
		}
		window.used += 1;
	};
}
