import { isDeepStrictEqual } from "node:util";
import { AUDIT_LIMIT, type AuditPage, type AuditRequest } from "../../services/shared/audit.ts";
import type { DomainEvent, Envelope } from "../../services/shared/events.ts";
import type { Clock } from "../clock/port.ts";
import { DamagedRow, type State, type Store, type StoredDocument } from "../store/port.ts";
import type { Aggregate } from "./port.ts";
import { historyOf } from "./replay.ts";

/** A document as an audit finds it; `state` is null where the row is not what was written, `broken` has a sentence for each thing that is wrong. */
export interface Audited<S extends State> {
	readonly id: string;
	readonly state: S | null;
	readonly broken: readonly string[];
}

/** What an audit reads with. */
export interface AuditDeps {
	readonly store: Store;
	readonly clock: Pick<Clock, "turn">;
}

const EVENTS_PAGE = 500;
/** Documents between two turns of others. */
const DOCUMENTS_AT_ONCE = 20;
const FIELDS_NAMED = 5;
const SENTENCES_MAX = 10;

/** A page of a kind's documents in the order of their ids; `check` names what is wrong with one. */
export async function auditDocuments<S extends State>(
	kind: string,
	{ store, clock }: AuditDeps,
	{ after, limit = AUDIT_LIMIT, isBrief = false }: AuditRequest,
	check: (document: StoredDocument<S>) => Promise<readonly string[]>,
): Promise<AuditPage<Audited<S>>> {
	const items: Audited<S>[] = [];
	const total = await totalFor(store, kind, after);
	for (const { id, document } of await readDocuments<S>(store, kind, after ?? null, limit)) {
		if (items.length % DOCUMENTS_AT_ONCE === DOCUMENTS_AT_ONCE - 1) await clock.turn();
		items.push(
			document === null ? unreadable(id) : { id, state: document.state, broken: isBrief ? [] : await check(document) },
		);
	}
	return { items, next: nextOf(items, limit, ({ id }) => id), total };
}

function unreadable(id: string): Audited<never> {
	return { id, state: null, broken: [`the document ${id} is not what was written`] };
}

/** Told with the first page only: counting reads the whole table. */
async function totalFor(store: Store, kind: string, after: string | undefined): Promise<number | null> {
	return after === undefined ? store.count(kind) : null;
}

function nextOf<Item>(items: readonly Item[], limit: number, placeAfter: (item: Item) => string): string | null {
	const last = items.at(-1);
	return items.length < limit || last === undefined ? null : placeAfter(last);
}

/** Says what is wrong with an event, given the stored state and the one that was folded up to the event; null for nothing. */
export type EventCheck<S extends State> = (event: Envelope, stored: S, before: S) => string | null;

/** What does not fit between a document, its events and its unique values; `checkEvent` knows what else an event has to say. */
export async function brokenIn<S extends State, Command, Event extends DomainEvent>(
	aggregate: Aggregate<S, Command, Event>,
	deps: AuditDeps,
	document: StoredDocument<S>,
	checkEvent: EventCheck<S> = () => null,
): Promise<readonly string[]> {
	try {
		const broken: string[] = [];
		const told = await foldOf(aggregate, deps, document, broken, checkEvent);
		const fields = differingFields(document.state, told);
		if (fields.length > 0) broken.push(`the events tell another ${fields.slice(0, FIELDS_NAMED).join(", ")}`);
		return [...broken, ...(await unclaimed(aggregate, deps.store, document))];
	} catch (error) {
		if (error instanceof DamagedRow) return [error.message];
		throw error;
	}
}

/** A page of a kind's events in the order of aggregates and sequences; a damaged event is left out. */
export async function auditEvents(
	kind: string,
	{ store, clock }: AuditDeps,
	{ after, limit = AUDIT_LIMIT }: AuditRequest,
): Promise<AuditPage<Envelope>> {
	const place = placeOf(after);
	const total = await totalFor(store, kind, after);
	const items = await restOf(store, kind, place, limit);
	let last = place?.id ?? null;
	while (items.length < limit) {
		const page = await readDocuments(store, kind, last, DOCUMENTS_AT_ONCE);
		last = page.at(-1)?.id ?? null;
		if (last === null) break;
		await addEventsOf(store, kind, page, items, limit);
		await clock.turn();
	}
	return { items, next: nextOf(items, limit, ({ sequence, subject }) => `${sequence}:${subject}`), total };
}

interface Place {
	readonly id: string;
	readonly sequence: number;
}

/** What the page before has left of its last aggregate. */
async function restOf(store: Store, kind: string, place: Place | null, limit: number): Promise<Envelope[]> {
	return place === null ? [] : [...(await readEvents(store, kind, place.id, place.sequence + 1, limit))];
}

