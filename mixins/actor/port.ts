import type { Decider } from "../../services/shared/decider.ts";
import type { DomainError } from "../../services/shared/errors.ts";
import type { DomainEvent, Envelope } from "../../services/shared/events.ts";
import type { KindDefinition, State } from "../store/port.ts";

/** A decider as the platform runs it: one document and one mailbox per id. */
export interface Aggregate<S extends State, Command, Event extends DomainEvent> extends KindDefinition {
	readonly decider: Decider<S, Command, Event>;
	/** Version of the event payloads it writes; older ones go through `upcast` when they are read. */
	readonly schemaVersion: number;
	readonly upcast?: (event: Envelope) => Envelope;
	/** Values that only one aggregate of the kind may hold at a time; null holds nothing. */
	readonly unique?: (state: S) => Readonly<Record<string, string | null>>;
	/**
	 * For an aggregate that never ends: what callers need of the state, from the event their command led to. A repeated
	 * command is then answered without folding a whole life.
	 */
	readonly answerFrom?: (event: Envelope) => S;
	/** The refusal for a unique value that is taken. */
	readonly duplicate?: (name: string) => DomainError;
}

/** Who asks and why; it becomes the envelope of the events. */
export interface CommandContext {
	/** A repeat with the same id returns the first answer and changes nothing, for ever. */
	readonly commandId: string;
	readonly correlationId: string;
	/** Id of the event or request behind the command. */
	readonly causationId: string;
	/** User id, SYSTEM, or the provider's name. */
	readonly actor: string;
	/** Time of the causing event, ISO 8601; the new events are not older. */
	readonly causeTime?: string;
	/** Clock milliseconds at which the causing request began, for the processing time. */
	readonly startedAt?: number;
	/** The command mints the aggregate's id, so there is hardly one yet: the look-up is saved unless the commit says otherwise. */
	readonly isFirst?: boolean;
}

/** An aggregate's state with its place in its own history. */
export interface Versioned<S> {
	readonly state: S;
	readonly sequence: number;
	readonly version: number;
}

/** The running aggregates of this process. */
export interface Actors {
	/**
	 * Decides and commits one command; resolves with the state right after it, also for a repeat.
	 * Throws the domain's refusal, `CONFLICT` after five lost races, `OUTCOME_UNKNOWN` when the store cannot say.
	 */
	tell<S extends State, Command, Event extends DomainEvent>(
		aggregate: Aggregate<S, Command, Event>,
		id: string,
		command: Command,
		context: CommandContext,
	): Promise<Versioned<S>>;
	/** The current state; `initial` with sequence 0 if there is none. */
	read<S extends State, Command, Event extends DomainEvent>(
		aggregate: Aggregate<S, Command, Event>,
		id: string,
	): Promise<Versioned<S>>;
	/** Events of one aggregate, upcast, oldest first. */
	history<S extends State, Command, Event extends DomainEvent>(
		aggregate: Aggregate<S, Command, Event>,
		id: string,
		options?: { readonly upTo?: number },
	): Promise<readonly Envelope[]>;
	/** Drops every idle actor's cached state; the next command loads it again. */
	forgetIdle(): void;
	/** Mailbox figures for metrics. */
	figures(): { readonly active: number; readonly waiting: number; readonly deepest: number };
}
