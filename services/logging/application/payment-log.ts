import type { PaymentHistoryEntry } from "../../payment/contract.ts";
import { LoggingRejected } from "../domain/rejected.ts";

/** The user a payment belongs to, as its first event says; null if it does not say. */
export function ownerOf(history: readonly PaymentHistoryEntry[]): string | null {
	const userId = history[0]?.eventData["userId"];
	return typeof userId === "string" ? userId : null;
}

/** The last event at or before the instant `at`; PAYMENT_NOT_FOUND when there was no payment yet. */
export function sequenceAt(history: readonly PaymentHistoryEntry[], at: string): number {
	const instant = Date.parse(at);
	const last = history.findLast((entry) => Date.parse(entry.occurredAt) <= instant);
	if (last === undefined) throw new LoggingRejected("PAYMENT_NOT_FOUND", { at });
	return last.sequence;
}
