/** Type of the error for an outside system in trouble: what became of the request is unknown. The circuit breaker counts only these. */
export const OUTSIDE_FAILURE = "OUTSIDE_FAILURE";

/** Whether `error` says that an outside system is in trouble; refusals and bugs do not open a circuit. */
export function isOutsideFailure(error: Error): boolean {
	return "type" in error && error.type === OUTSIDE_FAILURE;
}
