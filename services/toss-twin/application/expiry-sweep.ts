import type { Clock, Timer } from "../../../mixins/clock/port.ts";
import { RETENTION_MS } from "../domain/idempotency.ts";
import type { PaymentStore } from "./ports.ts";

const BATCH = 200;
/** Sessions close together are expired together. */
const GRAIN_MS = 1000;

export interface ExpirySweepDeps {
	readonly clock: Clock;
	readonly payments: PaymentStore;
	readonly commit: <Value>(work: () => Value) => Promise<Value>;
	readonly expire: (limit: number) => number;
	readonly report: (error: unknown) => void;
}

/** Writes expiries down when they fall due, so that their webhooks leave without anybody asking. */
export interface ExpirySweep {
	wakeAt(at: number): void;
	stop(): void;
}

/** A sweep with one timer, set to the earliest limit that is known. */
export function createExpirySweep(deps: ExpirySweepDeps): ExpirySweep {
	const { clock } = deps;
	let timer: { readonly at: number; readonly timer: Timer } | null = null;
	let isStopped = false;

	const wakeAt = (at: number): void => {
		if (isStopped || (timer !== null && timer.at <= at)) return;
		timer?.timer.cancel();
		timer = { at, timer: clock.after(Math.max(0, at - clock.now()), () => void sweep().catch(deps.report)) };
	};
	const sweep = async (): Promise<void> => {
		const count = await deps.commit(() => {
			deps.payments.purgeAnswers(clock.now() - RETENTION_MS, BATCH);
			return deps.expire(BATCH);
		});
		timer = null;
		const next = count === BATCH ? clock.now() : deps.payments.nextExpiry();
		if (next !== null) wakeAt(count === BATCH ? next : Math.max(next, clock.now() + GRAIN_MS));
	};
	return {
		wakeAt,
		stop: () => {
			isStopped = true;
			timer?.timer.cancel();
		},
	};
}
