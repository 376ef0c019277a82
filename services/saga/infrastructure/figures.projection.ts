import type { Store } from "../../../mixins/store/port.ts";
import type { SagaName } from "../contract.ts";
import { NO_FIGURES, sumOf, type HourFigures } from "../domain/metrics.ts";

/** Adds up what happened, by the hour; each event counts once, however often it is delivered. */
export interface Figures {
	/** Resolves when the event is counted durably; `time` is the event's, ISO 8601. */
	add(eventId: string, time: string, change: Partial<HourFigures>): Promise<void>;
	/** The hours from the one that `since` (ISO 8601) lies in. */
	read(since: string): Promise<HourFigures>;
}

interface Hour extends HourFigures {
	readonly hour: string;
}

interface Counted {
	readonly eventId: string;
	readonly change: Partial<HourFigures>;
}

/** Of checkouts; other definitions have a kind of their own. */
const KIND = "saga-figures";
const RACES_MAX = 10;
const HOURS_MAX = 1_000;
/** `2030-01-07T09`. */
const HOUR_LENGTH = 13;

/** One document per hour; writes to it wait for each other, and those that wait become one write. */
export function createFigures(store: Store, name: SagaName): Figures {
	const kind = name === "checkout" ? KIND : `${KIND}-${name}`;
	store.define({ kind, indexes: [{ fields: ["hour"] }] });
	const waiting = new Map<string, Counted[]>();
	const writing = new Map<string, Promise<void>>();

	async function write(hour: string): Promise<void> {
		// Everything that comes in this turn goes into the same write.
		await Promise.resolve();
		const batch = waiting.get(hour) ?? [];
		waiting.delete(hour);
		for (let race = 0; race < RACES_MAX; race++) if (await commit(hour, batch)) return;
		throw new Error("The saga figures are written by too many at once.");
	}

	async function commit(hour: string, batch: readonly Counted[]): Promise<boolean> {
		const known = await Promise.all(batch.map(({ eventId }) => store.findCommand(kind, hour, eventId)));
		const newest = new Map(batch.map((counted) => [counted.eventId, counted]));
		const fresh = batch.filter((counted, index) => known[index] === null && newest.get(counted.eventId) === counted);
		if (fresh.length === 0) return true;
		const stored = await store.load<Hour>(kind, hour);
		const figures = fresh.reduce((sum, { change }) => sumOf(sum, change), stored?.state ?? NO_FIGURES);
		const commands = fresh.map(({ eventId }) => ({ commandId: eventId, sequence: 0 }));
		const expectedVersion = stored?.version ?? 0;
		const state: Hour = { ...figures, hour };
		const [result] = await store.commit([{ kind, id: hour, expectedVersion, state, events: [], commands }]);
		return result?.status === "ok";
	}

	return {
		add(eventId, time, change) {
			const hour = time.slice(0, HOUR_LENGTH);
			const batch = waiting.get(hour);
			if (batch !== undefined) {
				batch.push({ eventId, change });
				return writing.get(hour) ?? Promise.resolve();
			}
			waiting.set(hour, [{ eventId, change }]);
			const before = writing.get(hour) ?? Promise.resolve();
			const written = before.catch(() => undefined).then(() => write(hour));
			writing.set(hour, written);
			const forget = () => {
				if (writing.get(hour) === written) writing.delete(hour);
			};
			written.then(forget, forget);
			return written;
		},
		async read(since) {
			const range = { field: "hour", from: since.slice(0, HOUR_LENGTH) };
			const hours = await store.find<Hour>(kind, { range, direction: "asc", limit: HOURS_MAX });
			return hours.reduce((sum, { state }) => sumOf(sum, state), NO_FIGURES);
		},
	};
}
