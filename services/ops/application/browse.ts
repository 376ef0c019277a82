import { MissingIndex, type Store, type StoredDocument } from "../../../mixins/store/port.ts";
import type { DocumentEventView, DocumentView } from "../contract.ts";
import { maskedState } from "../domain/masking.ts";
import { OpsRejected } from "../domain/rejected.ts";
import { cursorAfter, idOf } from "./cursor.ts";

/** What the browser of documents reads from; `kinds` names all there are. */
export interface DataSource {
	readonly store: Pick<Store, "find" | "load" | "events">;
	kinds(): Promise<readonly string[]>;
}

/** Names one document. */
export interface DocumentName {
	readonly kind: string;
	readonly id: string;
}

/** A page of a kind's documents, newest id first. */
export async function documentsOf(
	source: DataSource,
	kind: string,
	{ limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: readonly DocumentView[]; nextCursor: string | null }> {
	await assertKind(source, kind);
	const after = cursor === undefined ? {} : { after: [idOf(cursor)] };
	const found = await source.store.find(kind, { direction: "desc", limit: limit + 1, ...after }).catch(unlessHidden);
	const items = found.slice(0, limit).map((document) => viewOf(kind, document));
	return { items, nextCursor: found.length > limit ? cursorAfter(items.at(-1)?.id ?? "") : null };
}

/** One document. */
export async function documentOf(source: DataSource, { kind, id }: DocumentName): Promise<DocumentView> {
	await assertKind(source, kind);
	const document = await source.store.load(kind, id);
	if (document === null) throw new OpsRejected("DATA_NOT_FOUND");
	return viewOf(kind, document);
}

/** A page of a document's events. */
export async function eventsOf(
	source: DataSource,
	{ kind, id }: DocumentName,
	{ after, limit }: { readonly after: number; readonly limit: number },
): Promise<{ items: readonly DocumentEventView[]; nextAfter: number | null }> {
	await assertKind(source, kind);
	const events = await source.store.events(kind, id, { from: after + 1, limit: limit + 1 });
	const items = events.slice(0, limit).map((event): DocumentEventView => {
		return {
			eventId: event.id,
			sequence: event.sequence,
			eventType: event.type,
			occurredAt: event.time,
			actor: event.actor,
			correlationId: event.correlationid,
			data: maskedState(event.data),
		};
	});
	return { items, nextAfter: events.length > limit ? (items.at(-1)?.sequence ?? null) : null };
}

async function assertKind(source: DataSource, kind: string): Promise<void> {
	if (!(await source.kinds()).includes(kind)) throw new OpsRejected("DATA_NOT_FOUND");
}

/** A kind that cannot be listed by id is not listed. */
function unlessHidden(error: unknown): never {
	if (error instanceof MissingIndex) throw new OpsRejected("DATA_NOT_FOUND");
	throw error;
}

function viewOf(kind: string, { id, version, sequence, lastTime, state }: StoredDocument): DocumentView {
	return { kind, id, version, sequence, lastTime: lastTime === "" ? null : lastTime, state: maskedState(state) };
}
