import type { Events } from "../../services/contracts.ts";
import type { EventsFrom } from "../../services/shared/events.ts";
import type { Direction, Facts } from "./port.ts";

type SagaEventName = Extract<keyof Events, `saga.${string}`>;

/** Every fact of a saga. */
export type SagaEvent = EventsFrom<Pick<Events, SagaEventName>>;
/** The payload of one of them. */
export type DataOf<Name extends SagaEvent["type"]> = Extract<SagaEvent, { type: Name }>["data"];

/** STARTED → COMPLETED, or → COMPENSATING → COMPENSATED. */
export type SagaStatus = "STARTED" | "COMPENSATING" | "COMPLETED" | "COMPENSATED";

/** A call that was begun; its answer counts only while it is the newest. */
export interface BegunCall {
	readonly step: string;
	readonly direction: Direction;
	readonly attempt: number;
	readonly round: number;
}

/** A saga that exists; instants ISO 8601. */
export interface RunningSaga<Input extends object> {
	readonly status: SagaStatus;
	readonly sagaId: string;
	/** Name of the definition. */
	readonly saga: string;
	readonly reference: string;
	readonly correlationId: string;
	readonly input: Input;
	readonly facts: Facts;
	/** Steps whose intent is recorded, adopted ones included. */
	readonly begun: readonly string[];
	readonly done: readonly string[];
	readonly undone: readonly string[];
	readonly call: BegunCall | null;
	/** Who may go on at once; null: anybody from `dueAt` on. */
	readonly runner: string | null;
	/** When anybody may go on: the lease has run out, or it is time for the next attempt. Null: it has ended. */
	readonly dueAt: string | null;
	readonly needsAttention: boolean;
	readonly failedStep: string | null;
	/** Why it turned back. */
	readonly errorCode: string | null;
	/** Code of the newest trouble of the step it is at. */
	readonly trouble: string | null;
	readonly startedAt: string;
	readonly deadlineAt: string;
	readonly updatedAt: string;
	readonly endedAt: string | null;
}

/** A saga, or the place where one may come to be. */
export type Saga<Input extends object> = { readonly status: "none" } | RunningSaga<Input>;

/** Who wants to make the next call. */
export interface Going {
	readonly runner: string;
	/** Nobody else can be at work, so a lease of anybody is one of a process that is gone. */
	readonly isAlone?: boolean;
}

/** What a call came to. */
interface Answering {
	readonly call: BegunCall;
	/** Whoever answers goes on: the next call's intent is recorded together with the result. */
	readonly going?: Going;
	readonly now: string;
}

/** What can be asked of a saga; `now` is ISO 8601. */
export type SagaCommand<Input extends object> =
	| {
			readonly type: "start";
			readonly sagaId: string;
			readonly input: Input;
			readonly correlationId: string;
			readonly runner: string;
			readonly now: string;
	  }
	| ({ readonly type: "begin"; readonly now: string } & Going)
	| ({ readonly type: "succeed"; readonly facts: Facts } & Answering)
	| ({ readonly type: "refuse"; readonly errorCode: string } & Answering)
	| ({ readonly type: "miss"; readonly errorCode: string } & Answering)
	| { readonly type: "retry"; readonly now: string };

/** One command of a kind. */
export type Of<Input extends object, Type extends SagaCommand<Input>["type"]> = Extract<
	SagaCommand<Input>,
	{ type: Type }
>;
