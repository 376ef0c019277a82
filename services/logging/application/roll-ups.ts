import type { CommitResult } from "../../../mixins/store/port.ts";
import type { StoredRow } from "../domain/event-row.ts";
import { stretchesOf, type Intervals } from "../domain/intervals.ts";
import { covers, emptyRollUp, HOUR, MINUTE, rolledUp, rollUpId, type RollUp, type Unit } from "../domain/roll-up.ts";
import { Counter } from "../domain/tally.ts";
import type { RecordCommit, RecordStore } from "./ports.ts";

/** An event with its row and its place. */
export interface Collected {
	readonly id: string;
	readonly row: StoredRow;
	readonly stream: string;
	/** 0: fired by hand, at no place in any log; it gets a row and is not counted. */
	readonly position: number;
	/** Place of the event before it in its stream, where that is known and not the number before. */
	readonly follows?: number;
}

/** The documents that count, with the newest of them in memory. */
export interface RollUps {
	/** The next version of every roll-up that does not count all of these events yet. */
	commitsFor(collected: readonly Collected[]): Promise<readonly RecordCommit[]>;
	/** Takes note of what became of them; false if any has to be made again. */
	settle(commits: readonly RecordCommit[], results: readonly CommitResult[]): boolean;
}

interface Held {
	readonly version: number;
	readonly state: RollUp;
}

/** Roll-ups kept in memory: events come in order of time, more or less. */
const HELD_MAX = 64;
const UNITS: readonly Unit[] = [HOUR, MINUTE];

/** Roll-ups in a store. */
export function createRollUps(store: RecordStore): RollUps {
	const held = new Map<string, Held>();

	async function hold(unit: Unit, id: string): Promise<Held> {
		const key = `${unit} ${id}`;
		const known = held.get(key);
		if (known !== undefined) return known;
		const stored = await store.load<RollUp>(unit, id);
		const loaded = stored ?? { version: 0, state: emptyRollUp(unit, id) };
		keep(key, { version: loaded.version, state: loaded.state });
		return loaded;
	}

	function keep(key: string, value: Held): void {
		held.delete(key);
		held.set(key, value);
		for (const oldest of held.keys()) {
			if (held.size <= HELD_MAX) return;
			held.delete(oldest);
		}
	}

	return {
		async commitsFor(collected) {
			const placed = collected.filter(({ position }) => position > 0);
			const stretches = stretchesByStream(placed);
			const commits: RecordCommit[] = [];
			for (const unit of UNITS)
				for (const [id, own] of byRollUp(unit, placed)) {
					const { version, state } = await hold(unit, id);
					const fresh = own.filter(({ stream, position }) => !covers(state, stream, position));
					if (fresh.length === 0) continue;
					const counter = new Counter();
					for (const { row } of fresh) counter.add(row);
					const next = rolledUp(state, counter.tally(), stretches);
					commits.push({ kind: unit, id, expectedVersion: version, state: next, events: [], commands: [] });
				}
			return commits;
		},
		settle(commits, results) {
			for (const [index, { kind, id, expectedVersion, state }] of commits.entries()) {
				const key = `${kind} ${id}`;
				if (results[index]?.status === "ok") keep(key, { version: expectedVersion + 1, state: state as RollUp });
				else held.delete(key);
			}
			return results.every(({ status }) => status === "ok");
		},
	};
}

function byRollUp(unit: Unit, collected: readonly Collected[]): ReadonlyMap<string, readonly Collected[]> {
	const groups = new Map<string, Collected[]>();
	for (const each of collected) {
		const id = rollUpId(unit, each.row.timestamp);
		const group = groups.get(id);
		if (group === undefined) groups.set(id, [each]);
		else group.push(each);
	}
	return groups;
}

function stretchesByStream(collected: readonly Collected[]): Readonly<Record<string, Intervals>> {
	const streams: Record<string, Collected[]> = {};
	for (const each of collected) (streams[each.stream] ??= []).push(each);
	return Object.fromEntries(Object.entries(streams).map(([stream, own]) => [stream, stretchesOf(inOrder(own))]));
}

function inOrder(collected: readonly Collected[]): readonly Collected[] {
	return collected.toSorted((left, right) => left.position - right.position);
}
