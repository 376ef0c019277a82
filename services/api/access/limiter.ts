import type { RateLimit } from "../../../mixins/config/readers.ts";
import { GatewayRejected } from "../errors/rejected.ts";
import type { Tally } from "../operations/tallies.ts";

/** Counts requests by key; refuses with RATE_LIMITED and the seconds until the window ends. */
export type Limiter = (key: string) => void | Promise<void>;

interface Window {
	count: number;
	readonly endsAt: number;
}

/** Keys kept; when there are more, ended windows go first and then the oldest. */
const KEYS_MAX = 50_000;

/** A fixed window per key that starts with the key's first request; `null` never refuses. Refusals are counted in `refused`. */
export function createLimiter(
	limit: RateLimit | null,
	now: () => number,
	refused: Tally = { value: 0 },
): (key: string) => void {
	if (limit === null) return () => undefined;
	const windows = new Map<string, Window>();
	return (key) => {
		const at = now();
		const window = windows.get(key);
		if (window === undefined || window.endsAt <= at) {
			windows.delete(key);
			if (windows.size >= KEYS_MAX) makeRoom(windows, at);
			windows.set(key, { count: 1, endsAt: at + limit.windowMs });
			return;
		}
		window.count += 1;
		if (window.count <= limit.count) return;
		refused.value += 1;
		throw new GatewayRejected("RATE_LIMITED", { retryAfterSeconds: Math.ceil((window.endsAt - at) / 1_000) });
	};
}

function makeRoom(windows: Map<string, Window>, at: number): void {
	for (const [key, { endsAt }] of windows) if (endsAt <= at) windows.delete(key);
	for (const key of windows.keys()) {
		if (windows.size < KEYS_MAX) return;
		windows.delete(key);
	}
}
