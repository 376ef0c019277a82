import { EVENT_ROW, rowOf } from "../domain/event-row.ts";
import type { Envelope } from "../../shared/events.ts";

interface RowCommit {
	readonly kind: string;
	readonly id: string;
	readonly expectedVersion: 0;
	readonly state: object;
	readonly events: readonly [];
	readonly commands: readonly [];
}

/** What the collector needs of the store. */
export interface RowStore {
	commit(items: readonly RowCommit[]): Promise<readonly { readonly status: string; readonly error?: Error }[]>;
}

/** Stores an event's row; resolves when it is durable. An event that was collected before changes nothing. */
export async function collect(store: RowStore, event: Envelope): Promise<void> {
	const state = rowOf(event);
	const item: RowCommit = { kind: EVENT_ROW, id: event.id, expectedVersion: 0, state, events: [], commands: [] };
	const [result] = await store.commit([item]);
	if (result?.status === "ok" || result?.status === "conflict") return;
	throw result?.error ?? new Error(`the row of ${event.id} was not stored`);
}
