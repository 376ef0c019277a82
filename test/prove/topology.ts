/** A process of the run: the run started it, and nobody else's process is ever touched. */
export interface Node {
	readonly name: string;
	/** SIGKILL; resolves when it is gone. */
	kill(): Promise<void>;
	/** SIGSTOP, as a machine that hangs. */
	pause(): void;
	/** SIGCONT. */
	resume(): void;
	/** Starts it again on the data it had; resolves when the process is there, long before it answers. */
	launch(): Promise<void>;
	/** Resolves when it answers; throws with what it printed if it ended by itself. */
	ready(): Promise<void>;
	/** What it printed, over all its lives. */
	output(): string;
}

/** A stretch of network between two parts. */
export interface Link {
	readonly name: string;
	/** Resets what is open; answers how many connections there were. */
	cut(): number;
	halfClose(): number;
	blackhole(): void;
	delay(ms: number): void;
	refuse(): void;
	heal(): void;
}

/** The system under proof as processes and links, however many there are. */
export interface Topology {
	/** Processes that may be killed at any time. */
	readonly nodes: readonly Node[];
	readonly links: readonly Link[];
	/** Whom to kill next; without it mostly the first process, and sometimes all at once. */
	readonly nextVictim?: () => Node;
	/** Where buyers knock; through a link. */
	readonly buyersUrl: string;
	/** The platform without anything in between, for the audit. */
	platformUrl(): string;
	/** The Twin's control API without anything in between. */
	twinUrl(): string;
	/** Starts everything and waits until it answers. */
	start(): Promise<void>;
	/** Ends everything that it started and removes the data. */
	end(): Promise<void>;
	/** Files that must be sound at the end, once everything has stopped. */
	dataFiles(): readonly string[];
	/** SIGTERM to everything; how each ended. */
	stop(): Promise<readonly { readonly name: string; readonly code: number | null; readonly ms: number }[]>;
}
