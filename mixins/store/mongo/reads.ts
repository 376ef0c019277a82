import type { mongo } from "mongoose";
import type { Envelope } from "../../../services/shared/events.ts";
import type { Clock } from "../../clock/port.ts";
import { CERTAIN, reading } from "./connection.ts";
import type { Kind } from "./kinds.ts";
import { commandKey, eventKey, parseEnvelope, type DocumentRow, type EventRow } from "./rows.ts";
import { claimOf } from "./writes.ts";

const IDS_MAX = 500;
const SEQUENCE_MAX = 999_999_999_999;

/** The part of a history that is asked for. */
export interface Span {
	readonly from: number;
	readonly upTo: number;
	readonly limit: number;
}

interface Asking {
	readonly resolve: (row: DocumentRow | null) => void;
	readonly reject: (error: unknown) => void;
}

/** Point reads from the primary of what a majority has. Loads of one turn are one query per kind. */
export class Reads {
	readonly #events: mongo.Collection<EventRow>;
	readonly #clock: Clock;
	readonly #asked = new Map<Kind, Map<string, Asking[]>>();

	constructor(events: mongo.Collection<EventRow>, clock: Clock) {
		this.#events = events;
		this.#clock = clock;
	}

	load(kind: Kind, id: string): Promise<DocumentRow | null> {
		return new Promise((resolve, reject) => {
			if (this.#asked.size === 0) this.#clock.nextTurn(() => this.#loadAsked());
			const ids = this.#asked.get(kind) ?? new Map<string, Asking[]>();
			ids.set(id, [...(ids.get(id) ?? []), { resolve, reject }]);
			this.#asked.set(kind, ids);
		});
	}

	/** The permanent collection and the outbox together; the document is read first, so that nothing is missed on its way. */
	async events(kind: Kind, id: string, span: Span): Promise<readonly Envelope[]> {
		const outbox = (await this.load(kind, id))?.outbox ?? [];
		const rows = await this.#stored(kind, id, span);
		const found = new Map<number, Envelope>();
		for (const { sequence, envelope = "", checksum, _id } of rows)
			found.set(sequence, parseEnvelope(_id, envelope, checksum));
		for (const { s, e, k } of outbox.filter(({ s }) => s >= span.from && s <= span.upTo && !found.has(s)))
			if (e !== undefined) found.set(s, parseEnvelope(eventKey(kind.name, id, s), e, k));
		const inOrder = [...found].sort(([left], [right]) => left - right);
		return inOrder.slice(0, span.limit).map(([, event]) => event);
	}

	#stored({ name }: Kind, id: string, { from, upTo, limit }: Span): Promise<readonly EventRow[]> {
		const range = { $gte: eventKey(name, id, from), $lte: eventKey(name, id, Math.min(upTo, SEQUENCE_MAX)) };
		const filter = { _id: range, aggregate: id, envelope: { $exists: true } };
		const capped = limit < SEQUENCE_MAX ? limit : 0;
		return reading(() => this.#events.find(filter, CERTAIN).sort({ _id: 1 }).limit(capped).toArray());
	}

	/** Sequence after a command: from the document, then from the permanent collection. */
	async command(kind: Kind, id: string, commandId: string): Promise<number | null> {
		const row = await this.load(kind, id);
		const known = [...(row?.recent ?? []), ...(row?.outbox ?? [])].find(({ c }) => c === commandId);
		if (known !== undefined) return known.s;
		const command = commandKey(kind.name, id, commandId);
		const stored = await reading(() => this.#events.findOne({ command }, CERTAIN));
		return stored?.sequence ?? null;
	}

	async unique(kind: Kind, name: string, value: string): Promise<string | null> {
		const filter = { claims: claimOf({ name, value }) } as mongo.Filter<DocumentRow>;
		const row = await reading(() => kind.collection.findOne(filter, { ...CERTAIN, projection: { _id: 1 } }));
		return row?._id ?? null;
	}

	#loadAsked(): void {
		const asked = [...this.#asked];
		this.#asked.clear();
		for (const [kind, ids] of asked) {
			const all = [...ids];
			for (let at = 0; at < all.length; at += IDS_MAX) void loadMany(kind, all.slice(at, at + IDS_MAX));
		}
	}
}

async function loadMany(kind: Kind, asked: readonly (readonly [string, readonly Asking[]])[]): Promise<void> {
	try {
		const filter = { _id: { $in: asked.map(([id]) => id) } };
		const rows = await reading(() => kind.collection.find(filter, CERTAIN).toArray());
		const found = new Map(rows.map((row) => [row._id, row]));
		for (const [id, askings] of asked) for (const { resolve } of askings) resolve(found.get(id) ?? null);
	} catch (error) {
		for (const [, askings] of asked) for (const { reject } of askings) reject(error);
	}
}
