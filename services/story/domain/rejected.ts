import { DomainError } from "../../shared/errors.ts";
import type { StoryErrorCode } from "../contract.ts";

/** A rule of the story service said no. */
export class StoryRejected extends DomainError<StoryErrorCode> {}
