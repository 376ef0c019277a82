import type { Outcome } from "./prepared.ts";
import type { Wire } from "./wire.ts";
import type { Flushed } from "./writer.ts";

/** To the writing thread. */
export type Request = { readonly type: "write"; readonly id: number; readonly jobs: Wire } | { readonly type: "close" };

/** `unknown`: stored or not, nobody can say. `failed`: not stored. */
export type SentOutcome =
	| Outcome
	| { readonly status: "unknown"; readonly message: string }
	| { readonly status: "failed"; readonly message: string };

/** From the writing thread; outcomes stand at their job's index, a success as its position alone: objects cost more than the write. */
export type Reply =
	| {
			readonly type: "written";
			readonly id: number;
			readonly outcomes: readonly (number | SentOutcome)[];
			readonly flushes: readonly Flushed[];
			readonly isWritable: boolean;
	  }
	| { readonly type: "closed" };
