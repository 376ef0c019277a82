import { DomainError } from "../../shared/errors.ts";
import type { AuthErrorCode } from "../contract.ts";

/** A refusal of the auth service. */
export class AuthRejected extends DomainError<AuthErrorCode> {}

/** One field that breaks its rule, in the words of the API. */
export interface FieldProblem {
	readonly field: string;
	readonly code: string;
}

/** Refuses input field by field; passes when there is no problem. */
export function refuseProblems(problems: readonly FieldProblem[]): void {
	if (problems.length > 0) throw new AuthRejected("VALIDATION_ERROR", { errors: problems });
}
