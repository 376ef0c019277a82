import { changeRecord } from "../../../mixins/scheduler/records.ts";
import type { Store } from "../../../mixins/store/port.ts";
import { tenths, type Budgets } from "./budgets.ts";

/** Kind of the records that hold how much of a window's budget the gateways have taken. */
export const RATE_KIND = "rate-window";

interface Taken {
	readonly taken: number;
}

/** Budgets in the store the gateways share, one record per key and window that needs one, changed by compare and set. */
export function createStoreBudgets(store: Store): Budgets {
	store.define({ kind: RATE_KIND });
	return {
		sharesOf: tenths,
		async take({ id, count, unaccounted, wanted }) {
			let given = 0;
			await changeRecord<Taken>(store, RATE_KIND, id, (state) => {
				const taken = (state?.taken ?? 0) + unaccounted;
				given = Math.max(0, Math.min(wanted, count - taken));
				return given + unaccounted === 0 ? null : { taken: taken + given };
			});
			return given;
		},
		release(ids) {
			// What a killed gateway leaves behind hurts nobody, and neither does what cannot be removed.
			if (ids.length > 0) void store.remove(RATE_KIND, ids).catch(() => undefined);
		},
	};
}
