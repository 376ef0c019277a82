import type { Body } from "../domain/body.ts";
import { faultOf, goesOff, spend } from "../domain/faults.ts";
import type { Fault, Occasion } from "../domain/faults.ts";
import { ControlRefusal } from "../domain/errors.ts";
import type { FaultBox } from "./core.ts";
import type { RecordStore } from "./ports.ts";

/** More than this many at once is a mistake of a script. */
const FAULTS_MAX = 1000;

/** The fault list in memory with its copy on disk; all changes belong inside a commit. */
export interface Faults extends FaultBox {
	add(bodies: readonly Body[]): Fault[];
	list(): readonly Fault[];
	clear(): void;
}

/** Loads the faults that were set before the last stop. `dice` throws a number from 0 up to 100. */
export function createFaults(records: RecordStore, dice: () => number): Faults {
	let faults = records.faults();
	let active = faults.filter(({ remaining }) => remaining !== 0);
	const refresh = (): void => void (active = faults.filter(({ remaining }) => remaining !== 0));
	const forgetSpent = (): void => {
		records.clearFaults();
		for (const fault of active) records.saveFault(fault);
		faults = active;
	};
	return {
		get isEmpty() {
			return active.length === 0;
		},
		pick: (occasion: Occasion) => {
			const hit = active.find((fault) => goesOff(fault, occasion, dice));
			if (hit === undefined) return null;
			const spent = spend(hit);
			records.saveFault(spent);
			faults = faults.map((fault) => (fault.id === hit.id ? spent : fault));
			refresh();
			return hit;
		},
		peek: (occasion) => active.find((fault) => goesOff(fault, occasion, dice)) ?? null,
		add: (bodies) => {
			if (faults.length + bodies.length > FAULTS_MAX) forgetSpent();
			const first = (faults.at(-1)?.id ?? 0) + 1;
			const added = bodies.map((body, index) => faultOf(body, first + index, bodies.length > 1 ? `[${index}].` : ""));
			if (faults.length + added.length > FAULTS_MAX)
				throw new ControlRefusal(409, "TOO_MANY_FAULTS", `At most ${FAULTS_MAX} faults; delete the old ones first.`);
			for (const fault of added) records.saveFault(fault);
			faults = [...faults, ...added];
			refresh();
			return added;
		},
		list: () => faults,
		clear: () => {
			records.clearFaults();
			faults = [];
			refresh();
		},
	};
}
