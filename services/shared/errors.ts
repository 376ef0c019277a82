/** The statuses a refusal may have. */
export type HttpStatus = 400 | 401 | 402 | 403 | 404 | 409 | 413 | 415 | 422 | 423 | 429 | 502 | 503 | 504;

/** A rule of the business said no. `code` is stable; callers branch on it, never on the message. */
export class DomainError<Code extends string = string> extends Error {
	readonly code: Code;
	readonly details: Readonly<Record<string, unknown>>;

	constructor(code: Code, details: Record<string, unknown> = {}) {
		super(code);
		this.name = "DomainError";
		this.code = code;
		this.details = details;
	}
}

/** Whether `error` is a refusal by a rule, and not a bug or an outage. */
export function isDomainError(error: unknown): error is DomainError {
	return error instanceof DomainError;
}

/** What the machinery itself refuses, whatever the service. */
export const machineryErrors = {
	CONFLICT: 409,
	OUTCOME_UNKNOWN: 503,
	COMMAND_ID_REUSED: 409,
	STORE_UNAVAILABLE: 503,
	/** Between processes: nobody vouches for who is said to call. */
	FORGED_IDENTITY: 401,
} as const satisfies Record<string, HttpStatus>;

/** Compile-time proof that a switch covers its union. */
export function unreachable(value: never): never {
	throw new Error(`Unreachable: ${JSON.stringify(value)}`);
}
