import type { Store } from "../../../mixins/store/port.ts";
import type { Clock } from "../../../mixins/clock/port.ts";
import { PAGE } from "../domain/page.ts";
import type { OnStored } from "./collector.ts";
import { createNudge } from "./nudge.ts";
import { createLivePages, type LivePages } from "./pages.ts";

/** The live log of several processes. */
export interface SharedLiveLog {
	readonly pages: LivePages;
	readonly onStored: OnStored;
	stop(): void;
}

/** Gives stored rows their places, then tells everybody. */
export function sharedLiveLog(
	{ store, clock }: { readonly store: Store; readonly clock: Clock },
	tell: () => void,
): SharedLiveLog {
	store.define({ kind: PAGE });
	const pages = createLivePages(store, () => clock.now());
	const nudge = createNudge(clock, tell);
	return {
		pages,
		async onStored(collected) {
			await pages.append(collected);
			nudge.give();
		},
		stop: () => nudge.stop(),
	};
}
