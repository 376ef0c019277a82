import type { mongo } from "mongoose";
import { DamagedRow, type InspectedPage } from "../port.ts";
import { CERTAIN } from "./connection.ts";
import type { Kind, Kinds } from "./kinds.ts";
import { indexedOf, parseDocument, parseEnvelope, eventKey, type DocumentRow, type EventRow } from "./rows.ts";

/** Documents, or events, of one page. */
const PAGE = 250;

/** Reads every document with its events, then the permanent collection for histories without a document. */
export async function* inspectRows(kinds: Kinds, events: mongo.Collection<EventRow>): AsyncGenerator<InspectedPage> {
	const stored = await kinds.stored();
	for (const kind of stored) yield* inspectKind(kind, events);
	yield* inspectHistories(new Map(stored.map((kind) => [kind.name, kind])), events);
}

/** Rows of a whole inspection, about. */
export async function countRows(kinds: Kinds, events: mongo.Collection<EventRow>): Promise<number> {
	const collections = (await kinds.stored()).map(({ collection }) => collection);
	const counts = await Promise.all(collections.map((collection) => collection.estimatedDocumentCount()));
	return counts.reduce((sum, count) => sum + count, 2 * (await events.estimatedDocumentCount()));
}

async function* inspectKind(kind: Kind, events: mongo.Collection<EventRow>): AsyncGenerator<InspectedPage> {
	for (let after = ""; ;) {
		const filter = { _id: { $gt: after } };
		const rows = await kind.collection.find(filter, CERTAIN).sort({ _id: 1 }).limit(PAGE).toArray();
		const histories = await Promise.all(rows.map((row) => historyOf(kind, row, events)));
		const damaged = rows.flatMap((row, index) => problemsOf(kind, row, histories[index] ?? []));
		const read = histories.reduce((sum, history) => sum + history.length, rows.length);
		yield { rows: read, damaged };
		if (rows.length < PAGE) return;
		after = rows.at(-1)?._id ?? "";
	}
}

/** Events of a document that was read before, so that none of its events can be missing. */
async function historyOf({ name }: Kind, { _id: id, outbox }: DocumentRow, events: mongo.Collection<EventRow>) {
	const range = { $gte: eventKey(name, id, 0), $lte: eventKey(name, id, 999_999_999_999) };
	const rows = await events.find({ _id: range, aggregate: id, envelope: { $exists: true } }, CERTAIN).toArray();
	const moved = rows.map(({ sequence, envelope = "", checksum }) => ({ sequence, envelope, checksum }));
	const known = new Set(moved.map(({ sequence }) => sequence));
	const waiting = outbox.flatMap(({ s, e, k }) =>
		e === undefined || known.has(s) ? [] : [{ sequence: s, envelope: e, checksum: k }],
	);
	return [...moved, ...waiting];
}

function problemsOf(
	kind: Kind,
	row: DocumentRow,
	history: readonly { readonly sequence: number; readonly envelope: string; readonly checksum: number | undefined }[],
): string[] {
	const problems = [problemOf(() => assertDocument(kind, row))];
	const sequences = new Set(history.map(({ sequence }) => sequence));
	for (let sequence = 1; sequence <= row.sequence; sequence++)
		if (!sequences.has(sequence))
			problems.push(new DamagedRow(`event ${eventKey(kind.name, row._id, sequence)}`).message);
	for (const { sequence, envelope, checksum } of history)
		problems.push(problemOf(() => assertEvent(kind, row._id, sequence, envelope, checksum)));
	return problems.filter((problem) => problem !== null);
}

function assertDocument(kind: Kind, row: DocumentRow): void {
	const { state } = parseDocument(row);
	const expected = indexedOf(state, kind.fields);
	for (const field of kind.fields)
		if (expected[field] !== row.x[field]) throw new DamagedRow(`document ${row._id}`, row._id);
}

function assertEvent(kind: Kind, id: string, sequence: number, text: string, checksum: number | undefined): void {
	const key = eventKey(kind.name, id, sequence);
	const event = parseEnvelope(key, text, checksum);
	if (event.subject !== id || event.sequence !== sequence) throw new DamagedRow(`event ${key}`);
}

/** Aggregates that have events and no document any more. */
async function* inspectHistories(
	kinds: ReadonlyMap<string, Kind>,
	events: mongo.Collection<EventRow>,
): AsyncGenerator<InspectedPage> {
	for (let after = ""; ;) {
		const options = { ...CERTAIN, projection: { kind: 1, aggregate: 1 } };
		const rows = await events
			.find({ _id: { $gt: after } }, options)
			.sort({ _id: 1 })
			.limit(PAGE)
			.toArray();
		const pages = await Promise.all(
			[...Map.groupBy(rows, ({ kind }) => kind)].map(([kind, own]) => lostDocuments(kind, kinds.get(kind), own)),
		);
		const damaged = pages.flat();
		yield { rows: rows.length, damaged };
		if (rows.length < PAGE) return;
		after = rows.at(-1)?._id ?? "";
	}
}

async function lostDocuments(name: string, kind: Kind | undefined, events: readonly EventRow[]): Promise<string[]> {
	const ids = [...new Set(events.map(({ aggregate }) => aggregate))];
	const options = { ...CERTAIN, projection: { _id: 1 } };
	const rows = (await kind?.collection.find({ _id: { $in: ids } }, options).toArray()) ?? [];
	const held = new Set(rows.map(({ _id }) => _id));
	return ids
		.filter((id) => !held.has(id))
		.map((id) => new DamagedRow(`document ${id} of ${name}, which has events,`, id).message);
}

function problemOf(assertSound: () => void): string | null {
	try {
		assertSound();
		return null;
	} catch (error) {
		if (error instanceof DamagedRow || error instanceof SyntaxError) return error.message;
		throw error;
	}
}
