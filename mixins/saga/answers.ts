import type { HttpStatus } from "../../services/shared/errors.ts";
import type { PlannedCall } from "./plan.ts";
import type { Facts } from "./port.ts";

/** What a call came to. A refusal is the callee's own word; everything else that is no answer is unknown. */
export type Answer =
	| { readonly type: "succeed"; readonly facts: Facts }
	| { readonly type: "refuse"; readonly errorCode: string }
	| { readonly type: "miss"; readonly errorCode: string };

/** The code of an answer that says that it is not done yet. */
export const NOT_DONE = "NOT_DONE";
const CODE_LENGTH_MAX = 64;
/** From here on a status speaks of trouble, not of a rule. */
const TROUBLE = 500;

/** Reads an answer that came. */
export function answered<Input>({ keep, isDone }: PlannedCall<Input>, result: unknown): Answer {
	return isDone(result) ? { type: "succeed", facts: keep(result) } : { type: "miss", errorCode: NOT_DONE };
}

/** Reads an error: a refusal only if its `type` is declared by the callee. */
export function failed<Input>({ refusals }: Pick<PlannedCall<Input>, "refusals">, error: unknown): Answer {
	const { type, name } = readable(error);
	// The validator speaks before the callee has seen anything, with a type that a contract may use as well.
	if (type !== null && name !== "ValidationError" && isRefusal(refusals, type))
		return { type: "refuse", errorCode: type };
	return { type: "miss", errorCode: (type ?? name ?? "UNKNOWN").slice(0, CODE_LENGTH_MAX) };
}

function isRefusal(refusals: Readonly<Record<string, HttpStatus>>, type: string): boolean {
	const status = Object.hasOwn(refusals, type) ? refusals[type] : undefined;
	return status !== undefined && status < TROUBLE;
}

function readable(error: unknown): { readonly type: string | null; readonly name: string | null } {
	const { type, name } = (error ?? {}) as { readonly type?: unknown; readonly name?: unknown };
	return { type: typeof type === "string" ? type : null, name: typeof name === "string" ? name : null };
}
