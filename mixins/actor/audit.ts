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

/** A page of a kind's documents in the order of their ids; `check` names what is wrong with one. */
export async function auditDocuments<S extends State>(
	kind: string,
	{ store, clock }: AuditDeps,
	{ after, limit = AUDIT_LIMIT }: AuditRequest,
	check: (document: StoredDocument<S>) => Promise<readonly string[]>,
): Promise<AuditPage<Audited<S>>> {
	const items: Audited<S>[] = [];
	const total = after === undefined ? await store.count(kind) : null;
	for (const { id, document } of await readDocuments<S>(store, kind, after ?? null, limit)) {
		if (items.length % DOCUMENTS_AT_ONCE === DOCUMENTS_AT_ONCE - 1) await clock.turn();
		if (document === null) items.push({ id, state: null, broken: [`the document ${id} is not what was written`] });
		else items.push({ id, state: document.state, broken: await check(document) });
	}
	return { items, next: items.length < limit ? null : (items.at(-1)?.id ?? null), total };
}

/** What does not fit between a document, its events and its unique values. */
export async function brokenIn<S extends State, Command, Event extends DomainEvent>(
	aggregate: Aggregate<S, Command, Event>,
	deps: AuditDeps,
	document: StoredDocument<S>,
): Promise<readonly string[]> {
	try {
		const broken: string[] = [];
		const told = await foldOf(aggregate, deps, document, broken);
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
	const total = place === null ? await store.count(kind) : null;
	const items = place === null ? [] : [...(await readEvents(store, kind, place.id, place.sequence + 1, limit))];
	let last = place?.id ?? null;
	while (items.length < limit) {
		const page = await readDocuments(store, kind, last, DOCUMENTS_AT_ONCE);
		if (page.length === 0) break;
		for (const { id } of page) {
			if (items.length >= limit) break;
			items.push(...(await readEvents(store, kind, id, 1, limit - items.length)));
			last = id;
		}
		await clock.turn();
	}
	const end = items.at(-1);
	const next = items.length < limit || end === undefined ? null : `${end.sequence}:${end.subject}`;
	return { items, next, total };
}

function placeOf(after: string | undefined): { readonly id: string; readonly sequence: number } | null {
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
	{ id, sequence }: StoredDocument<S>,
	broken: string[],
): Promise<S> {
	let state = aggregate.decider.initial;
	for (let from = 1; from <= sequence; from += EVENTS_PAGE) {
		if (from > 1) await clock.turn();
		const upTo = Math.min(sequence, from + EVENTS_PAGE - 1);
		const events = await historyOf(aggregate, store, id, { from, upTo });
		if (events.length !== upTo - from + 1) broken.push(`of its events ${from} to ${upTo} some are missing`);
		for (const { type, data } of events) state = aggregate.decider.evolve(state, { type, data } as unknown as Event);
	}
	return state;
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
	{ id, state }: StoredDocument<S>,
): Promise<readonly string[]> {
	const broken: string[] = [];
	for (const [name, value] of Object.entries(unique?.(state) ?? {})) {
		if (value === null || (await store.findUnique(kind, name, value)) === id) continue;
		broken.push(`its ${name} is not held for it`);
	}
	return broken;
}
