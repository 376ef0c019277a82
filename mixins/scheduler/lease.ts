/** Who may run a job, and how its last run went; times are ISO 8601. */
export interface LeaseState {
	readonly job: string;
	/** Null when nobody holds it. */
	readonly owner: string | null;
	/** Grows by one with each grant; a holder with a lower one is too late. */
	readonly token: number;
	readonly expiresAt: string | null;
	readonly runs: number;
	readonly failures: number;
	readonly lastStartedAt: string | null;
	readonly lastFinishedAt: string | null;
	/** Name and message of the newest failure; a later success leaves it, `lastErrorAt` tells how old it is. */
	readonly lastError: string | null;
	readonly lastErrorAt: string | null;
}

const ERROR_LENGTH_MAX = 500;

/** The lease of a job that never ran. */
export function freshLease(job: string): LeaseState {
	return {
		job,
		owner: null,
		token: 0,
		expiresAt: null,
		runs: 0,
		failures: 0,
		lastStartedAt: null,
		lastFinishedAt: null,
		lastError: null,
		lastErrorAt: null,
	};
}

/** The lease granted to `owner` until `leaseMs` from `now`, with the next token; null while somebody holds it. */
export function grant(lease: LeaseState, owner: string, now: number, leaseMs: number): LeaseState | null {
	if (lease.expiresAt !== null && Date.parse(lease.expiresAt) > now) return null;
	return {
		...lease,
		owner,
		token: lease.token + 1,
		expiresAt: isoOf(now + leaseMs),
		lastStartedAt: isoOf(now),
		runs: lease.runs + 1,
	};
}

/** The lease with a later end; null when it went to somebody else. */
export function renew(lease: LeaseState, token: number, now: number, leaseMs: number): LeaseState | null {
	if (lease.token !== token || lease.owner === null) return null;
	return { ...lease, expiresAt: isoOf(now + leaseMs) };
}

/** The lease given back after a run, with its outcome; null when it went to somebody else. */
export function release(lease: LeaseState, token: number, now: number, failure: Error | null): LeaseState | null {
	if (lease.token !== token || lease.owner === null) return null;
	const released = { ...lease, owner: null, expiresAt: null, lastFinishedAt: isoOf(now) };
	if (failure === null) return released;
	const lastError = `${failure.name}: ${failure.message}`.slice(0, ERROR_LENGTH_MAX);
	return { ...released, failures: lease.failures + 1, lastError, lastErrorAt: isoOf(now) };
}

function isoOf(ms: number): string {
	return new Date(ms).toISOString();
}
