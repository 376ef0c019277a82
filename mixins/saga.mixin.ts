import type { ServiceSchema } from "moleculer";
import type { Timer } from "./clock/port.ts";
import type { RuntimeDeps } from "./actor/actor.mixin.ts";
import { timeTravel } from "./actor/time-travel.ts";
import { runtimeOf, type Runtime } from "./runtime.ts";
import { sagaFold } from "./saga/aggregate.ts";
import type { SagaPlan } from "./saga/plan.ts";
import { createSagaRunner } from "./saga/runner.ts";
import { createSagas, type Sagas } from "./saga/sagas.ts";
import { createJobRunner, type JobRunner } from "./scheduler/runner.ts";
import { tickerFor } from "./scheduler/ticker.ts";
import { mixin, type Broker } from "./typed.ts";

export { defineSaga } from "./saga/plan.ts";

/** What a service gets from `saga(…plans)`. */
export interface SagaDeps extends RuntimeDeps {
	sagas: Sagas;
}

interface Inner extends SagaDeps {
	$sagas: { readonly jobs: JobRunner; timers: Timer[] };
}

/** How often sagas are looked for whose process has died. */
const SWEEP_EVERY_MS = 5_000;
/** The services that the steps call come up first. */
const RESUME_AFTER_MS = 500;

/** Makes a service the home of kinds of sagas: begins them, sees them to their end, and takes them up after a crash. */
export function saga(...plans: readonly SagaPlan<never>[]): Partial<ServiceSchema> {
	return mixin<Inner>({
		mixins: [timeTravel(sagaFold(plans))],
		created() {
			const runtime = runtimeOf(this.broker);
			const { store, clock, ids } = runtime;
			const warn = (error: unknown, sagaId: string) =>
				this.logger.warn("A saga waits for the sweep.", { sagaId, error: String(error) });
			this.runtime = runtime;
			this.sagas = createSagas(plans, store, (plan) =>
				createSagaRunner(plan, runnerDeps(runtime, this.broker, this.broker.nodeID, warn)),
			);
			const onError = (error: Error, job: string) => this.logger.error("A job failed.", { job, error });
			this.$sagas = { jobs: createJobRunner({ store, clock, owner: ids.next("JOB"), onError }), timers: [] };
		},
		async started() {
			const { clock } = runtimeOf(this.broker);
			this.$sagas.timers = this.sagas.runners().flatMap(({ name, runner }) => {
				const job = { name: `${this.name}.${name}-sweep`, run: () => runner.sweep() };
				const resume = () =>
					void runner
						.resume()
						.catch((error: unknown) => this.logger.warn("Sagas wait for the sweep.", { name, error: String(error) }));
				return [
					clock.after(RESUME_AFTER_MS, resume),
					tickerFor(clock).start({ everyMs: SWEEP_EVERY_MS }, () => this.$sagas.jobs.tick(job)),
				];
			});
		},
		async stopped() {
			for (const timer of this.$sagas.timers) timer.cancel();
			const stopping = this.sagas.runners().map(({ runner }) => runner.stop());
			await Promise.all([this.$sagas.jobs.stop(), ...stopping]);
		},
	});
}

function runnerDeps(
	{ actors, store, clock, ids, onSagaPoint }: Runtime,
	caller: Broker,
	runner: string,
	onError: (error: unknown, sagaId: string) => void,
) {
	const isAlone = store.isExclusive === true;
	const onPoint = onSagaPoint === undefined ? {} : { onPoint: onSagaPoint };
	return { actors, store, clock, caller, runner, isAlone, commandId: () => ids.next("CMD"), onError, ...onPoint };
}