async function addEventsOf(
	store: Store,
	kind: string,
	page: readonly { readonly id: string }[],
	items: Envelope[],
	limit: number,
): Promise<void> {
	for (const { id } of page)
		if (items.length < limit) items.push(...(await readEvents(store, kind, id, 1, limit - items.length)));
}

function placeOf(after: string | undefined): Place | null {
	if (after === undefined) return null;
	const cut = after.indexOf(":");
	return { id: after.slice(cut + 1), sequence: Number(after.slice(0, cut)) };
}

interface Found<S extends State> {
	readonly id: string;
	readonly document: StoredDocument<S> | null;
}

/** A damaged document fails its whole page; one by one they show which it is. */
async function readDocuments<S extends State>(
	store: Store,
	kind: string,
	after: string | null,
	limit: number,
): Promise<readonly Found<S>[]> {
	const pageOf = (last: string | null, count: number) =>
		store.find<S>(kind, { direction: "asc", limit: count, ...(last === null ? {} : { after: [last] }) });
	try {
		return (await pageOf(after, limit)).map((document) => ({ id: document.id, document }));
	} catch (error) {
		if (!(error instanceof DamagedRow)) throw error;
	}
	const found: Found<S>[] = [];
	for (let last = after; found.length < limit; last = found.at(-1)?.id ?? null) {
		const next = await pageOf(last, 1).then(
			([document]) => (document === undefined ? null : { id: document.id, document }),
			damagedDocument,
		);
		if (next === null) break;
		found.push(next);
	}
	return found;
}

function damagedDocument(error: unknown): { id: string; document: null } {
	if (error instanceof DamagedRow && error.id !== null) return { id: error.id, document: null };
	throw error;
}

async function readEvents(
	store: Store,
	kind: string,
	id: string,
	from: number,
	limit: number,
): Promise<readonly Envelope[]> {
	try {
		return await store.events(kind, id, { from, limit });
	} catch (error) {
		if (!(error instanceof DamagedRow)) throw error;
	}
	const events: Envelope[] = [];
	const last = (await store.load(kind, id).catch(() => null))?.sequence ?? 0;
	for (let sequence = from; sequence <= last && events.length < limit; sequence++)
		events.push(...(await store.events(kind, id, { from: sequence, upTo: sequence }).catch(() => [])));
	return events;
}

/** The state that the events up to the document's own tell. */
async function foldOf<S extends State, Command, Event extends DomainEvent>(
	aggregate: Aggregate<S, Command, Event>,
	{ store, clock }: AuditDeps,
	{ id, sequence, state: stored }: StoredDocument<S>,
	broken: string[],
	checkEvent: EventCheck<S>,
): Promise<S> {
	let state = aggregate.decider.initial;
	for (let from = 1; from <= sequence; from += EVENTS_PAGE) {
		if (from > 1) await clock.turn();
		const upTo = Math.min(sequence, from + EVENTS_PAGE - 1);
		const events = await historyOf(aggregate, store, id, { from, upTo });
		if (events.length !== upTo - from + 1) broken.push(`of its events ${from} to ${upTo} some are missing`);
		for (const event of events) {
			const wrong = strangerIn(event, stored) ?? checkEvent(event, stored, state);
			if (wrong !== null && broken.length < SENTENCES_MAX) broken.push(`event ${event.sequence}: ${wrong}`);
			state = aggregate.decider.evolve(state, { type: event.type, data: event.data } as unknown as Event);
		}
	}
	return state;
}

/** Ids that an event repeats of its aggregate are the aggregate's. */
function strangerIn({ data }: Envelope, stored: object): string | null {
	const own = stored as Readonly<Record<string, unknown>>;
	for (const [name, value] of Object.entries(data))
		if (name.endsWith("Id") && typeof own[name] === "string" && typeof value === "string" && own[name] !== value)
			return `its ${name} is ${value}`;
	return null;
}

/** Names of fields; one that an older version of the code did not write yet counts as null. */
function differingFields(stored: object, told: object): string[] {
	const left = stored as Readonly<Record<string, unknown>>;
	const right = JSON.parse(JSON.stringify(told)) as Readonly<Record<string, unknown>>;
	const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
	return names.filter((name) => !isDeepStrictEqual(left[name] ?? null, right[name] ?? null));
}

async function unclaimed<S extends State, Command, Event extends DomainEvent>(
	{ kind, unique }: Aggregate<S, Command, Event>,
	store: Store,
	{ id, state, version }: StoredDocument<S>,
): Promise<readonly string[]> {
	if (unique === undefined) return [];
	const broken: string[] = [];
	for (const [name, value] of Object.entries(unique(state)))
		if (value !== null && (await store.findUnique(kind, name, value)) !== id)
			broken.push(`its ${name} is not held for it`);
	if (broken.length === 0) return broken;
	// It may have let go of the value since it was read.
	return (await store.load(kind, id))?.version === version ? broken : [];
}
