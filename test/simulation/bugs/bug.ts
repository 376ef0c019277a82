import type { Check } from "../oracle/violation.ts";
import type { Tampering } from "../world/world.ts";

/** A text of a source file, and what stands there instead while a bug is planted. */
export interface Patch {
	/** Path from the root of the project. */
	readonly file: string;
	/** Stands there exactly once. */
	readonly find: string;
	readonly put: string;
}

/** A mistake that somebody could make, or has made elsewhere; it exists only while the simulation runs. */
export interface Bug {
	/** Lower case, hyphens. */
	readonly name: string;
	/** What is wrong, in one sentence. */
	readonly what: string;
	/** Checks that may catch it first. */
	readonly checks: readonly Check[];
	readonly patches: readonly Patch[];
	/** A port made worse, where no source has to change. */
	readonly tampering?: Tampering;
	/** A seed that is known to catch it; the sources move on, so others are tried after it. */
	readonly seed: number;
}
