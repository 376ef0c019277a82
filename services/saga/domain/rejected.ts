import { DomainError } from "../../shared/errors.ts";
import type { SagaErrorCode } from "../contract.ts";

/** A rule of the saga service said no. */
export class SagaRejected extends DomainError<SagaErrorCode> {}
