import type { Delivery } from "../../../mixins/bus/port.ts";
import { leadingCount } from "../../shared/leading.ts";
import { EVENT_ROW, rowOf } from "../domain/event-row.ts";
import type { Collected, RollUps } from "./roll-ups.ts";
import type { RecordCommit, RecordStore } from "./ports.ts";

/** Takes events into the log. */
export interface Collector {
	/** Resolves when rows and roll-ups are durable. An event that was collected before changes nothing. */
	collect(deliveries: readonly Delivery[]): Promise<void>;
}

/** What else happens with events whose rows and figures are stored; repeated with them until it succeeds. */
export type OnStored = (collected: readonly Collected[]) => Promise<void>;

interface Waiting {
	readonly collected: readonly Collected[];
	readonly resolve: () => void;
	readonly reject: (error: unknown) => void;
}

const RACES_MAX = 10;
/** What waits is written together, up to about this many events. */
const TOGETHER_MAX = 1_000;

/**
 * Rows and roll-ups go to the store as one piece of work. Nothing depends on all of it being stored: a row is an insert under the
 * event's id, a roll-up knows what it has counted, so whatever is missing after a failure comes with the repetition. One piece is
 * written at a time, of everything that waits: many streams that come at once, and repetitions of what is slow, cost one writing.
 */
export function createCollector(store: RecordStore, rollUps: RollUps, onStored?: OnStored): Collector {
	const waiting: Waiting[] = [];
	let isWriting = false;

	async function writeAll(): Promise<void> {
		isWriting = true;
		while (waiting.length > 0) {
			const taken = waiting.splice(
				0,
				leadingCount(waiting, ({ collected }) => collected.length, TOGETHER_MAX),
			);
			try {
				await write(distinct(taken.flatMap(({ collected }) => collected)));
				for (const { resolve } of taken) resolve();
			} catch (error) {
				for (const { reject } of taken) reject(error);
			}
		}
		isWriting = false;
	}

	async function write(collected: readonly Collected[]): Promise<void> {
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
		async collect(deliveries) {
			const collected = deliveries.map(({ event, ...place }): Collected => ({
				id: event.id,
				row: rowOf(event),
				...place,
			}));
			const written = new Promise<void>((resolve, reject) => void waiting.push({ collected, resolve, reject }));
			if (!isWriting) void writeAll();
			await written;
		},
	};
}

/** Each event once; it may wait a second time when its first delivery took too long. */
function distinct(collected: readonly Collected[]): readonly Collected[] {
	const byId = new Map(collected.map((each) => [each.id, each]));
	return byId.size === collected.length ? collected : [...byId.values()];
}

function rowCommit({ id, row }: Collected): RecordCommit {
	return { kind: EVENT_ROW, id, expectedVersion: 0, state: row, events: [], commands: [] };
}
