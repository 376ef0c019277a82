/** Wrong passwords of one account from one address. Times are clock milliseconds. */
export interface Attempts {
	/** Recent failures, oldest first; at most `FAILURES_MAX - 1`. */
	readonly failedAt: readonly number[];
	/** Locks in a row; each is twice as long as the one before. */
	readonly locks: number;
	readonly lockedUntil: number;
}

/** Wrong passwords within the window that lock. */
export const FAILURES_MAX = 5;
export const WINDOW_MS = 15 * 60_000;
const LOCK_MS = 15 * 60_000;
const LOCK_MAX_MS = 24 * 3_600_000;
/** A lock that ended this long ago no longer lengthens the next one. */
const MEMORY_MS = 24 * 3_600_000;

/** No wrong password yet. */
export const noAttempts: Attempts = { failedAt: [], locks: 0, lockedUntil: 0 };

/** Seconds until the next attempt is looked at, rounded up; 0 when it is looked at now. */
export function retryAfterSeconds(attempts: Attempts, now: number): number {
	return Math.max(0, Math.ceil((attempts.lockedUntil - now) / 1_000));
}

/** One more wrong password. `failures` counts it within its window, also when it locks. */
export function afterFailure(attempts: Attempts, now: number): { attempts: Attempts; failures: number } {
	const isForgotten = attempts.lockedUntil + MEMORY_MS <= now;
	const locks = isForgotten ? 0 : attempts.locks;
	const failedAt = [...attempts.failedAt.filter((at) => at > now - WINDOW_MS), now];
	if (failedAt.length < FAILURES_MAX)
		return { attempts: { failedAt, locks, lockedUntil: attempts.lockedUntil }, failures: failedAt.length };
	const lockedUntil = now + Math.min(LOCK_MS * 2 ** Math.min(locks, 10), LOCK_MAX_MS);
	return { attempts: { failedAt: [], locks: locks + 1, lockedUntil }, failures: failedAt.length };
}

/** When nothing of it matters any more. */
export function forgottenAt({ failedAt, locks, lockedUntil }: Attempts): number {
	return Math.max((failedAt.at(-1) ?? 0) + WINDOW_MS, locks === 0 ? 0 : lockedUntil + MEMORY_MS);
}
