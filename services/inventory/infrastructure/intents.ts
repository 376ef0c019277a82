import type { Commit, Store, StoredDocument } from "../../../mixins/store/port.ts";
import { DomainError } from "../../shared/errors.ts";
import type { Intent, Intents } from "../application/ports.ts";
import { reservationIdOf, type ReservationKey } from "../domain/reservation.ts";

/** Kind of the records; a record's id is its reservation's. */
const RESERVATION = "reservation";

/** Records of reservations, with the reads of those who look for them. */
export interface IntentRecords extends Intents {
	/** Products an order may have reservations of; at most `limit`. */
	productsOf(orderId: string, limit: number): Promise<readonly string[]>;
	/** Records that are due, oldest first, after a record. */
	due(until: string, after: Intent | null, limit: number): Promise<readonly Intent[]>;
	/** Whether the record is there and is what was written. */
	has(key: ReservationKey): Promise<boolean>;
	/** Nothing came of it. */
	drop(key: ReservationKey): Promise<void>;
}

/** Plain records: written once before the reservation and once after its end, never read to decide. */
export function createIntents(store: Store): IntentRecords {
	store.define({ kind: RESERVATION, indexes: [{ fields: ["orderId"] }, { fields: ["expiresAt"], sparse: true }] });

	return {
		async open({ orderId, productId, expiresAt }) {
			const state: Intent = { orderId, productId, expiresAt };
			const [result] = await store.commit([recordOf(state, 0)]);
			// A conflict is a record of an earlier try: that is all that is wanted.
			if (result?.status !== "ok" && result?.status !== "conflict") throw new DomainError("OUTCOME_UNKNOWN");
		},
		async settle({ orderId, productId }) {
			// Whatever comes of it: a record that stays open is settled by the next look at what is due.
			await store.commit([recordOf({ orderId, productId, expiresAt: null }, 1)]);
		},
		async productsOf(orderId, limit) {
			const found = await store.find<Intent>(RESERVATION, { where: { orderId }, direction: "asc", limit });
			return found.map(({ state }) => state.productId);
		},
		async due(until, after, limit) {
			const found = await store.find<Intent>(RESERVATION, {
				range: { field: "expiresAt", to: until },
				direction: "asc",
				limit,
				...(after === null ? {} : { after: [after.expiresAt, reservationIdOf(after)] }),
			});
			return found.map(({ state }: StoredDocument<Intent>) => state);
		},
		async has(key) {
			const stored = await store.load<Intent>(RESERVATION, reservationIdOf(key)).catch(() => null);
			return stored?.state.orderId === key.orderId && stored.state.productId === key.productId;
		},
		async drop(key) {
			await store.remove(RESERVATION, [reservationIdOf(key)]);
		},
	};
}

function recordOf(state: Intent, expectedVersion: number): Commit {
	return { kind: RESERVATION, id: reservationIdOf(state), expectedVersion, state, events: [], commands: [] };
}
