import type { Store } from "../../../mixins/store/port.ts";
import type { LeaseState } from "../../../mixins/scheduler/lease.ts";
import { LEASE_KIND } from "../../../mixins/scheduler/leases.ts";
import type { JobView } from "../contract.ts";

const JOBS_MAX = 500;

/** Every job that has ever run, with its last run and who holds it now. */
export async function jobsOf(store: Pick<Store, "find">, now: number): Promise<readonly JobView[]> {
	const leases = await store.find<LeaseState>(LEASE_KIND, { direction: "asc", limit: JOBS_MAX });
	return leases.map(({ state }) => viewOf(state, now));
}

function viewOf({ owner, expiresAt, job, runs, failures, ...last }: LeaseState, now: number): JobView {
	const isHeld = expiresAt !== null && Date.parse(expiresAt) > now;
	return {
		job,
		runs,
		failures,
		lastStartedAt: last.lastStartedAt,
		lastFinishedAt: last.lastFinishedAt,
		lastError: last.lastError,
		lastErrorAt: last.lastErrorAt,
		heldBy: isHeld ? owner : null,
		heldUntil: isHeld ? expiresAt : null,
	};
}
