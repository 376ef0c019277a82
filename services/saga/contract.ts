/** A step is done (`forward`) or undone (`compensation`). */
export type StepDirection = "forward" | "compensation";

/** What a saga is about, and what its steps have told it; ids and numbers, never personal data. */
export type SagaFacts = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Facts of every saga, whichever service runs it; instants ISO 8601. `saga` is the name of the definition, `reference`
 * the id of what it is about.
 */
export interface SagaEvents {
	"saga.started": {
		sagaId: string;
		saga: string;
		reference: string;
		input: object;
		correlationId: string;
		runner: string;
		leaseUntil: string;
		startedAt: string;
		/** Before the point of no return the saga turns back at this time. */
		deadlineAt: string;
	};
	/** The intent: stored before the call, with the right to make it until `leaseUntil`. */
	"saga.step-started": {
		sagaId: string;
		saga: string;
		reference: string;
		step: string;
		direction: StepDirection;
		/** 1, 2, 3 … since the step was last new. */
		attempt: number;
		/** Grows when a refusal is followed by a new command id. */
		round: number;
		runner: string;
		leaseUntil: string;
		startedAt: string;
	};
	"saga.step-succeeded": {
		sagaId: string;
		saga: string;
		reference: string;
		step: string;
		direction: StepDirection;
		facts: SagaFacts;
		endedAt: string;
	};
	/** The callee refused by its own contract. */
	"saga.step-failed": { sagaId: string; saga: string; reference: string; step: string; errorCode: string };
	/** No answer that counts: the same is asked again at `retryAt`. */
	"saga.step-unanswered": {
		sagaId: string;
		saga: string;
		reference: string;
		step: string;
		direction: StepDirection;
		attempt: number;
		/** The round of the next attempt. */
		round: number;
		errorCode: string;
		retryAt: string;
	};
	/** It turns back: every step that was begun is undone, the newest first. */
	"saga.compensating": {
		sagaId: string;
		saga: string;
		reference: string;
		failedStep: string;
		errorCode: string;
		turnedAt: string;
	};
	"saga.needs-attention": {
		sagaId: string;
		saga: string;
		reference: string;
		step: string;
		direction: StepDirection;
		attempt: number;
		errorCode: string;
	};
	"saga.retry-requested": { sagaId: string; saga: string; reference: string; requestedAt: string };
	"saga.completed": { sagaId: string; saga: string; reference: string; durationMs: number; endedAt: string };
	"saga.compensated": {
		sagaId: string;
		saga: string;
		reference: string;
		failedStep: string;
		errorCode: string;
		durationMs: number;
		endedAt: string;
	};
}
