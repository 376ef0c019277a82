import type { ActionHandler, ActionSchema, Context, Middleware, ServiceBroker } from "moleculer";

/** Calls of one action that ended alike. */
export interface CallSeries {
	readonly action: string;
	/** `ok`, or `error` for a refusal or an outage. */
	readonly result: "ok" | "error";
	/** The answer's status or outcome, or the error's code; empty where there is none. */
	readonly code: string;
	/** Calls per upper bound of `CALL_BUCKETS_S`, not cumulative. */
	readonly buckets: readonly number[];
	readonly count: number;
	readonly seconds: number;
}

/** Upper bounds in seconds. */
export const CALL_BUCKETS_S: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Codes come from contracts; a callee that makes them up cannot fill the memory. */
const SERIES_MAX = 500;
const CODE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

interface Counted {
	action: string;
	result: "ok" | "error";
	code: string;
	buckets: number[];
	count: number;
	seconds: number;
}

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
			one = { action, result, code, buckets: CALL_BUCKETS_S.map(() => 0), count: 0, seconds: 0 };
			series.set(key, one);
		}
		one.count += 1;
		one.seconds += seconds;
		const bucket = CALL_BUCKETS_S.findIndex((bound) => seconds <= bound);
		if (bucket !== -1) one.buckets[bucket] = (one.buckets[bucket] ?? 0) + 1;
	}

	return {
		name: "CallMeter",
		created: (broker: ServiceBroker) => void meters.set(broker, () => [...series.values()]),
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

function codeOf(value: unknown, fields: readonly string[]): string {
	if (typeof value !== "object" || value === null) return "";
	const named = fields.map((field) => (value as Record<string, unknown>)[field]);
	return named.find((code): code is string => typeof code === "string" && CODE.test(code)) ?? "";
}
