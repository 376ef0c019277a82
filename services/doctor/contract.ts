import type { HttpStatus } from "../shared/errors.ts";

/** What an examination looks at, in this order. */
export type CheckName = "rows" | "ledger" | "stock" | "points" | "figures" | "deliveries" | "sagas" | "purchases";

/** What is wrong. */
export type DifferenceKind =
	| "row-damaged"
	| "check-failed"
	| "ledger-broken"
	| "stock-broken"
	| "points-broken"
	| "figures-wrong"
	| "event-dead"
	| "event-parked"
	| "consumer-behind"
	| "saga-broken"
	| "saga-needs-attention"
	| "saga-overdue"
	| "saga-stalled"
	| "order-broken"
	| "order-missing"
	| "order-status"
	| "payment-broken"
	| "payment-missing"
	| "payment-terms"
	| "payment-unresolved"
	| "provider-charge"
	| "provider-refund"
	| "provider-key"
	| "ledger-charge"
	| "ledger-refund"
	| "ledger-points"
	| "reservation"
	| "reservation-record"
	| "reservation-open"
	| "points-award"
	| "points-kept"
	| "saga-missing"
	| "saga-status";

/** One thing that is not as it should be. `expected` and `found` are short facts in English; amounts in won. */
export interface Difference {
	check: CheckName;
	kind: DifferenceKind;
	/** What it is about: an id, or the name of a group, a product, a book. */
	subject: string;
	orderId: string | null;
	paymentId: string | null;
	sagaId: string | null;
	expected: string;
	found: string;
	/** Path of the page where an operator sees more; null where there is none. */
	link: string | null;
}

/** How one check stands. `done` and `total` count what it reads; `total` is null while nobody knows. `SKIPPED`: this store has no rows to look at. */
export interface CheckReport {
	check: CheckName;
	status: "WAITING" | "RUNNING" | "DONE" | "SKIPPED";
	done: number;
	total: number | null;
	/** All differences, also those that are not listed. */
	differences: number;
	/** Things that were under way each time the doctor looked: no differences. */
	inFlight: number;
}

/** One examination; instants ISO 8601. */
export interface Examination {
	examinationId: string;
	/** `CONSISTENT`: no difference anywhere. `FAILED`: it could not be carried through; it says nothing. */
	status: "RUNNING" | "CONSISTENT" | "DIFFERENT" | "FAILED";
	startedAt: string;
	/** Null while it runs. */
	endedAt: string | null;
	durationMs: number | null;
	/** Whether the provider's own books were compared; false while that is not known, and where it does not show them. */
	hasProviderBooks: boolean;
	/** Times the purchases were looked at: once, and again for what was suspicious. */
	looks: number;
	checks: readonly CheckReport[];
	differenceCount: number;
	/** At most 1,000 of each check. */
	differences: readonly Difference[];
	inFlightCount: number;
	/** At most 100. */
	inFlight: readonly Difference[];
}

/** The examination that runs, and the newest that has ended. */
export interface DoctorView {
	running: Examination | null;
	last: Examination | null;
}

/** Actions of the doctor, for operators and administrators. */
export interface DoctorActions {
	/** Begins an examination and answers at once; one that runs already is answered instead. */
	"doctor.start": { params: null; result: Examination };
	"doctor.read": { params: null; result: DoctorView };
	/** Internal: the same as `start`, and waits for the end. It takes as long as it takes: call it without a timeout. */
	"doctor.examine": { params: null; result: Examination };
}

/** The doctor refuses nothing by itself. */
export const doctorErrors = {} as const satisfies Record<string, HttpStatus>;
