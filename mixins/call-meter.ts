import type { ActionHandler, ActionSchema, Context, Middleware, ServiceBroker } from "moleculer";
import { createHistogram, type Counts, type Histogram } from "./histogram.ts";

/** Calls of one action that ended alike. */
export interface CallSeries {
	readonly action: string;
	/** `ok`, or `error` for a refusal or an outage. */
	readonly result: "ok" | "error";
	/** The answer's status or outcome, or the error's code; empty where there is none. */
	readonly code: string;
	readonly seconds: Counts;
}

/** Upper bounds in seconds. */
const BUCKETS_S: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Codes come from contracts; a callee that makes them up cannot fill the memory. */
const SERIES_MAX = 500;
const CODE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

type Counted = Omit<CallSeries, "seconds"> & { readonly seconds: Histogram };

const meters = new WeakMap<object, () => readonly CallSeries[]>();

/** What was counted in a broker's process since it began; nothing for a broker that counts nothing. */
export function callsOf(broker: object): readonly CallSeries[] {
	return meters.get(broker)?.() ?? [];
}

/** Counts the local calls of `actions`; `now` is milliseconds of a clock that never jumps. All others cost nothing. */
export function callMeter(actions: readonly string[], now: () => number): Middleware {
	const metered = new Set(actions);
	const series = new Map<string, Counted>();

	function count(action: string, result: Counted["result"], code: string, startedAt: number): void {
		const seconds = (now() - startedAt) / 1_000;
		const key = `${action} ${result} ${code}`;
		let one = series.get(key);
		if (one === undefined) {
			if (series.size >= SERIES_MAX) return;
			one = { action, result, code, seconds: createHistogram(BUCKETS_S) };
			series.set(key, one);
		}
		one.seconds.add(seconds);
	}

	return {
		name: "CallMeter",
		created: (broker: ServiceBroker) => void meters.set(broker, () => [...series.values()].map(asRead)),
		localAction(next: ActionHandler, action: ActionSchema): ActionHandler {
			const name = action.name ?? "";
			if (!metered.has(name)) return next;
			return async function counted(this: unknown, ctx: Context) {
				const startedAt = now();
				try {
					const answer = (await next.call(this as never, ctx)) as unknown;
					count(name, "ok", codeOf(answer, ["status", "outcome"]), startedAt);
					return answer;
				} catch (error) {
					count(name, "error", codeOf(error, ["type", "name"]), startedAt);
					throw error;
				}
			};
		},
	};
}

function asRead({ seconds, ...series }: Counted): CallSeries {
	return { ...series, seconds: seconds.read() };
}

function codeOf(value: unknown, fields: readonly string[]): string {
	if (typeof value !== "object" || value === null) return "";
	const named = fields.map((field) => (value as Record<string, unknown>)[field]);
	return named.find((code): code is string => typeof code === "string" && CODE.test(code)) ?? "";
}
