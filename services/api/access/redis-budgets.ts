import { redisScript, type RedisLink } from "../../../mixins/cluster/redis.ts";
import { each, type Budgets, type Shares } from "./budgets.ts";

/** All keys of the limits begin so; installations that share a server take a database each. */
export const RATE_PREFIX = "payflow:rate:";
/** Gateways whose clocks differ a little still find the window. */
const GRACE_MS = 5_000;

/** Unaccounted, wanted, count, life in ms → given. */
const TAKE = redisScript(`
local taken = tonumber(redis.call("GET", KEYS[1]) or "0") + tonumber(ARGV[1])
local given = math.max(0, math.min(tonumber(ARGV[2]), tonumber(ARGV[3]) - taken))
if given + tonumber(ARGV[1]) > 0 then
	redis.call("SET", KEYS[1], string.format("%.0f", taken + given), "PX", ARGV[4])
end
return given
`);

/** Budgets in Redis, one key per window, which goes by itself when the window is over. */
export function createRedisBudgets(link: RedisLink, sharesOf: (count: number) => Shares = each): Budgets {
	return {
		sharesOf,
		async take({ id, count, unaccounted, wanted, leftMs }) {
			const lifeMs = Math.ceil(leftMs) + GRACE_MS;
			const given = await link.run(TAKE, RATE_PREFIX + id, [unaccounted, wanted, count, lifeMs]);
			if (typeof given !== "number") throw new Error("Redis has answered something else than a number.");
			return given;
		},
		release: () => undefined,
	};
}
