/** A timer that has not fired yet can be called off. */
export interface Timer {
	cancel(): void;
}

/** The only source of time and timers; the simulation replaces it, so nothing else may read the wall clock. */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** The instant as ISO 8601 in UTC, for events and views. */
	iso(): string;
	/** Resolves after `ms` milliseconds of this clock; rejects with the signal's reason when it is aborted first. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
	/** Runs `task` once after `ms` milliseconds of this clock. It never keeps the process alive. */
	after(ms: number, task: () => void): Timer;
	/** Resolves in the next turn of the event loop, after everything that is ready now. */
	turn(): Promise<void>;
	/** Runs `task` in the next turn of the event loop; the cheap form of `turn` for hot paths. */
	nextTurn(task: () => void): void;
}
