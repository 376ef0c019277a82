import type { Clock } from "../../../mixins/clock/port.ts";
import type { Store } from "../../../mixins/store/port.ts";
import { DomainError } from "../../shared/errors.ts";
import type { Guards } from "../application/ports.ts";
import { afterFailure, forgottenAt, noAttempts, type Attempts } from "../domain/lock-out.ts";
import { createTurns } from "./turns.ts";

const GUARD_KIND = "login-guard";
const WAITING_MAX = 500;
const RACES_MAX = 5;
const PURGE_MAX = 1_000;
/** Batches of one sweep; the next sweep goes on. */
const BATCHES_MAX = 500;

interface StoredAttempts extends Attempts {
	/** Clock milliseconds after which the record says nothing any more. */
	readonly dueAt: number;
}

/** Guards with the sweep that removes what no longer counts. */
export interface StoredGuards extends Guards {
	/** Removes records that say nothing any more; answers how many. */
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
		async count(key) {
			for (let race = 0; race < RACES_MAX; race++) {
				const stored = await store.load<StoredAttempts>(GUARD_KIND, key);
				const { attempts } = afterFailure(stored?.state ?? noAttempts, clock.now());
				const state: StoredAttempts = { ...attempts, dueAt: forgottenAt(attempts) };
				const expectedVersion = stored?.version ?? 0;
				const commit = { kind: GUARD_KIND, id: key, expectedVersion, state, events: [], commands: [] };
				const [result] = await store.commit([commit]);
				if (result?.status === "ok") return;
			}
			throw new DomainError("CONFLICT");
		},
		clear: (key) => store.remove(GUARD_KIND, [key]),
		async purge() {
			let count = 0;
			for (let batch = 0; batch < BATCHES_MAX; batch++) {
				const range = { field: "dueAt", to: clock.now() };
				const over = await store.find(GUARD_KIND, { range, direction: "asc", limit: PURGE_MAX });
				const ids = over.map(({ id }) => id);
				if (ids.length > 0) await store.remove(GUARD_KIND, ids);
				count += ids.length;
				if (ids.length < PURGE_MAX) break;
			}
			return count;
		},
	};
}
