import { openRedis } from "../../../mixins/cluster/redis.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import type { Tallies } from "../operations/tallies.ts";
import type { LimitName } from "../routes/types.ts";
import { rested, type Budgets } from "./budgets.ts";
import { createLimiter, type Limiter } from "./limiter.ts";
import { createRedisBudgets } from "./redis-budgets.ts";
import { createSharedLimiter } from "./shared-limiter.ts";
import { createStoreBudgets } from "./store-budgets.ts";

/** The rate limits of one gateway. */
export interface Limits {
	readonly of: Readonly<Record<LimitName, Limiter>>;
	/** Ends the connection they hold, if any. */
	close(): Promise<void>;
}

/** Where a gateway says that it counts alone, and that it no longer does. */
export interface LimitsLog {
	warn(message: string, fields: object): void;
}

interface LimitsOptions {
	readonly runtime: Pick<Runtime, "settings" | "store" | "clock">;
	readonly tallies: Pick<Tallies, "limited" | "alone">;
	readonly log: LimitsLog;
}

/** Gateways of a cluster share their budgets, in Redis where there is one, else in the store; a single one counts in memory. */
export function createLimits({ runtime, tallies, log }: LimitsOptions): Limits {
	const { settings, clock } = runtime;
	const { budgets, close } = sourceOf(runtime);
	const shared =
		budgets === null
			? null
			: rested(budgets, clock, (isAway, error) => {
					tallies.alone.value = isAway ? 1 : 0;
					tell(log, isAway, error);
				});
	const limiterOf = (name: LimitName): Limiter => {
		const limit = settings.limits[name];
		const refused = tallies.limited[name];
		if (shared === null) return createLimiter(limit, () => clock.now(), refused);
		return createSharedLimiter({ name, limit, budgets: shared, clock, refused });
	};
	return { of: { api: limiterOf("api"), login: limiterOf("login") }, close };
}

function tell(log: LimitsLog, isAway: boolean, error: unknown): void {
	if (isAway) log.warn("Rate limits are counted by this gateway alone.", { error: String(error) });
	else log.warn("Rate limits are shared with the other gateways again.", {});
}

function sourceOf({ settings, store }: LimitsOptions["runtime"]): { budgets: Budgets | null; close: Limits["close"] } {
	const nothing = () => Promise.resolve();
	if (settings.cluster === null) return { budgets: null, close: nothing };
	const { redisUrl } = settings.cluster;
	if (redisUrl === null) return { budgets: createStoreBudgets(store), close: nothing };
	const link = openRedis(redisUrl);
	return { budgets: createRedisBudgets(link), close: () => link.close() };
}
