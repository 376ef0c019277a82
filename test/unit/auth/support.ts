import { isDomainError, type DomainError } from "../../../services/shared/errors.ts";

/** The refusal a call ends with. */
export function thrown(run: () => unknown): DomainError {
	try {
		run();
	} catch (error) {
		if (isDomainError(error)) return error;
		throw error;
	}
	throw new Error("nothing was thrown");
}
