import type { ServiceSchema } from "moleculer";
import type { Timer } from "./clock/port.ts";
import type { RuntimeDeps } from "./actor/actor.mixin.ts";
import { runtimeOf } from "./runtime.ts";
import type { SagaPlan } from "./saga/plan.ts";
import { createSagaRunner, type SagaRunner } from "./saga/runner.ts";
import { createJobRunner, type JobRunner } from "./scheduler/runner.ts";
import { tickerFor } from "./scheduler/ticker.ts";
import { mixin, type Broker } from "./typed.ts";

export { defineSaga } from "./saga/plan.ts";

/** What a service gets from `saga(plan)`. */
export interface SagaDeps<Input extends object> extends RuntimeDeps {
	sagas: SagaRunner<Input>;
}

interface Inner extends SagaDeps<object> {
	$sagas: { readonly jobs: JobRunner; timers: Timer[] };
}

/** How often sagas are looked for whose process has died. */
const SWEEP_EVERY_MS = 5_000;
/** One process owns the embedded store, so what it had begun is still its own after a restart. A cluster must name each process. */
const RUNNER = "embedded";
/** The services that the steps call come up first. */
const RESUME_AFTER_MS = 500;

/** Makes a service the home of one kind of saga: begins them, sees them to their end, and takes them up after a crash. */
export function saga<Input extends object>(plan: SagaPlan<Input>): Partial<ServiceSchema> {
	return mixin<Inner>({
		created() {
			const runtime = runtimeOf(this.broker);
			const { store, clock, ids, actors, onSagaPoint } = runtime;
			const caller: Broker = this.broker;
			const owner = ids.next("JOB");
			this.runtime = runtime;
			this.sagas = createSagaRunner(plan, {
				actors,
				store,
				clock,
				caller,
				runner: RUNNER,
				commandId: () => ids.next("CMD"),
				...(onSagaPoint === undefined ? {} : { onPoint: onSagaPoint }),
				onError: (error, sagaId) => this.logger.warn("A saga waits for the sweep.", { sagaId, error: String(error) }),
			});
			const onError = (error: Error, job: string) => this.logger.error("A job failed.", { job, error });
			this.$sagas = { jobs: createJobRunner({ store, clock, owner, onError }), timers: [] };
		},
		async started() {
			const job = { name: `${this.name}.${plan.name}-sweep`, run: () => this.sagas.sweep() };
			const { clock } = runtimeOf(this.broker);
			const resume = () =>
				void this.sagas
					.resume()
					.catch((error: unknown) => this.logger.warn("Sagas wait for the sweep.", { error: String(error) }));
			this.$sagas.timers = [
				clock.after(RESUME_AFTER_MS, resume),
				tickerFor(clock).start({ everyMs: SWEEP_EVERY_MS }, () => this.$sagas.jobs.tick(job)),
			];
		},
		async stopped() {
			for (const timer of this.$sagas.timers) timer.cancel();
			await Promise.all([this.$sagas.jobs.stop(), this.sagas.stop()]);
		},
	});
}
