import type { Delivery } from "../../../mixins/bus/port.ts";
import { EVENT_ROW, rowOf } from "../domain/event-row.ts";
import type { Collected, RollUps } from "./roll-ups.ts";
import type { RecordCommit, RecordStore } from "./ports.ts";

/** Hears of rows that have become durable; a rejection makes them come again. */
export type OnStored = (collected: readonly Collected[]) => Promise<void>;

/** Takes events into the log. */
export interface Collector {
	/** Resolves when rows and roll-ups are durable. An event that was collected before changes nothing. */
	collect(deliveries: readonly Delivery[]): Promise<void>;
}

const RACES_MAX = 10;

/**
 * Rows and roll-ups go to the store as one piece of work. Nothing depends on all of it being stored: a row is an insert under the
 * event's id, a roll-up knows what it has counted, so whatever is missing after a failure comes with the repetition.
 */
export function createCollector(store: RecordStore, rollUps: RollUps, onStored?: OnStored): Collector {
	let last: Promise<void> = Promise.resolve();

	async function write(deliveries: readonly Delivery[]): Promise<void> {
		const collected = deliveries.map(({ event, ...place }): Collected => ({
			id: event.id,
			row: rowOf(event),
			...place,
		}));
		let rows: readonly RecordCommit[] = collected.map(rowCommit);
		for (let race = 0; race < RACES_MAX; race++) {
			const counts = await rollUps.commitsFor(collected);
			const results = await store.commit([...rows, ...counts]);
			const isCounted = rollUps.settle(counts, results.slice(rows.length));
			const unsure = rows.filter((_row, index) => results[index]?.status !== "ok");
			const isThere = await Promise.all(unsure.map(isStored));
			rows = unsure.filter((_row, index) => isThere[index] !== true);
			if (isCounted && rows.length === 0) return onStored?.(collected);
		}
		throw new Error("The event log is written by too many at once, or the store does not answer.");
	}

	/** Whether it is there already, because it came before or its reply was lost. */
	async function isStored({ id }: RecordCommit): Promise<boolean> {
		return (await store.load(EVENT_ROW, id)) !== null;
	}

	return {
		collect(deliveries) {
			const written = last.then(() => write(deliveries));
			last = written.catch(() => undefined);
			return written;
		},
	};
}

function rowCommit({ id, row }: Collected): RecordCommit {
	return { kind: EVENT_ROW, id, expectedVersion: 0, state: row, events: [], commands: [] };
}
