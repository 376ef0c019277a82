import type { Store } from "../store/port.ts";
import { StaleToken } from "./fence.ts";
import { changeRecord } from "./records.ts";

/** Kind of the records that say which periods of a job are done. */
export const SLOT_KIND = "job-slot";

/** One period of a once-per-period job. */
export interface SlotState {
	readonly job: string;
	readonly period: string;
	/** Token of the lease under which it runs, or ran. */
	readonly token: number;
	readonly isDone: boolean;
	readonly startedAt: string;
	readonly finishedAt: string | null;
}

/** Takes a period for the holder of `token`; false when it is done. One that a dead holder left open is taken over. */
export async function openSlot(
	store: Store,
	job: string,
	period: string,
	token: number,
	startedAt: string,
): Promise<boolean> {
	const changed = await changeRecord<SlotState>(store, SLOT_KIND, slotId(job, period), (slot) => {
		if (slot?.isDone === true) return null;
		if (slot !== null && slot.token > token) throw new StaleToken(slotId(job, period), token);
		return { job, period, token, isDone: false, startedAt, finishedAt: null };
	});
	return changed !== "refused";
}

/** Marks a period done; throws `StaleToken` when another holder has taken it over. */
export async function finishSlot(
	store: Store,
	job: string,
	period: string,
	token: number,
	finishedAt: string,
): Promise<void> {
	const changed = await changeRecord<SlotState>(store, SLOT_KIND, slotId(job, period), (slot) =>
		slot?.token === token && !slot.isDone ? { ...slot, isDone: true, finishedAt } : null,
	);
	if (changed === "refused") throw new StaleToken(slotId(job, period), token);
}

/** Whether a period is done. */
export async function isSlotDone(store: Store, job: string, period: string): Promise<boolean> {
	return (await store.load<SlotState>(SLOT_KIND, slotId(job, period)))?.state.isDone === true;
}

function slotId(job: string, period: string): string {
	return `${job}:${period}`;
}
