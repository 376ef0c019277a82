import { count, flag, instant, listOf, nullable, object, oneOf, ref, text } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

const check = oneOf("rows", "ledger", "stock", "points", "figures", "deliveries", "sagas", "purchases");
const difference = object({
	check,
	kind: text,
	subject: text,
	orderId: nullable(text),
	paymentId: nullable(text),
	sagaId: nullable(text),
	expected: text,
	found: text,
	link: nullable(text),
});

/** Answers of the doctor's doors. */
export const doctorSchemas = {
	Difference: difference,
	Examination: object({
		examinationId: text,
		status: oneOf("RUNNING", "CONSISTENT", "DIFFERENT", "FAILED"),
		startedAt: instant,
		endedAt: nullable(instant),
		durationMs: nullable(count),
		hasProviderBooks: flag,
		looks: count,
		checks: listOf(
			object({
				check,
				status: oneOf("WAITING", "RUNNING", "DONE", "SKIPPED"),
				done: count,
				total: nullable(count),
				differences: count,
				inFlight: count,
			}),
		),
		differenceCount: count,
		differences: listOf(ref("Difference")),
		inFlightCount: count,
		inFlight: listOf(ref("Difference")),
	}),
	DoctorView: object({ running: nullable(ref("Examination")), last: nullable(ref("Examination")) }),
} satisfies Record<string, JsonSchema>;
