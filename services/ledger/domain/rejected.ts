import { DomainError } from "../../shared/errors.ts";
import type { LedgerErrorCode } from "../contract.ts";

/** A rule of the ledger said no. */
export class LedgerRejected extends DomainError<LedgerErrorCode> {}
