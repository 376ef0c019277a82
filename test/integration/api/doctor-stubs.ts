import type { ResultOf } from "../../../services/contracts.ts";

const AT = "2030-01-07T00:00:00.000Z";
const difference = {
	check: "purchases",
	kind: "ledger-charge",
	subject: "ORD_1",
	orderId: "ORD_1",
	paymentId: "PAY_1",
	sagaId: null,
	expected: "5000 won charged",
	found: "0 in the ledger",
	link: "/orders/ORD_1",
} as const;
const examination: ResultOf<"doctor.start"> = {
	examinationId: "EXM_1",
	status: "DIFFERENT",
	startedAt: AT,
	endedAt: AT,
	durationMs: 12,
	hasProviderBooks: true,
	looks: 2,
	checks: [{ check: "purchases", status: "DONE", done: 1, total: 1, differences: 1, inFlight: 0 }],
	differenceCount: 1,
	differences: [difference],
	inFlightCount: 0,
	inFlight: [],
};

/** Example answers of the doctor. */
export const DOCTOR_EXAMPLES = {
	"doctor.start": () => ({ ...examination, status: "RUNNING" as const, endedAt: null, durationMs: null }),
	"doctor.read": () => ({ running: null, last: examination }),
};
