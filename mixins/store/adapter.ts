import { Errors, type ServiceBroker } from "moleculer";
import type { IdPrefix } from "../../services/shared/ids.ts";
import { runtimeOf, type Runtime } from "../runtime.ts";
import { countOf, type Filters, planOf, ROWS_MAX } from "./adapter/queries.ts";
import { conflicting, outcomeUnknown, refused } from "./adapter/refusals.ts";
import { uniqueChange, type UniqueOf } from "./adapter/unique.ts";
import type { Commit, CommitResult, IndexDefinition, State, StoredDocument } from "./port.ts";

/** A document as moleculer-db sees it: the state's fields, and its id as `_id`. */
export type Entity = Record<string, unknown>;

/** What the adapter may do with a kind. */
export interface AdapterDefinition {
	readonly indexes?: readonly IndexDefinition[];
	/** Aggregates change by commands only: every write through the adapter is refused. */
	readonly isReadOnly?: boolean;
	/** Values that only one document may hold; null holds nothing. */
	readonly unique?: UniqueOf;
	/** Prefix for the ids of entities that come without one; without it they are refused. */
	readonly idPrefix?: IdPrefix;
	/** Rules (fastest-validator) that a whole state keeps at each write, also after an update; unknown fields are dropped. */
	readonly rules?: Readonly<Record<string, unknown>>;
}

const TRIES_MAX = 5;
const ENTITY_ID = /^[A-Za-z0-9_.:-]{1,128}$/;

/** The interface moleculer-db expects of an adapter, over the platform's own store: queries over defined indexes only, every result capped. */
export function storeAdapter(kind: string, definition: AdapterDefinition = {}): StoreAdapter {
	return new StoreAdapter(kind, definition);
}

/** See `storeAdapter`. Moleculer copies schemas deeply, so the fields are plain and set in `init`. */
export class StoreAdapter {
	private readonly kind: string;
	private readonly definition: AdapterDefinition;
	private runtime: Runtime | null = null;
	private check: (state: Entity) => unknown = () => true;

	constructor(kind: string, definition: AdapterDefinition) {
		this.kind = kind;
		this.definition = definition;
	}

	init(broker: ServiceBroker): void {
		this.runtime = runtimeOf(broker);
		const { rules } = this.definition;
		if (rules !== undefined) this.check = compile(broker, rules);
		this.store.define({ kind: this.kind, indexes: this.indexes });
	}

	/** The store is open as long as the process runs. */
	async connect(): Promise<void> {
		if (!this.store.isWritable()) throw new Error("the store takes no writes");
	}

	async disconnect(): Promise<void> {
		// The process closes its store after the last service has stopped.
	}

	async find(filters: Filters = {}): Promise<Entity[]> {
		const plan = planOf(filters, this.indexes);
		if (plan.by === "id") {
			const entity = await this.findById(plan.id);
			return entity === null ? [] : [entity];
		}
		const documents = await this.store.find(this.kind, plan.query);
		return documents.slice(plan.skip).map(entityOf);
	}

	async findOne(query: unknown): Promise<Entity | null> {
		const [first] = await this.find({ query, limit: 1 });
		return first ?? null;
	}

	async findById(id: unknown): Promise<Entity | null> {
		const document = await this.loadOne(id);
		return document === null ? null : entityOf(document);
	}

	/** Entities that exist, in the order of the ids. */
	async findByIds(ids: readonly unknown[]): Promise<Entity[]> {
		if (ids.length > ROWS_MAX) throw refused("TOO_MANY_IDS", { max: ROWS_MAX });
		const found = await Promise.all(ids.map((id) => this.findById(id)));
		return found.filter((entity) => entity !== null);
	}

	async count(filters: Filters = {}): Promise<number> {
		return this.store.count(this.kind, countOf(filters, this.indexes));
	}

	/** Rows in the order of the request; what moleculer-db's own adapters call a cursor. */
	createCursor(filters: Filters): Promise<Entity[]> {
		return this.find(filters);
	}

	async insert(entity: Entity): Promise<Entity> {
		const [inserted] = await this.insertMany([entity]);
		if (inserted === undefined) throw outcomeUnknown();
		return inserted;
	}

	/** Each entity is stored alone; when one is refused the others stay, and the error names it. */
	async insertMany(entities: readonly Entity[]): Promise<Entity[]> {
		this.assertWritable();
		if (entities.length > ROWS_MAX) throw refused("TOO_MANY_ENTITIES", { max: ROWS_MAX });
		const items = entities.map((entity) => this.creation(entity));
		const results = await this.store.commit(items);
		for (const [index, item] of items.entries()) assertStored(results[index], item.id);
		return items.map(({ id, state }) => ({ _id: id, ...state }));
	}

	/** Sets top-level fields (`{ $set: { … } }`); null if there is no such entity. */
	async updateById(id: unknown, update: { readonly $set?: Entity }): Promise<Entity | null> {
		this.assertWritable();
		const changes = fieldsOf(update.$set ?? {});
		for (let tries = 0; tries < TRIES_MAX; tries++) {
			const document = await this.loadOne(id);
			if (document === null) return null;
			const state = this.checked({ ...document.state, ...changes });
			const result = await this.write(document, state);
			if (result.status === "ok") return { _id: document.id, ...state };
			if (result.status !== "conflict") assertStored(result, document.id);
		}
		throw conflicting("CONFLICT", { id });
	}

