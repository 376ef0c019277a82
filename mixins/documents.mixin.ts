import type { ActionSchema, Context, ServiceSchema } from "moleculer";
import DbService from "moleculer-db";
import { storeAdapter, type AdapterDefinition } from "./store/adapter.ts";
import { refused } from "./store/adapter/refusals.ts";

const READS = ["find", "count", "list", "get"] as const;
const WRITES = ["create", "insert", "update", "remove"] as const;

/** Reference data: an adapter definition with the rules (fastest-validator) that every stored entity keeps. */
export interface ReferenceData extends Omit<AdapterDefinition, "isReadOnly"> {
	/** Rules of a whole entity without its id; unknown fields are dropped. */
	readonly rules: Readonly<Record<string, unknown>>;
	/** Name of the id in requests and answers, e.g. `productId`. */
	readonly idField: string;
}

/**
 * moleculer-db over the platform's store for plain reference data: its reads and writes are on. Writes can be called
 * by services and never through the gateway, unless a service publishes them.
 */
export function referenceData(kind: string, { idField, ...definition }: ReferenceData): Partial<ServiceSchema> {
	return {
		mixins: [DbService as unknown as Partial<ServiceSchema>],
		adapter: storeAdapter(kind, definition),
		settings: { idField, maxPageSize: 100, pageSize: 20, maxLimit: 100 },
		actions: Object.fromEntries(WRITES.map((name) => [name, { visibility: "public" } satisfies Partial<ActionSchema>])),
		hooks: { before: { find: refuseTextQuery, count: refuseTextQuery, list: refuseTextQuery } },
	} as Partial<ServiceSchema>;
}

/** moleculer-db's methods (`this._find`, `this._get`, `this._list` …) over an aggregate's documents, read only and without any action. */
export function aggregateReads(
	kind: string,
	definition: Pick<AdapterDefinition, "indexes"> & { readonly idField: string },
): Partial<ServiceSchema> {
	const { idField, ...rest } = definition;
	return {
		mixins: [DbService as unknown as Partial<ServiceSchema>],
		adapter: storeAdapter(kind, { ...rest, isReadOnly: true }),
		settings: { idField, maxPageSize: 100, pageSize: 20, maxLimit: 100 },
		actions: Object.fromEntries([...READS, ...WRITES].map((name) => [name, false])),
	} as Partial<ServiceSchema>;
}

/** moleculer-db would parse a query given as text and fail with a server error on bad text. */
function refuseTextQuery(ctx: Context): void {
	const { query } = ctx.params as { query?: unknown };
	if (typeof query === "string") throw refused("QUERY_NOT_SUPPORTED", { reason: "a query is an object" });
}
