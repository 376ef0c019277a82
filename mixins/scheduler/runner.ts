import type { Clock } from "../clock/port.ts";
import type { State, Store } from "../store/port.ts";
import type { Changed } from "./records.ts";
import { changeFenced, type Fenced } from "./fence.ts";
import { acquireLease, type Lease, LEASE_KIND } from "./leases.ts";
import { finishSlot, isSlotDone, openSlot, SLOT_KIND } from "./slots.ts";

/** What a job knows about its run. */
export interface JobRun {
	readonly job: string;
	/** Fencing token: carry it with every write that must not come late. */
	readonly token: number;
	/** The period of a once-per-period job, else null. */
	readonly period: string | null;
	/** Clock milliseconds at the start. */
	readonly now: number;
	/** Aborted when the lease is lost or the process stops; a long job looks at it between two steps. */
	readonly signal: AbortSignal;
	/** Throws `StaleToken` when another process has the job by now. */
	assertHeld(): Promise<void>;
	/**
	 * Changes a record that keeps this run's token, so that no older holder can write it later: `change` sees the stored
	 * state (null for none) and returns the next one, or null to leave it. Throws `StaleToken`.
	 */
	change<S extends State>(
		kind: string,
		id: string,
		change: (state: (S & Fenced) | null) => S | null,
	): Promise<Changed<S & Fenced>>;
}

/** A job as the runner sees it. */
export interface Job {
	readonly name: string;
	readonly run: (run: JobRun) => Promise<unknown>;
	/** Names the period that `now` (clock milliseconds) belongs to; such a job succeeds once per period. */
	readonly period?: (now: number) => string;
	/** How long a holder that died keeps others out. */
	readonly leaseMs?: number;
}

/** `held`: another process has it. `slotted`: its period is done. `busy`: this process is still at it. */
export type JobOutcome = "done" | "failed" | "held" | "slotted" | "busy" | "stopped";

/** What the runner stands on. */
export interface RunnerDeps {
	readonly store: Store;
	readonly clock: Clock;
	/** Unique for this process. */
	readonly owner: string;
	readonly onError: (error: Error, job: string) => void;
}

/** Runs jobs, each in one process at a time and never twice at a time in this one. */
export interface JobRunner {
	/** One look for work; never rejects. */
	tick(job: Job): Promise<JobOutcome>;
	/** Starts nothing new, tells the running jobs, and resolves when they have ended. */
	stop(): Promise<void>;
}

const LEASE_MS = 30_000;

/** A runner over a store; declares the kinds it needs. */
export function createJobRunner(deps: RunnerDeps): JobRunner {
	const running = new Map<string, Promise<JobOutcome>>();
	const stopping = new AbortController();
	for (const kind of [LEASE_KIND, SLOT_KIND]) deps.store.define({ kind });
	return {
		tick(job) {
			if (stopping.signal.aborted) return Promise.resolve("stopped");
			if (running.has(job.name)) return Promise.resolve("busy");
			const outcome = look(deps, job, stopping.signal)
				.catch((error: unknown): JobOutcome => {
					deps.onError(asError(error), job.name);
					return "failed";
				})
				.finally(() => running.delete(job.name));
			running.set(job.name, outcome);
			return outcome;
		},
		async stop() {
			stopping.abort(new Error("the scheduler is stopping"));
			await Promise.all(running.values());
		},
	};
}

async function look(deps: RunnerDeps, job: Job, stopping: AbortSignal): Promise<JobOutcome> {
	const now = deps.clock.now();
	const period = job.period?.(now) ?? null;
	if (period !== null && (await isSlotDone(deps.store, job.name, period))) return "slotted";
	const lease = await acquireLease(deps, job.name, job.leaseMs ?? LEASE_MS);
	if (lease === null) return "held";
	const run = await settled(runUnder(deps, job, lease, { now, period, stopping }));
	if (run.failure !== null) deps.onError(run.failure, job.name);
	await lease.release(run.failure);
	return run.outcome;
}

async function settled(run: Promise<JobOutcome>): Promise<{ outcome: JobOutcome; failure: Error | null }> {
	try {
		return { outcome: await run, failure: null };
	} catch (error) {
		return { outcome: "failed", failure: asError(error) };
	}
}

async function runUnder(
	{ store, clock }: RunnerDeps,
	job: Job,
	lease: Lease,
	{ now, period, stopping }: { now: number; period: string | null; stopping: AbortSignal },
): Promise<JobOutcome> {
	const { name } = job;
	const { token } = lease;
	if (period !== null && !(await openSlot(store, name, period, token, clock.iso()))) return "slotted";
	await job.run({
		job: name,
		token,
		period,
		now,
		signal: AbortSignal.any([lease.signal, stopping]),
		assertHeld: () => lease.assertHeld(),
		change: (kind, id, change) => changeFenced(store, kind, id, token, change),
	});
	if (period !== null) await finishSlot(store, name, period, token, clock.iso());
	return "done";
}

function asError(reason: unknown): Error {
	return reason instanceof Error ? reason : new Error(String(reason));
}
