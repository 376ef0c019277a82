import type { Model, Schema, mongo } from "mongoose";
import type { IndexDefinition, KindDefinition } from "../port.ts";
import { DURABLE, type Database } from "./connection.ts";
import type { DocumentRow } from "./rows.ts";

/** One kind of document: its collection, its Mongoose model and what its queries may use. */
export interface Kind {
	readonly name: string;
	readonly collection: mongo.Collection<DocumentRow>;
	readonly model: Model<DocumentRow>;
	readonly indexes: readonly IndexDefinition[];
	/** Fields of the indexes. */
	readonly fields: ReadonlySet<string>;
	/** Resolves when collection and indexes are there. */
	ready(): Promise<void>;
	/** Resolves when no two documents can hold one unique value any more. */
	claimable(): Promise<void>;
}

const KIND_NAME = /^[a-z][a-z0-9-]{0,40}$/;
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9]{0,40}$/;
const PREFIX = "doc_";
/** Documents have text ids; this one is a number and so in nobody's way. It makes an upsert that finds nothing fail. */
const SENTINEL = 0;

/** Names of the indexes that a refused write tells apart. */
export const INDEX = { id: "_id_", guard: "guard", claims: "claims" } as const;

/** The kinds of one database. */
export class Kinds {
	readonly #database: Database;
	readonly #kinds = new Map<string, Kind>();

	constructor(database: Database) {
		this.#database = database;
	}

	define({ kind, indexes = [] }: KindDefinition): void {
		const known = this.#kinds.get(kind)?.indexes ?? [];
		const added = indexes.filter((index) => !known.some((other) => indexName(other) === indexName(index)));
		if (this.#kinds.has(kind) && added.length === 0) return;
		this.#kinds.set(kind, this.#create(kind, [...known, ...added]));
	}

	of(name: string): Kind {
		const known = this.#kinds.get(name);
		if (known !== undefined) return known;
		const created = this.#create(name, []);
		this.#kinds.set(name, created);
		return created;
	}

	defined(): readonly Kind[] {
		return [...this.#kinds.values()];
	}

	/** Every kind that has documents, also those of other processes. */
	async stored(): Promise<readonly Kind[]> {
		const collections = await this.#database.db.listCollections({}, { nameOnly: true }).toArray();
		const names = collections.map(({ name }) => name).filter((name) => name.startsWith(PREFIX));
		return names.map((name) => this.of(name.slice(PREFIX.length)));
	}

	#create(name: string, indexes: readonly IndexDefinition[]): Kind {
		if (!KIND_NAME.test(name)) throw new Error(`${name} is not a name for a kind`);
		for (const { fields } of indexes) assertFields(name, fields);
		const collection = this.#database.db.collection<DocumentRow>(PREFIX + name);
		return {
			name,
			collection,
			model: modelOf(this.#database, PREFIX + name),
			indexes,
			fields: new Set(indexes.flatMap(({ fields }) => fields)),
			ready: once(() => prepare(collection, indexes)),
			claimable: once(async () => {
				await collection.createIndex({ claims: 1 }, { name: INDEX.claims, unique: true, sparse: true });
			}),
		};
	}
}

/** Runs `action` once; after a failure, again with the next call. */
function once(action: () => Promise<void>): () => Promise<void> {
	let running: Promise<void> | null = null;
	return () => {
		running ??= action().catch((error: unknown) => {
			running = null;
			throw error;
		});
		return running;
	};
}

async function prepare(collection: mongo.Collection<DocumentRow>, indexes: readonly IndexDefinition[]): Promise<void> {
	await collection.createIndexes([
		{ key: { guard: 1 }, name: INDEX.guard, unique: true, sparse: true },
		{ key: { "outbox.b": 1 }, name: "outbox", sparse: true },
		...indexes.map(descriptionOf),
	]);
	const filter = { _id: SENTINEL } as unknown as mongo.Filter<DocumentRow>;
	const update = { $setOnInsert: { guard: 1 } } as unknown as mongo.UpdateFilter<DocumentRow>;
	await collection.updateOne(filter, update, { upsert: true, ...DURABLE });
}

function descriptionOf(index: IndexDefinition): mongo.IndexDescription {
	const key = Object.fromEntries([
		...index.fields.map((field) => [`x.${field}`, 1]),
		["_id", 1],
	]) as mongo.IndexDescription["key"];
	const last = `x.${index.fields.at(-1) ?? ""}`;
	const partial = index.sparse === true ? { partialFilterExpression: { [last]: { $exists: true } } } : {};
	return { key, name: indexName(index), ...partial };
}

function indexName({ fields, sparse = false }: IndexDefinition): string {
	return `by_${fields.join("_")}${sparse ? "_set" : ""}`;
}

function assertFields(kind: string, fields: readonly string[]): void {
	if (fields.length === 0) throw new Error(`an index of ${kind} names no field`);
	for (const field of fields)
		if (!FIELD_NAME.test(field)) throw new Error(`${field} is not a field that can be indexed`);
}

/** Unknown paths in filters are errors, never an empty filter. */
function modelOf({ connection, mongoose }: Database, collection: string): Model<DocumentRow> {
	const known = connection.models[collection] as Model<DocumentRow> | undefined;
	if (known !== undefined) return known;
	const schema = new mongoose.Schema(
		{
			_id: String,
			version: Number,
			sequence: Number,
			state: String,
			x: "Mixed",
			lastTime: String,
			commandCount: Number,
			checksum: Number,
			recent: "Mixed",
			outbox: "Mixed",
			claims: [String],
		},
		{
			collection,
			strict: "throw",
			strictQuery: "throw",
			versionKey: false,
			autoIndex: false,
			autoCreate: false,
			id: false,
		},
	) as unknown as Schema<DocumentRow>;
	return connection.model<DocumentRow>(collection, schema);
}
