import type { EntryView } from "../../ledger/contract.ts";
import { distinct, factOf, isAbout, type Fact, type Subject } from "../domain/fact.ts";
import type { Envelope } from "../../shared/events.ts";

/** Where the parts of a story lie. */
export interface Sources {
	/** Events of one aggregate, the oldest first, at most `limit`. */
	stream(kind: string, aggregateId: string, limit: number): Promise<readonly Envelope[]>;
	/** One event, by its id; null if it is not there. */
	event(eventId: string): Promise<Envelope | null>;
	/** Everything one request set off; null while the log cannot be asked. */
	trace(correlationId: string): Promise<readonly Fact[] | null>;
	/** Entries of the books for an order; null while the ledger cannot be asked. */
	postings(orderId: string): Promise<readonly EntryView[] | null>;
	/** The order's payment; null if it has none yet. */
	paymentIdOf(orderId: string): Promise<string | null>;
	/** The order's checkout; null if there is none or nobody can say. */
	checkoutOf(orderId: string): Promise<string | null>;
}

/** What was found of an order. */
export interface Gathered {
	readonly facts: readonly Fact[];
	readonly postings: readonly EntryView[];
	readonly sagaIds: readonly string[];
	readonly isComplete: boolean;
}

/** Facts of one story; the newest beyond it are left out, and the story says so. */
export const FACTS_MAX = 1_000;
/** Requests of one story that are followed up. */
const TRACES_MAX = 30;
const SAGAS_MAX = 20;

/** Reads everything that belongs to an order: its aggregates, what their requests set off, its sagas and its postings. */
export async function gather(sources: Sources, orderId: string): Promise<Gathered> {
	const [paymentId, checkoutId, postings] = await Promise.all([
		sources.paymentIdOf(orderId),
		sources.checkoutOf(orderId),
		sources.postings(orderId),
	]);
	const subject: Subject = { orderId, paymentId };
	const own = await streams(sources, [["order", orderId], ...pair("payment", paymentId), ...pair("saga", checkoutId)]);
	const first = await traces(sources, own, new Set());
	const related = first.facts.filter((fact) => isAbout(fact, subject));
	// A refund has a request and perhaps a saga of its own, which the first look has found by name.
	const sagaIds = sagasIn([...own, ...related]);
	const sagas = await streams(
		sources,
		sagaIds.filter((sagaId) => sagaId !== checkoutId).map((sagaId) => ["saga", sagaId] as const),
	);
	const second = await traces(sources, sagas, first.seen);
	const known = distinct([...own, ...sagas, ...related, ...second.facts.filter((fact) => isAbout(fact, subject))]);
	const causes = await missing(sources, postings ?? [], known);
	const facts = [...known, ...causes];
	const isWhole = facts.length <= FACTS_MAX && first.isWhole && second.isWhole;
	return { facts: cut(facts), postings: postings ?? [], sagaIds, isComplete: isWhole && postings !== null };
}

function pair(kind: string, aggregateId: string | null): (readonly [string, string])[] {
	return aggregateId === null ? [] : [[kind, aggregateId]];
}

async function streams(sources: Sources, wanted: readonly (readonly [string, string])[]): Promise<Fact[]> {
	const found = await Promise.all(wanted.map(([kind, id]) => sources.stream(kind, id, FACTS_MAX + 1)));
	return found.flat().map(factOf);
}

interface Traces {
	readonly facts: readonly Fact[];
	readonly seen: ReadonlySet<string>;
	readonly isWhole: boolean;
}

async function traces(sources: Sources, facts: readonly Fact[], before: ReadonlySet<string>): Promise<Traces> {
	const fresh = [...new Set(facts.map(({ correlationId }) => correlationId))].filter((id) => !before.has(id));
	const wanted = fresh.slice(0, TRACES_MAX);
	const found = await Promise.all(wanted.map((id) => sources.trace(id)));
	return {
		facts: found.flatMap((trace) => trace ?? []),
		seen: new Set([...before, ...wanted]),
		isWhole: fresh.length === wanted.length && !found.includes(null),
	};
}

function sagasIn(facts: readonly Fact[]): string[] {
	const ids = facts.filter(({ kind }) => kind === "saga").map(({ aggregateId }) => aggregateId);
	return [...new Set(ids)].slice(0, SAGAS_MAX);
}

/** The books name the events they were written for; those may be in nobody's trace. */
async function missing(sources: Sources, postings: readonly EntryView[], known: readonly Fact[]): Promise<Fact[]> {
	const ids = new Set(known.map(({ eventId }) => eventId));
	const causes = [...new Set(postings.map(({ cause }) => cause))].filter((cause) => !ids.has(cause));
	const events = await Promise.all(causes.map((cause) => sources.event(cause)));
	return events.filter((event) => event !== null).map(factOf);
}

function cut(facts: readonly Fact[]): readonly Fact[] {
	if (facts.length <= FACTS_MAX) return facts;
	return facts.toSorted((left, right) => (left.at < right.at ? -1 : 1)).slice(0, FACTS_MAX);
}
