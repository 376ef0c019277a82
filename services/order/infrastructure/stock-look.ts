import type { Caller } from "../../../mixins/typed.ts";
import type { ShortagesOf } from "../application/placing.ts";

/** Nobody waits longer for a look that binds nothing. */
const LOOK_MAX_MS = 1_000;

/** One call for all lines of an order; without an answer the order is taken, and the checkout decides. */
export function stockLook(caller: Caller): ShortagesOf {
	return async (lines) => {
		const items = lines.map(({ productId, quantity }) => ({ productId, quantity }));
		try {
			return (await caller.call("inventory.check", { items }, { timeout: LOOK_MAX_MS })).shortages;
		} catch {
			return [];
		}
	};
}
