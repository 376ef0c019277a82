import { Errors } from "moleculer";

/** The request asks for something the adapter does not do; `code` is stable. */
export function refused(code: string, details: Readonly<Record<string, unknown>> = {}): Errors.MoleculerClientError {
	return new Errors.MoleculerClientError(code, 400, code, details);
}

/** Another document is in the way, or another writer was faster. */
export function conflicting(
	code: string,
	details: Readonly<Record<string, unknown>> = {},
): Errors.MoleculerClientError {
	return new Errors.MoleculerClientError(code, 409, code, details);
}

/** The store cannot say whether the write took effect. */
export function outcomeUnknown(): Errors.MoleculerServerError {
	return new Errors.MoleculerServerError("OUTCOME_UNKNOWN", 503, "OUTCOME_UNKNOWN");
}
