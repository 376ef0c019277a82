import type { CallSeries } from "../call-meter.ts";
import { histogramSamples, type Reading, type Sample } from "./metric.ts";

/** Counted calls that ran in this process: payments, the provider and logins, by result. */
export function callReadings(calls: () => readonly CallSeries[]): readonly Reading[] {
	const of = (prefix: string) => calls().filter(({ action }) => action.startsWith(prefix));
	return [
		{
			name: "payflow_payments_total",
			help: "Confirmations, cancellations and refunds by result.",
			type: "counter",
			read: () => of("payment.").map(operationSample),
		},
		{
			name: "payflow_pg_call_seconds",
			help: "Time of calls of the payment provider.",
			type: "histogram",
			read: () =>
				of("toss.").flatMap(({ action, result, code, seconds }) =>
					histogramSamples(seconds, { operation: operationOf(action), result, code }),
				),
		},
		{
			name: "payflow_auth_logins_total",
			help: "Logins by result.",
			type: "counter",
			read: () =>
				of("auth.login").map(({ result, code, seconds }) => ({ labels: { result, code }, value: seconds.count })),
		},
		{
			name: "payflow_refresh_reuse_total",
			help: "Refresh tokens that were used a second time.",
			type: "counter",
			read: () => [{ value: sum(of("auth.refresh").filter(({ code }) => code === "REFRESH_TOKEN_REUSED")) }],
		},
	];
}

function operationSample({ action, result, code, seconds }: CallSeries): Sample {
	return { labels: { operation: operationOf(action), result, code }, value: seconds.count };
}

function operationOf(action: string): string {
	return action.slice(action.indexOf(".") + 1);
}

function sum(series: readonly CallSeries[]): number {
	return series.reduce((total, { seconds }) => total + seconds.count, 0);
}
