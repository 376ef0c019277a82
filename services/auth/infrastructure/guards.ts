import type { Clock } from "../../../mixins/clock/port.ts";
import type { Store } from "../../../mixins/store/port.ts";
import type { Guards } from "../application/ports.ts";
import { forgottenAt, noAttempts, type Attempts } from "../domain/lock-out.ts";
import { createTurns } from "./turns.ts";

const GUARD_KIND = "login-guard";
const WAITING_MAX = 500;
const RACES_MAX = 5;
const PURGE_MAX = 1_000;

interface StoredAttempts extends Attempts {
	/** Clock milliseconds after which the record says nothing any more. */
	readonly dueAt: number;
}

/** Guards with the sweep that removes what no longer counts. */
export interface StoredGuards extends Guards {
	/** Removes at most 1,000 records; answers how many. */
	purge(): Promise<number>;
}

/** Wrong passwords as stored records without history: they outlive a restart and hold for every process. */
export function createGuards(store: Store, clock: Clock): StoredGuards {
	store.define({ kind: GUARD_KIND, indexes: [{ fields: ["dueAt"], sparse: true }] });
	const turns = createTurns(WAITING_MAX);
	return {
		exclusively: (key, task) => turns.run(key, task),
		async load(key) {
			const stored = await store.load<StoredAttempts>(GUARD_KIND, key);
			return stored?.state ?? noAttempts;
		},
		async save(key, attempts) {
			const state: StoredAttempts = { ...attempts, dueAt: forgottenAt(attempts) };
			for (let race = 0; race < RACES_MAX; race++) {
				const stored = await store.load<StoredAttempts>(GUARD_KIND, key);
				const expectedVersion = stored?.version ?? 0;
				const [result] = await store.commit([
					{ kind: GUARD_KIND, id: key, expectedVersion, state, events: [], commands: [] },
				]);
				if (result?.status === "ok") return;
			}
		},
		clear: (key) => store.remove(GUARD_KIND, [key]),
		async purge() {
			const over = await store.find<StoredAttempts>(GUARD_KIND, {
				range: { field: "dueAt", to: clock.now() },
				direction: "asc",
				limit: PURGE_MAX,
			});
			if (over.length > 0)
				await store.remove(
					GUARD_KIND,
					over.map(({ id }) => id),
				);
			return over.length;
		},
	};
}