	/** The removed entity, or null if there was none. */
	async removeById(id: unknown): Promise<Entity | null> {
		this.assertWritable();
		const document = await this.loadOne(id);
		if (document === null) return null;
		await this.removeAll([document]);
		return entityOf(document);
	}

	/** Number of removed entities; at most a page of them per call. */
	async removeMany(query: unknown): Promise<number> {
		this.assertWritable();
		const found = await this.find({ query });
		const documents = await Promise.all(found.map(({ _id: id }) => this.loadOne(id)));
		return this.removeAll(documents.filter((document) => document !== null));
	}

	/** Removes every entity of the kind; returns how many there were. */
	async clear(): Promise<number> {
		this.assertWritable();
		let removed = 0;
		for (;;) {
			const page = await this.store.find(this.kind, { direction: "asc", limit: ROWS_MAX });
			if (page.length === 0) return removed;
			removed += await this.removeAll(page);
		}
	}

	entityToObject(entity: Entity): Entity {
		return { ...entity };
	}

	beforeSaveTransformID(entity: Entity, idField: string): Entity {
		if (idField === "_id" || entity[idField] === undefined) return { ...entity };
		const { [idField]: id, ...rest } = entity;
		return { ...rest, _id: id };
	}

	afterRetrieveTransformID(entity: Entity, idField: string): Entity {
		if (idField === "_id") return entity;
		const { _id: id, ...rest } = entity;
		return { [idField]: id, ...rest };
	}

	private get store(): Runtime["store"] {
		return this.ports.store;
	}

	private get ports(): Runtime {
		if (this.runtime === null) throw new Error(`the adapter of ${this.kind} was not initialised`);
		return this.runtime;
	}

	private get indexes(): readonly IndexDefinition[] {
		return this.definition.indexes ?? [];
	}

	private async loadOne(id: unknown): Promise<StoredDocument | null> {
		return typeof id === "string" ? this.store.load(this.kind, id) : null;
	}

	private creation(entity: Entity): Commit {
		const { _id: given, ...rest } = entity;
		const id = this.idOf(given);
		const state = this.checked(fieldsOf(rest));
		const unique = uniqueChange(this.definition.unique, null, state);
		return { kind: this.kind, id, expectedVersion: 0, state, events: [], commands: [], unique };
	}

	private idOf(given: unknown): string {
		const { idPrefix } = this.definition;
		if (given === undefined && idPrefix !== undefined) return this.ports.ids.next(idPrefix);
		if (typeof given !== "string" || !ENTITY_ID.test(given)) throw refused("ENTITY_ID_INVALID");
		return given;
	}

	private checked(state: Entity): Entity {
		const answer = this.check(state);
		if (answer !== true)
			throw new Errors.ValidationError("Entity validation error!", "VALIDATION_ERROR", answer as object);
		return state;
	}

	private async write(document: StoredDocument, state: State): Promise<CommitResult> {
		const unique = uniqueChange(this.definition.unique, document.state as Entity, state as Entity);
		const { id, version: expectedVersion } = document;
		const item: Commit = { kind: this.kind, id, expectedVersion, state, events: [], commands: [], unique };
		const [result] = await this.store.commit([item]);
		if (result === undefined) throw outcomeUnknown();
		return result;
	}

	/** Unique values are let go first, so that a removed document never keeps one. */
	private async removeAll(documents: readonly StoredDocument[]): Promise<number> {
		if (this.definition.unique !== undefined) await Promise.all(documents.map((document) => this.letGo(document)));
		await this.store.remove(
			this.kind,
			documents.map(({ id }) => id),
		);
		return documents.length;
	}

	private async letGo({ id, version: expectedVersion, state }: StoredDocument): Promise<void> {
		const unique = uniqueChange(this.definition.unique, state as Entity, null);
		const item: Commit = { kind: this.kind, id, expectedVersion, state, events: [], commands: [], unique };
		const [result] = await this.store.commit([item]);
		assertStored(result, id);
	}

	private assertWritable(): void {
		if (this.definition.isReadOnly === true) throw refused("READ_ONLY", { kind: this.kind });
	}
}

function compile(broker: ServiceBroker, rules: Readonly<Record<string, unknown>>): (state: Entity) => unknown {
	if (broker.validator === undefined) throw new Error("the broker has no validator");
	return broker.validator.compile({ $$strict: "remove", ...rules });
}

function entityOf({ id, state }: StoredDocument): Entity {
	return { _id: id, ...state };
}

/** A copy of plain fields; names that a database could take for an operator or a path are refused. */
function fieldsOf(fields: Entity): Entity {
	for (const name of Object.keys(fields))
		if (name.startsWith("$") || name.includes(".") || name === "_id" || name === "__proto__")
			throw refused("FIELD_NAME_INVALID");
	return { ...fields };
}

function assertStored(result: CommitResult | undefined, id: string): void {
	if (result?.status === "ok") return;
	if (result?.status === "conflict") throw conflicting("ENTITY_EXISTS", { id });
	if (result?.status === "duplicate") throw conflicting("VALUE_TAKEN", { id, name: result.name });
	throw outcomeUnknown();
}
