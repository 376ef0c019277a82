import { DomainError, isDomainError } from "../../services/shared/errors.ts";
import { sourceOf, type DomainEvent, type Envelope, type Outcome } from "../../services/shared/events.ts";
import type { CommandRecord, State, UniqueValue } from "../store/port.ts";
import type { Aggregate, CommandContext } from "./port.ts";

/** A command waiting in a mailbox. */
export interface Waiting<S extends State, Command> {
	readonly command: Command;
	readonly context: CommandContext;
	readonly resolve: (answer: { state: S; sequence: number; version: number }) => void;
	readonly reject: (error: unknown) => void;
}

/** An aggregate as its actor holds it between turns. */
export interface Held<S extends State> {
	readonly state: S;
	readonly version: number;
	readonly sequence: number;
	readonly lastTime: string;
}

/** What a batch of commands came to, before it is committed. */
export interface Decided<S extends State, Command> {
	readonly after: Held<S>;
	readonly events: readonly Envelope[];
	readonly commands: readonly CommandRecord[];
	/** Commands that changed or would change nothing more, with the state each one saw. */
	readonly accepted: readonly { readonly waiting: Waiting<S, Command>; readonly state: S; readonly sequence: number }[];
	readonly refused: readonly { readonly waiting: Waiting<S, Command>; readonly error: unknown }[];
}

const FAILED = /(^|[.-])failed$/;

/** Decides waiting commands in order against the evolving state; one whose rules throw fails alone. */
export function decideBatch<S extends State, Command, Event extends DomainEvent>(
	aggregate: Aggregate<S, Command, Event>,
	id: string,
	before: Held<S>,
	batch: readonly Waiting<S, Command>[],
	now: number,
): Decided<S, Command> {
	let { state, sequence, lastTime } = before;
	const events: Envelope[] = [];
	const commands: CommandRecord[] = [];
	const accepted: { waiting: Waiting<S, Command>; state: S; sequence: number }[] = [];
	const refused: { waiting: Waiting<S, Command>; error: unknown }[] = [];
	for (const waiting of batch) {
		const decided = tryDecide(aggregate, state, waiting.command);
		if ("error" in decided) {
			refused.push({ waiting, error: decided.error });
			continue;
		}
		for (const event of decided.events) {
			sequence += 1;
			lastTime = latest(now, waiting.context.causeTime, lastTime);
			events.push(envelopeOf(aggregate, id, event, sequence, lastTime, waiting.context, now));
		}
		state = decided.state;
		if (decided.events.length > 0) commands.push({ commandId: waiting.context.commandId, sequence });
		accepted.push({ waiting, state, sequence });
	}
	const version = events.length === 0 ? before.version : before.version + 1;
	return { after: { state, sequence, lastTime, version }, events, commands, accepted, refused };
}

/**
 * Whether a unique value changes more than once within a batch: one write would claim only the last of them, so the
 * commands must be decided one by one.
 */
export function claimsRepeatedly<S extends State, Command>(
	{ unique }: Pick<Aggregate<S, never, never>, "unique">,
	before: S,
	{ accepted }: Decided<S, Command>,
): boolean {
	if (unique === undefined || accepted.length < 2) return false;
	const values = [before, ...accepted.map(({ state }) => state)].map((state) => JSON.stringify(unique(state)));
	return values.filter((value, index) => index > 0 && value !== values[index - 1]).length > 1;
}

/** What changes among the values only one aggregate may hold. */
export function uniqueChange<S extends State>(
	aggregate: Pick<Aggregate<S, never, never>, "unique">,
	before: S,
	after: S,
): { claim: UniqueValue[]; release: UniqueValue[] } | undefined {
	if (aggregate.unique === undefined) return undefined;
	const held = aggregate.unique(before);
	const wanted = aggregate.unique(after);
	const names = [...new Set([...Object.keys(held), ...Object.keys(wanted)])].filter(
		(name) => held[name] !== wanted[name],
	);
	const pick = (values: Readonly<Record<string, string | null>>): UniqueValue[] =>
		names.flatMap((name) => {
			const value = values[name];
			return value === null || value === undefined ? [] : [{ name, value }];
		});
	return names.length === 0 ? undefined : { claim: pick(wanted), release: pick(held) };
}

function tryDecide<S extends State, Command, Event extends DomainEvent>(
	aggregate: Aggregate<S, Command, Event>,
	state: S,
	command: Command,
): { events: readonly Event[]; state: S } | { error: unknown } {
	const { decider } = aggregate;
	try {
		const events = decider.decide(state, command);
		return { events, state: events.reduce((before, event) => decider.evolve(before, event), state) };
	} catch (error) {
		return { error: isDomainError(error) || error instanceof Error ? error : new DomainError("INTERNAL_ERROR") };
	}
}

function envelopeOf(
	aggregate: { readonly kind: string; readonly schemaVersion: number },
	id: string,
	event: DomainEvent,
	sequence: number,
	time: string,
	context: CommandContext,
	now: number,
): Envelope {
	return {
		specversion: "1.0",
		id: `${aggregate.kind}:${id}:${sequence}`,
		source: sourceOf(aggregate.kind),
		type: event.type,
		subject: id,
		time,
		data: event.data,
		correlationid: context.correlationId,
		causationid: context.causationId,
		commandid: context.commandId,
		sequence,
		schemaversion: aggregate.schemaVersion,
		actor: context.actor,
		outcome: outcomeOf(event.type),
		processingtimems: context.startedAt === undefined ? null : Math.max(0, now - context.startedAt),
	};
}

function outcomeOf(type: string): Outcome {
	return FAILED.test(type) ? "FAILED" : "SUCCESS";
}

function latest(now: number, causeTime: string | undefined, lastTime: string): string {
	const time = new Date(now).toISOString();
	const floor = causeTime !== undefined && causeTime > lastTime ? causeTime : lastTime;
	return floor > time ? floor : time;
}
