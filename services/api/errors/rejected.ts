import { DomainError } from "../../shared/errors.ts";
import type { GatewayErrorCode } from "../contract.ts";

/** One field that does not fit; never the value it had. */
export interface FieldProblem {
	readonly field: string;
	readonly code: string;
}

/** What a refusal of the gateway may carry into the response. */
export interface RejectionDetails extends Record<string, unknown> {
	errors?: readonly FieldProblem[];
	retryAfterSeconds?: number;
	/** Methods for the Allow header. */
	allow?: readonly string[];
}

/** The gateway itself says no, before or instead of an action. */
export class GatewayRejected extends DomainError<GatewayErrorCode> {
	constructor(code: GatewayErrorCode, details: RejectionDetails = {}) {
		super(code, details);
		this.name = "GatewayRejected";
	}
}

/** A refusal because of one field. */
export function invalidField(field: string, code: string): GatewayRejected {
	return new GatewayRejected("VALIDATION_ERROR", { errors: [{ field, code }] });
}
