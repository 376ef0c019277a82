import type { SagaMetrics, SagaName, SagaStepName } from "../contract.ts";

/** What happened in one hour; counts, and ms. */
export interface HourFigures {
	readonly started: number;
	readonly completed: number;
	readonly compensated: number;
	readonly declined: number;
	readonly expired: number;
	/** Of the completed ones, all together. */
	readonly durationMs: number;
	readonly failures: Readonly<Partial<Record<SagaStepName, number>>>;
}

/** An hour in which nothing happened. */
export const NO_FIGURES: HourFigures = {
	started: 0,
	completed: 0,
	compensated: 0,
	declined: 0,
	expired: 0,
	durationMs: 0,
	failures: {},
};

/** Both together. */
export function sumOf(left: HourFigures, right: Partial<HourFigures>): HourFigures {
	const { failures = {} } = right;
	const steps = Object.keys({ ...left.failures, ...failures }) as SagaStepName[];
	const plus = (name: Exclude<keyof HourFigures, "failures">) => left[name] + (right[name] ?? 0);
	return {
		started: plus("started"),
		completed: plus("completed"),
		compensated: plus("compensated"),
		declined: plus("declined"),
		expired: plus("expired"),
		durationMs: plus("durationMs"),
		failures: Object.fromEntries(steps.map((step) => [step, (left.failures[step] ?? 0) + (failures[step] ?? 0)])),
	};
}

/** The figures as they are shown: 197 completed, 3 compensated and none failed are 98.5 % and 1.5 %. */
export function metricsOf(
	name: SagaName,
	hours: number,
	figures: HourFigures,
	now: { readonly inProgress: number; readonly failed: number },
): SagaMetrics {
	const { started: total, completed, compensated, declined, expired, durationMs, failures } = figures;
	const { inProgress, failed } = now;
	const ended = completed + compensated + failed;
	const failuresByStep = Object.entries(failures)
		.map(([step, count]) => ({ step: step as SagaStepName, count }))
		.sort((left, right) => right.count - left.count || left.step.localeCompare(right.step));
	return {
		...{ name, hours, total, completed, compensated, failed, declined, expired, inProgress },
		successRate: ended === 0 ? null : percent(completed, ended),
		compensationRate: ended === 0 ? null : percent(compensated, ended),
		avgDurationMs: completed === 0 ? null : Math.round(durationMs / completed),
		failuresByStep,
	};
}

/** Hundredths of a percent, rounded half up. */
function percent(part: number, whole: number): number {
	return Math.round((part / whole) * 10_000) / 100;
}
