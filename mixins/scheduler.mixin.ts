import type { Service, ServiceSchema } from "moleculer";
import type { Timer } from "./clock/port.ts";
import { runtimeOf } from "./runtime.ts";
import type { LeaseState } from "./scheduler/lease.ts";
import { readLease } from "./scheduler/leases.ts";
import { createJobRunner, type Job, type JobOutcome, type JobRun, type JobRunner } from "./scheduler/runner.ts";
import { type Rhythm, tickerFor } from "./scheduler/ticker.ts";
import { mixin } from "./typed.ts";

export type { JobOutcome, JobRun } from "./scheduler/runner.ts";

/** A job of a service: its rhythm and a method's name or a function. It looks for what is due, so a missed tick costs nothing. */
export type JobSchema<This> = Rhythm & {
	readonly run: string | ((this: This, run: JobRun) => Promise<unknown>);
	/** Names the period that a time (clock milliseconds) belongs to; such a job succeeds once per period in the whole cluster. */
	readonly period?: (now: number) => string;
	/** How long a holder that died keeps others out; default 30 s. */
	readonly leaseMs?: number;
};

/** What a service gets from `scheduler(…)`. Jobs are known to the store as `<service>.<job>`. */
export interface SchedulerDeps {
	/** One look for work now, outside the rhythm; throws for a name that is no job. */
	runJob(name: string): Promise<JobOutcome>;
	/** Leases and last runs of the service's jobs; those that never ran are left out. */
	jobStates(): Promise<readonly LeaseState[]>;
}

interface Inner extends SchedulerDeps {
	$jobs: { readonly runner: JobRunner; readonly jobs: ReadonlyMap<string, Job>; timers: Timer[] };
}

/** Runs a service's jobs at their times, each in one process of the cluster at a time. */
export function scheduler<This = Service>(options: {
	readonly jobs: Readonly<Record<string, JobSchema<This>>>;
}): Partial<ServiceSchema> {
	return mixin<Inner>({
		created() {
			const { store, clock, ids } = runtimeOf(this.broker);
			const onError = (error: Error, job: string) => this.logger.error("A job failed.", { job, error });
			const runner = createJobRunner({ store, clock, owner: ids.next("JOB"), onError });
			const jobs = new Map(
				Object.entries(options.jobs).map(([name, schema]) => [name, jobOf(this, `${this.name}.${name}`, schema)]),
			);
			this.$jobs = { runner, jobs, timers: [] };
			this.runJob = async (name) => {
				const job = jobs.get(name);
				if (job === undefined) throw new Error(`${this.name} has no job ${name}`);
				return runner.tick(job);
			};
			this.jobStates = async () => {
				const states = await Promise.all([...jobs.values()].map((job) => readLease(store, job.name)));
				return states.filter((state) => state !== null);
			};
		},
		async started() {
			const ticker = tickerFor(runtimeOf(this.broker).clock);
			const { runner, jobs } = this.$jobs;
			this.$jobs.timers = [...jobs].map(([name, job]) =>
				ticker.start(rhythmOf(options.jobs[name]), () => runner.tick(job)),
			);
		},
		async stopped() {
			for (const timer of this.$jobs.timers) timer.cancel();
			await this.$jobs.runner.stop();
		},
	});
}

function jobOf<This>(service: Service, name: string, { run, period, leaseMs }: JobSchema<This>): Job {
	const method: unknown = typeof run === "string" ? (service as unknown as Record<string, unknown>)[run] : run;
	if (typeof method !== "function") throw new Error(`${name} names no method to run`);
	return {
		name,
		run: async (jobRun) => (method as (this: unknown, run: JobRun) => unknown).call(service, jobRun),
		...(period === undefined ? {} : { period }),
		...(leaseMs === undefined ? {} : { leaseMs }),
	};
}

function rhythmOf(schema: Rhythm | undefined): Rhythm {
	if (schema === undefined) throw new Error("a job has no rhythm");
	return schema;
}
