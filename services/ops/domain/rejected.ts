import { DomainError } from "../../shared/errors.ts";
import type { OpsErrorCode } from "../contract.ts";

/** A refusal of the operations service. */
export class OpsRejected extends DomainError<OpsErrorCode> {}
