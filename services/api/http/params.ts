import { invalidField } from "../errors/rejected.ts";
import type { Source } from "../routes/types.ts";
import type { JsonObject } from "./body.ts";
import type { Query } from "./query.ts";

/** Where an action's parameters are taken from. */
export interface Input {
	readonly path: Readonly<Record<string, string>>;
	readonly query: Query;
	readonly body: JsonObject;
	/** The refresh token of the cookie. */
	readonly cookie: string | undefined;
}

/** Parameters of one call; a fresh object, because validators may change it. */
export type Params = Record<string, unknown>;

type Reader = (params: Params, input: Input) => void;

/** What a path segment may hold: every public id, a correlation id, a file name. */
const PATH_VALUE = /^[A-Za-z0-9_.:-]{1,128}$/;
const INTEGER = /^-?\d{1,15}$/;

/** Compiles a route's mapping; the result copies the named fields and nothing else. */
export function paramsReader(from: Readonly<Record<string, Source>> | undefined): (input: Input) => Params {
	const readers = Object.entries(from ?? {}).map(([name, source]) => readerOf(name, source));
	return (input) => {
		const params: Params = {};
		for (const read of readers) read(params, input);
		return params;
	};
}

function readerOf(name: string, source: Source): Reader {
	switch (source) {
		case "body":
			return (params, { body }) => assign(params, name, body[name]);
		case "path":
			return (params, { path }) => assign(params, name, pathValue(name, path[name]));
		case "query":
			return (params, { query }) => assign(params, name, query[name]);
		case "query-integer":
			return (params, { query }) => assign(params, name, integer(name, query[name]));
		case "body-or-cookie":
			return (params, { body, cookie }) => assign(params, name, body[name] ?? cookie);
	}
}

function assign(params: Params, name: string, value: unknown): void {
	if (value !== undefined) params[name] = value;
}

function pathValue(name: string, value: string | undefined): string {
	if (value === undefined || !PATH_VALUE.test(value)) throw invalidField(name, "pattern");
	return value;
}

function integer(name: string, text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	if (!INTEGER.test(text)) throw invalidField(name, "integer");
	return Number(text);
}
