import type { Bound } from "./kinds.ts";
import type { Prepared, PreparedCommit } from "./prepared.ts";

/** What crosses to the writing thread: one flat list, because a message full of small objects costs more than the write itself. */
export type Wire = (Bound | PreparedCommit["unique"] | readonly string[])[];

const COMMIT = 1;
const REMOVAL = 2;

/** Appends a job to a message. */
export function pack(wire: Wire, job: Prepared): void {
	if ("remove" in job) {
		wire.push(REMOVAL, job.kind, job.remove);
		return;
	}
	const { kind, id, expectedVersion, state, indexed, commands, unique, events } = job;
	wire.push(COMMIT, kind, id, expectedVersion, state, unique, indexed.length, ...indexed, commands.length);
	for (const { commandId, sequence } of commands) wire.push(commandId, sequence);
	wire.push(events.length);
	for (const { sequence, commandId, time, text } of events) wire.push(sequence, commandId, time, text);
}

/** The jobs of a message, in order. */
export function unpack(wire: Wire): Prepared[] {
	const reader = new Reader(wire);
	const jobs: Prepared[] = [];
	while (!reader.isAtEnd) jobs.push(reader.next() === COMMIT ? commitOf(reader) : removalOf(reader));
	return jobs;
}

class Reader {
	readonly #wire: Wire;
	#at = 0;

	constructor(wire: Wire) {
		this.#wire = wire;
	}

	get isAtEnd(): boolean {
		return this.#at >= this.#wire.length;
	}

	next(): Wire[number] {
		return this.#wire[this.#at++];
	}

	text(): string {
		return this.next() as string;
	}

	number(): number {
		return this.next() as number;
	}

	list<T>(read: () => T): T[] {
		return Array.from({ length: this.number() }, read);
	}
}

function commitOf(reader: Reader): PreparedCommit {
	return {
		item: null,
		kind: reader.text(),
		id: reader.text(),
		expectedVersion: reader.number(),
		state: reader.text(),
		unique: reader.next() as PreparedCommit["unique"],
		indexed: reader.list(() => reader.next() as Bound),
		commands: reader.list(() => ({ commandId: reader.text(), sequence: reader.number() })),
		events: reader.list(() => ({
			sequence: reader.number(),
			commandId: reader.text(),
			time: reader.text(),
			text: reader.text(),
		})),
	};
}

function removalOf(reader: Reader): Prepared {
	return { kind: reader.text(), remove: reader.next() as readonly string[] };
}
