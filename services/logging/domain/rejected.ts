import type { LoggingErrorCode } from "../contract.ts";
import { DomainError } from "../../shared/errors.ts";

/** The log collector says no. */
export class LoggingRejected extends DomainError<LoggingErrorCode> {}
