import type { ActionName, EventName, ParamsOf, ResultOf } from "../../services/contracts.ts";
import type { HttpStatus } from "../../services/shared/errors.ts";

/** What the steps have told so far; ids and numbers, never personal data. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** A step is done, or undone. */
export type Direction = "forward" | "compensation";

/** A command that is sent to another service. */
interface CallOf<Input, Name extends ActionName> {
	readonly action: Name;
	/** The callee's error table: only an error whose `type` stands there, below 500, is a refusal. */
	readonly refusals: Readonly<Record<string, HttpStatus>>;
	/** No answer within this time is an unknown outcome. */
	readonly timeoutMs: number;
	/** What later steps and the saga's readers need of the answer. */
	readonly keep?: (result: ResultOf<Name>) => Facts;
	/** Whether the answer says that it is done; one that says "not yet" is asked again. Default: every answer does. */
	readonly isDone?: (result: ResultOf<Name>) => boolean;
	readonly params: (input: Input, facts: Facts) => ParamsOf<Name>;
}

interface UndoOf<Input, Name extends ActionName> extends Omit<CallOf<Input, Name>, "params"> {
	/** `forwardId` is the command id that must never take effect after this, `errorCode` why the saga turned back. */
	readonly params: (input: Input, facts: Facts, forwardId: string, errorCode: string) => ParamsOf<Name>;
}

/** Undoes a step, also one of which nobody knows whether it took effect. */
export type Compensation<Input> = { [Name in ActionName]: UndoOf<Input, Name> }[ActionName];

type Undone<Input> =
	| { readonly compensation: Compensation<Input>; readonly noCompensation?: never }
	| { readonly noCompensation: string; readonly compensation?: never };

interface Named<Input> {
	/** Lower case, hyphens; part of command ids, so never renamed. */
	readonly name: string;
	/** Default: always. `facts` are what the steps before it have told; an adopted step has none. */
	readonly isNeeded?: (input: Input, facts: Facts) => boolean;
}

interface Adopted<Input> extends Named<Input> {
	/** The fact that says that the step was done before the saga began. */
	readonly adopts: EventName;
	readonly pivot?: never;
}

type Performed<Input> = Named<Input> & {
	/** The point of no return: once begun it is asked until it is answered; after it nothing is undone. */
	readonly pivot?: true;
	readonly adopts?: never;
} & { [Name in ActionName]: CallOf<Input, Name> }[ActionName];

/** One step: what does it and what undoes it, or why nothing does. */
export type SagaStep<Input> = (Adopted<Input> | Performed<Input>) & Undone<Input>;

/** A saga as it is written down: its steps in order, with exactly one point of no return. */
export interface SagaDefinition<Input extends object> {
	/** Lower case, hyphens; stored with every saga, so never renamed. */
	readonly name: string;
	/** Before the point of no return a saga turns back after this time. */
	readonly deadlineMs: number;
	/** Id of what the saga is about, e.g. the order. */
	readonly reference: (input: Input) => string;
	readonly steps: readonly SagaStep<Input>[];
}

/** Where a saga stands around one call. */
export const MOMENTS = ["before-intent", "after-intent", "after-call", "after-result"] as const;

/** A place in a saga's run at which a test may let the process die. */
export interface FaultPoint {
	readonly step: string;
	readonly direction: Direction;
	readonly moment: (typeof MOMENTS)[number];
}

/** Called at every fault point; does nothing in production. */
export type FaultHook = (point: FaultPoint, sagaId: string) => Promise<void> | void;
