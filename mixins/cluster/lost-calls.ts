import { Errors, type Context, type Middleware } from "moleculer";
import type { Clock } from "../clock/port.ts";

/** After the caller has given up; its own timeout is told first. */
const GRACE_MS = 1_000;

type Next = (ctx: Context) => Promise<unknown>;

/**
 * Ends calls to other processes whose answer never comes. Moleculer lets the caller go on after its timeout, but its list of calls
 * under way keeps the call for ever: memory that is never freed, and a stop that waits for it.
 */
export function lostCalls(clock: Pick<Clock, "after">): Middleware {
	return {
		name: "LostCalls",
		remoteAction(next: Next) {
			return (ctx: Context) => {
				const { timeout } = ctx.options;
				if (!timeout) return next(ctx);
				return new Promise((resolve, reject) => {
					const timer = clock.after(timeout + GRACE_MS, () => {
						reject(new Errors.RequestTimeoutError({ action: ctx.action?.name ?? "", nodeID: ctx.nodeID ?? "" }));
					});
					next(ctx)
						.finally(() => timer.cancel())
						.then(resolve, reject);
				});
			};
		},
	};
}
