import type { Model } from "mongoose";
import { MissingIndex, type Query, type Scalar } from "../port.ts";
import type { Kind } from "./kinds.ts";
import { scalarOf, type DocumentRow } from "./rows.ts";

/** Rows a single query may return. */
export const FIND_MAX = 10_000;

type Filter = Record<string, unknown>;

/** What moleculer-db's Mongoose adapter does for lists; its connection handling is not used. */
interface ListAdapter {
	model: Model<DocumentRow>;
	createCursor(request: { readonly query: Filter; readonly sort?: string; readonly limit?: number }): Cursor;
}
interface Cursor {
	read(preference: string): Cursor;
	readConcern(level: string): Cursor;
	lean(): Cursor;
	countDocuments(): Cursor;
	exec(): Promise<unknown>;
}

/** Lists through moleculer-db's Mongoose adapter, over the models of our own connection. */
export class Queries {
	readonly #adapters = new Map<string, ListAdapter>();
	readonly #create: () => ListAdapter;

	private constructor(create: () => ListAdapter) {
		this.#create = create;
	}

	/** The adapter is loaded here and nowhere else. */
	static async load(): Promise<Queries> {
		const { default: Adapter } = (await import("moleculer-db-adapter-mongoose")) as unknown as {
			default: new () => ListAdapter;
		};
		return new Queries(() => new Adapter());
	}

	async find(kind: Kind, query: Query): Promise<readonly DocumentRow[]> {
		assertIndexed(kind, Object.keys(query.where ?? {}), query.range?.field);
		const cursor = this.#adapter(kind).createCursor({
			query: filterOf(query),
			sort: sortOf(query),
			limit: Math.min(query.limit, FIND_MAX),
		});
		return (await certain(cursor).lean().exec()) as DocumentRow[];
	}

	async count(kind: Kind, where: NonNullable<Query["where"]>): Promise<number> {
		assertIndexed(kind, Object.keys(where));
		const cursor = this.#adapter(kind).createCursor({ query: { _id: { $gte: "" }, ...equalities(where) } });
		return (await certain(cursor).countDocuments().exec()) as number;
	}

	#adapter({ name, model }: Kind): ListAdapter {
		const known = this.#adapters.get(name);
		if (known?.model === model) return known;
		const adapter = this.#create();
		adapter.model = model;
		this.#adapters.set(name, adapter);
		return adapter;
	}
}

function certain(cursor: Cursor): Cursor {
	return cursor.read("primary").readConcern("majority");
}

function sortOf({ range, direction }: Query): string {
	const sign = direction === "asc" ? "" : "-";
	return range === undefined ? `${sign}_id` : `${sign}x.${range.field} ${sign}_id`;
}

/** A query as MongoDB reads it; ids are text, which leaves out the sentinel. */
export function filterOf(query: Query): Filter {
	const { where = {}, range } = query;
	const filter: Filter = { _id: { $gte: "" }, ...equalities(where) };
	if (range !== undefined) filter[`x.${range.field}`] = boundsOf(range);
	return { ...filter, ...startOf(query) };
}

function equalities(where: Readonly<Record<string, Scalar>>): Filter {
	return Object.fromEntries(Object.entries(where).map(([field, value]) => [`x.${field}`, scalarOf(value)]));
}

function boundsOf({ from, to }: NonNullable<Query["range"]>): Filter {
	return {
		$exists: true,
		...(from === undefined ? {} : { $gte: scalarOf(from) }),
		...(to === undefined ? {} : { $lte: scalarOf(to) }),
	};
}

function startOf({ range, direction, after = [] }: Query): Filter {
	if (after.length === 0) return {};
	const beyond = direction === "asc" ? "$gt" : "$lt";
	const id = scalarOf(after.at(-1));
	const byId = { [beyond]: id, ...(direction === "asc" ? {} : { $gte: "" }) };
	if (after.length === 1 || range === undefined) return { _id: byId };
	const field = `x.${range.field}`;
	const value = scalarOf(after[0]);
	return { $or: [{ [field]: { [beyond]: value } }, { [field]: value, _id: byId }] };
}

/** Equality fields in any order, then the range field; the id alone always has its own index. */
function assertIndexed(kind: Kind, equal: readonly string[], range?: string): void {
	const fields = range === undefined ? equal : [...equal, range];
	if (fields.length === 0) return;
	const isServed = kind.indexes.some(
		(index) =>
			index.fields.length === fields.length &&
			fields.every((field) => index.fields.includes(field)) &&
			(range === undefined || index.fields.at(-1) === range),
	);
	if (!isServed) throw new MissingIndex(kind.name, fields);
}
