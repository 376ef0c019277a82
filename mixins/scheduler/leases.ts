import type { Clock, Timer } from "../clock/port.ts";
import type { Store } from "../store/port.ts";
import { StaleToken } from "./fence.ts";
import { freshLease, grant, type LeaseState, release, renew } from "./lease.ts";
import { changeRecord } from "./records.ts";

/** Kind of the records that hold the jobs' leases. */
export const LEASE_KIND = "job-lease";

/** The right to run a job, for as long as it is renewed. */
export interface Lease {
	/** Higher than that of any holder before. */
	readonly token: number;
	/** Aborted with `StaleToken` when the lease is lost. */
	readonly signal: AbortSignal;
	/** Throws `StaleToken` unless the store still names this lease. */
	assertHeld(): Promise<void>;
	/** Gives it back with the outcome of the run; one that was lost is left alone. */
	release(failure: Error | null): Promise<void>;
}

/** Where leases are kept and who asks for them. */
export interface LeaseDeps {
	readonly store: Store;
	readonly clock: Clock;
	/** Unique for this process. */
	readonly owner: string;
}

/** The lease of a job for `leaseMs`, renewed at each third of it; null while somebody else has it. */
export async function acquireLease(deps: LeaseDeps, job: string, leaseMs: number): Promise<Lease | null> {
	const { store, clock, owner } = deps;
	const changed = await changeRecord<LeaseState>(store, LEASE_KIND, job, (lease) =>
		grant(lease ?? freshLease(job), owner, clock.now(), leaseMs),
	);
	return changed === "refused" ? null : hold(deps, job, changed.state, leaseMs);
}

/** How a job's lease stands and how its last run went; null if it never ran. */
export async function readLease(store: Store, job: string): Promise<LeaseState | null> {
	return (await store.load<LeaseState>(LEASE_KIND, job))?.state ?? null;
}

function hold({ store, clock }: LeaseDeps, job: string, granted: LeaseState, leaseMs: number): Lease {
	const { token } = granted;
	const lost = new AbortController();
	let expiresAt = Date.parse(granted.expiresAt ?? "");
	let timer: Timer | null = null;
	let isReleased = false;

	const change = (next: (lease: LeaseState) => LeaseState | null) =>
		changeRecord<LeaseState>(store, LEASE_KIND, job, (lease) => (lease === null ? null : next(lease)));

	const lose = (): void => {
		timer?.cancel();
		lost.abort(new StaleToken(job, token));
	};

	const renewOnce = async (): Promise<void> => {
		const until = clock.now() + leaseMs;
		const changed = await change((lease) => renew(lease, token, until - leaseMs, leaseMs));
		if (changed === "refused") lose();
		else expiresAt = until;
	};

	const renewLater = (): void => {
		timer = clock.after(leaseMs / 3, () => {
			if (clock.now() >= expiresAt) {
				lose();
				return;
			}
			renewOnce()
				.catch(() => undefined) // A renewal that failed is tried again at the next third, until the lease has run out.
				.finally(() => {
					if (!isReleased && !lost.signal.aborted) renewLater();
				});
		});
	};

	renewLater();
	return {
		token,
		signal: lost.signal,
		async assertHeld() {
			if (lost.signal.aborted || (await readLease(store, job))?.token !== token) throw new StaleToken(job, token);
		},
		async release(failure) {
			isReleased = true;
			timer?.cancel();
			await change((lease) => release(lease, token, clock.now(), failure));
		},
	};
}
